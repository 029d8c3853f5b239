"""What a policy may ask of a request, as AWS answers it, where IAM is enforced (AUTH=true).

The address of the machine itself, and of its Docker bridge, counts as TLS: nobody else hears what is said there.
A request that says `X-Forwarded-Proto: http` came without.
A root principal is denied by the policy of a resource as anyone is, but for reading and writing a bucket's policy.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

import contextvars
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from ministack import app as ministack
from ministack.core import iam_actions
from ministack.core import iam_evaluator as iam
from ministack.services import s3

from s3_locks import moment

EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
OWN_POLICY = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
LOCK = "object-lock-"
SESSION = re.compile(r"^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/")
SECONDS_OF_A_DAY = 86400


@dataclass
class Request:
    """The request under way: how it came, and the parts that a policy may ask about."""
    proto: str = ""
    service: str = ""
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    checks: list = field(default_factory=list)  # of iam_log
    principal: str = ""
    further: bool = False  # whether iam_dependents has asked
    foreign: dict = field(default_factory=dict)  # who calls from another account: peers_calls.caller_of


current = contextvars.ContextVar("switchyard_request", default=Request())

_pin_origin, _action = ministack.pin_request_origin, iam_actions.extract_iam_action
_condition_key, _principal = iam._resolve_condition_key, iam.resolve_principal
_combine, _context = iam.combine_resource_policy, iam_actions.s3_service_context
_more_checks = iam_actions.s3_additional_checks


def begin(scope):
    """Called where a request comes in."""
    said = {name: value.decode("latin-1") for name, value in scope["headers"]}
    request = Request(proto=said.get(b"x-forwarded-proto", "").split(",")[0].strip().lower())
    current.set(request)
    return request


def pin_request_origin(address, secure):
    _pin_origin(address, secure or current.get().proto != "http")


def extract_iam_action(service, method, path, headers, body, params):
    request = current.get()
    request.service, request.headers, request.body, request.params = service, headers, body, params
    return _action(service, method, path, headers, body, params)


def role_of(arn):
    """The role's ARN, for a session's; the same for any other."""
    from ministack.services import iam as store

    session = SESSION.match(arn)
    if not session:
        return arn
    partition, account, name = session.groups()
    role = store._roles.get_scoped(account, None, name) or {}
    return role.get("Arn") or f"arn:{partition}:iam::{account}:role/{name}"


def resolve_condition_key(key, ctx):
    name = key.lower()
    if name == "aws:principalarn":
        return ctx.principal_keys.get(name) or role_of(ctx.principal_arn)
    if name == "aws:principaltype" and ctx.principal_type == "Root":
        return "Account"
    return _condition_key(key, ctx)


def resolve_principal(*args, **kwargs):
    found = _principal(*args, **kwargs)
    if isinstance(found, iam.PrincipalInfo) and found.policies is None:
        return replace(found, policies=[iam.parse_policy_document(EVERYTHING)])
    return found


def combine_resource_policy(identity, ctx, policy, owner, *args, **kwargs):
    if ctx.principal_type == "Root" and owner == ctx.principal_account and ctx.action in OWN_POLICY:
        return identity
    return _combine(identity, ctx, policy, owner, *args, **kwargs)


def lock_context(mode, until, hold):
    context = {f"s3:{LOCK}mode": mode, f"s3:{LOCK}retain-until-date": until, f"s3:{LOCK}legal-hold": hold}
    end = moment(until) if until else None
    if end:
        left = (end - datetime.now(timezone.utc)).total_seconds()
        context[f"s3:{LOCK}remaining-retention-days"] = str(-int(-left // SECONDS_OF_A_DAY))
    return context


def text_of(tag, body):
    found = re.search(rf"<{tag}>([^<]*)</{tag}>".encode(), body)
    return found.group(1).decode() if found else None


def s3_service_context(action, query, path="", headers=None):
    context, query, headers = dict(_context(action, query, path, headers)), query or {}, headers or {}
    if action == "s3:PutObject":
        part = "uploads" in query or "partNumber" in query
        context["s3:ObjectCreationOperation"] = "false" if part else "true"
        for name in ("if-none-match", "if-match", "x-amz-storage-class"):
            context[f"s3:{name}"] = headers.get(name)
        context |= lock_context(*(headers.get(f"x-amz-{LOCK}{name}")
                                  for name in ("mode", "retain-until-date", "legal-hold")))
    elif action == "s3:PutObjectRetention":
        body = current.get().body
        context |= lock_context(text_of("Mode", body), text_of("RetainUntilDate", body), None)
    elif action.endswith("ObjectVersion"):
        context["s3:VersionId"] = s3._qp(query, "versionId") or None
    return {key: value for key, value in context.items() if value is not None}


def s3_additional_checks(method, path, headers, body, query):
    """What a write asks for besides s3:PutObject, and a bucket with Object Lock besides s3:CreateBucket."""
    checks = list(_more_checks(method, path, headers, body, query))
    action = iam_actions._s3_action(method, path, query)
    arn = "arn:aws:s3:::" + path.strip("/") if path.count("/") < 2 else "arn:aws:s3:::" + path.lstrip("/")
    if action == "PutObject":
        asked = {f"x-amz-{LOCK}mode": "PutObjectRetention", f"x-amz-{LOCK}legal-hold": "PutObjectLegalHold",
                 "x-amz-tagging": "PutObjectTagging", "if-match": "GetObject"}
        checks += [(f"s3:{name}", arn) for header, name in asked.items() if headers.get(header)]
    elif action == "CreateBucket" and headers.get("x-amz-bucket-object-lock-enabled", "").lower() == "true":
        checks += [("s3:PutBucketObjectLockConfiguration", arn), ("s3:PutBucketVersioning", arn)]
    return checks


def install():
    ministack.pin_request_origin = pin_request_origin
    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.s3_service_context = s3_service_context
    iam_actions.s3_additional_checks = s3_additional_checks
    iam._resolve_condition_key = resolve_condition_key
    iam.resolve_principal = resolve_principal
    iam.combine_resource_policy = combine_resource_policy
