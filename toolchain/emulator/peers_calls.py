"""A call for what another account of the run has: a bucket, whose names are one namespace, or a role to assume.

The caller's account says who it is and what its own policies allow, the owner's judges it by the policy of the
resource: both must allow. Without AUTH the identity policies allow everything, and a role's trust is not asked.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
Names of buckets in the Host header stay in their own account.
"""

import json
import re

from ministack import app as ministack
from ministack.core import iam_actions
from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import detect_service, extract_access_key_id
from ministack.services import s3, sts

import iam_request
import peers

ROLE_ACCOUNT = re.compile(r"^arn:aws[a-z-]*:iam::(\d{12}):role/")
NEW_KEY = re.compile(rb"<AccessKeyId>(\w+)</AccessKeyId>")
LIST = "s3:ListBucket"

sessions = {}  # key of a session in another account: the port of that account

_dispatch, _caller_identity = ministack._dispatch_service_request, sts._caller_identity


def caller_of(key):
    """Who calls, as the other account is to know it: {"arn", "type", "account", "id", "keys"}."""
    found = iam.resolve_principal(key or "", get_account_id())
    if isinstance(found, iam.AuthError):  # not checked without AUTH
        found = iam.resolve_principal(get_account_id(), get_account_id())
    keys = {**found.keys, "aws:principalarn": iam_request.role_of(found.arn)}
    return {"arn": found.arn, "type": found.type, "account": found.account,
            "id": found.keys.get("aws:userid", ""), "keys": keys}


def s3_checks(method, path, headers, body, params):
    """(action, resource, context) of all that a call of S3 must be allowed."""
    action = iam_actions.extract_iam_action("s3", method, path, headers, body, params)
    if action is None:
        return []
    arn = iam_actions.extract_resource_arn("s3", method, path, headers, body, params, get_region(), get_account_id())
    context = iam_actions.s3_service_context(action, params, path, headers)
    more = iam_actions.s3_additional_checks(method, path, headers, body, params)
    return [(action, arn, context), *((each, of, {}) for each, of in more)]


def own_refusal(service, key, checks, headers, request_id):
    """The answer where the caller's own account does not allow it, or None."""
    for action, arn, context in checks if ministack.AUTH else ():
        denied = iam.enforce(key, action, service, get_region(), resource_arn=arn, service_context=context)
        if isinstance(denied, iam.AuthError):
            return ministack._credential_failure(service, action, request_id, denied, headers)
        if denied:
            return iam_actions.access_denied_response(
                service, action, denied.principal_arn, request_id, headers=headers, resource_arn=arn,
                explicit_deny=denied.decision == "Deny", resource_policy_arn=denied.resource_policy_arn)
    return None


def decision(bucket, caller, action, arn, context):
    policy = s3._bucket_policies.get(bucket)
    if s3._public_access_blocked(get_account_id(), bucket, "RestrictPublicBuckets") and policy \
            and s3._policy_is_public(policy):
        policy = None
    ctx = iam.EvalContext(
        principal_arn=caller["arn"], principal_type=caller["type"], principal_account=caller["account"],
        action=action, resource_arn=arn, region=get_region(),
        secure_transport=iam_request.current.get().proto != "http",
        service_context={name.lower(): value for name, value in context.items()}, principal_keys=caller["keys"])
    return iam.evaluate_resource_policy(policy, ctx).decision


async def answer_s3(caller, method, path, headers, body, query, request_id):
    """The owner's side: its bucket's policy must allow the caller."""
    request, (bucket, key) = iam_request.current.get(), s3._parse_bucket_key(path, headers)
    request.principal = caller["arn"]
    for action, arn, context in s3_checks(method, path, headers, body, query):
        if action in iam_request.OWN_POLICY:
            return s3._error("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
        found = decision(bucket, caller, action, arn, context)
        request.checks.append({"action": action, "resource": arn, "allowed": found == "Allow"})
        if found != "Allow":
            reason = ("with an explicit deny in a resource-based policy" if found == "Deny"
                      else f"because no resource-based policy allows the {action} action")
            return iam_actions.access_denied_response(
                "s3", action, caller["arn"], request_id, headers=headers, message=f"User: {caller['arn']} is not "
                f"authorized to perform: {action} on resource: \"{arn}\" {reason}")
    answer = await s3.handle_request(method, path, headers, body, query, internal=True)
    if answer[0] == 404 and key and method in ("GET", "HEAD") \
            and decision(bucket, caller, LIST, f"arn:aws:s3:::{bucket}", {}) != "Allow":
        return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
    return answer


def caller_identity(headers, query_params=None):
    caller = iam_request.current.get().foreign
    if not caller:
        return _caller_identity(headers, query_params)
    return {"accessKey": "", "accountId": caller["account"], "userArn": caller["arn"], "userId": caller["id"],
            "principalType": caller["type"], "principalName": caller["arn"].rsplit("/", 1)[-1],
            "isTemporary": caller["type"] == "AssumedRole", "principalKeys": caller["keys"]}


async def elsewhere(service, path, headers, params):
    """The port of the other account that has what is asked for, or None."""
    if service == "s3":
        bucket, _ = s3._parse_bucket_key(path, headers)
        found = await peers.owner_of(bucket) if bucket and s3._bucket_owner_account(bucket) is None else None
        return found and found[1]
    if service == "sts" and sts._p(params, "Action") == "AssumeRole":
        role = ROLE_ACCOUNT.match(sts._p(params, "RoleArn"))
        return role and peers.others().get(role.group(1))
    return None


async def dispatch(method, path, headers, body, query, request_id):
    params = ministack._routing_params(method, path, headers, body, query)
    service, foreign = detect_service(method, path, headers, params), iam_request.current.get().foreign
    if foreign and service == "s3":
        return await answer_s3(foreign, method, path, headers, body, query, request_id)
    if foreign:
        iam_actions.extract_iam_action(service, method, path, headers, body, params)
        return await sts.handle_request(method, path, headers, body, query)
    port = await elsewhere(service, path, headers, params)
    if port is None:
        return await _dispatch(method, path, headers, body, query, request_id)
    key = extract_access_key_id(headers, query)
    if ministack.AUTH and not key:
        return s3._error("AccessDenied", "Access Denied", 403, path)
    checks = s3_checks(method, path, headers, body, params) if service == "s3" else [
        ("sts:AssumeRole", sts._p(params, "RoleArn"), {})]
    refused = own_refusal(service, key, checks, headers, request_id)
    if refused:
        return refused
    if checks and checks[0][0] == "s3:CreateBucket":
        return s3._error("BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is "
                         "shared by all users of the system. Please select a different name and try again.", 409, path)
    answer = await peers.ask(port, method, path, query, headers, body, json.dumps(caller_of(key)))
    made = NEW_KEY.search(answer[2]) if service == "sts" else None
    if made:
        sessions[made.group(1).decode()] = port
    return answer


def install():
    ministack._dispatch_service_request = dispatch
    sts._caller_identity = caller_identity
