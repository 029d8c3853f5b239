"""Sessions of roles: sts:SourceIdentity, in the trust policy and in all that the session does afterwards.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from dataclasses import replace

from ministack.core import iam_evaluator as iam
from ministack.services import sts

import iam_request

KEY = "aws:sourceidentity"

_trust, _register, _keys = iam.evaluate_trust_policy, sts.register_session, iam._principal_keys


def source_identity():
    """What an AssumeRole names; nothing for another call."""
    params = iam_request.current.get().params
    return sts._p(params, "SourceIdentity") if sts._p(params, "Action") == "AssumeRole" else ""


def evaluate_trust_policy(policy, caller, ctx=None):
    if ctx is None or ctx.action != "sts:AssumeRole":
        return _trust(policy, caller, ctx)
    before = ctx.principal_keys.get(KEY)
    named = source_identity() or before
    if before and named != before:
        return False  # once set, it stays
    told = replace(ctx, service_context={**ctx.service_context, "sts:sourceidentity": named})
    if not _trust(policy, caller, told):
        return False
    return not named or _trust(policy, caller, replace(told, action="sts:SetSourceIdentity"))


def register_session(key, session):
    source = sts._sessions.get(session.get("SourceAccessKeyId")) or {}
    named = source_identity() or source.get("SourceIdentity")
    _register(key, {**session, "SourceIdentity": named} if named else session)


def principal_keys(credential):
    keys = _keys(credential)
    named = (sts._sessions.get(credential.access_key_id) or {}).get("SourceIdentity")
    return {**keys, KEY: named} if named else keys


def install():
    iam.evaluate_trust_policy = evaluate_trust_policy
    iam._principal_keys = sts._principal_keys = principal_keys
    sts.register_session = register_session
