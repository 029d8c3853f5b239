"""Where IAM is enforced, what each call was allowed and by whom it was asked, for the line of request_log.

{"principal": "arn:aws:iam::111111111111:user/ann",
 "iam": [{"action": "s3:PutObject", "resource": "arn:aws:s3:::ledger/1", "allowed": true}]}
"""

from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id

import iam_request

_enforce = iam.enforce


def enforce(access_key, action, service, region, resource_arn="*", service_context=None):
    denied = _enforce(access_key, action, service, region, resource_arn, service_context)
    request = iam_request.current.get()
    if not isinstance(denied, iam.AuthError):
        who = iam.resolve_principal(access_key or "", get_account_id())
        request.principal = getattr(who, "arn", "")
    request.checks.append({"action": action, "resource": resource_arn, "allowed": denied is None})
    return denied


def words_of(request):
    """What is added to the line; nothing where nothing was asked of IAM."""
    return {"principal": request.principal, "iam": request.checks} if request.checks else {}


def install():
    iam.enforce = enforce
