"""What a call must be allowed besides its own action: each further resource that it names, to pass the roles that it
gives to tasks, and to tag what it creates.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
"""

from ministack.core import iam_actions
from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id
from ministack.services import ecs

import iam_request
import iam_resources

TASKS = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
TAGGING = {"elasticloadbalancing": "AddTags", "ec2": "CreateTags", "iam": "Tag", "ecs": "TagResource",
           "ecr": "TagResource", "logs": "TagResource", "secretsmanager": "TagResource", "monitoring": "TagResource",
           "application-autoscaling": "TagResource"}
CREATING = ("Create", "Register", "Run", "Put", "Allocate")
MADE_BY = {"CreateListener": ":listener/app/", "CreateRule": ":listener-rule/app/"}

_enforce = iam.enforce


def roles_of(task_definition):
    return {task_definition.get(name) for name in ("taskRoleArn", "executionRoleArn")} - {None, ""}


def passed_roles(action, data):
    if action == "RegisterTaskDefinition":
        return roles_of(data)
    if action != "RunTask":
        return set()
    known = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition") or "")) or {}
    return roles_of(known) | roles_of(data.get("overrides") or {})


def is_tagging(service, action, data, params):
    if not action.startswith(CREATING):
        return False
    if service == "ec2":
        return any(key.startswith("TagSpecification") for key in params)
    return bool(data.get("tags") or data.get("Tags")) or any(key.startswith("Tags.member") for key in params)


def further_checks(action, resource):
    """(action, resource, context) of all that comes with the request under way."""
    request, name = iam_request.current.get(), action.rpartition(":")[2]
    service, params = request.service, request.params
    data = iam_resources.data_of(request.headers, request.body)
    data = data if isinstance(data, dict) else {}
    region = resource.split(":")[3] if resource.count(":") > 4 else ""
    named = iam_resources.resources_of(service, name, request.headers, request.body, params, region, get_account_id())
    checks = [(action, each, {}) for each in (named or [])[1:]]
    if service == "ecs":
        checks += [("iam:PassRole", role, TASKS) for role in sorted(passed_roles(name, data))]
    if service in TAGGING and is_tagging(service, name, data, params):
        tag = TAGGING[service] + (name.removeprefix("Create") if service == "iam" else "")
        made = resource
        if name in MADE_BY:
            made = resource.replace(":loadbalancer/app/", MADE_BY[name]).replace(":listener/app/", MADE_BY[name]) + "/*"
        keys = iam_actions.request_tag_context(service, action, request.body, params)
        checks.append((f"{action.partition(':')[0]}:{tag}", made, keys))
    return checks


def enforce(access_key, action, service, region, resource_arn="*", service_context=None):
    denied = _enforce(access_key, action, service, region, resource_arn, service_context)
    request = iam_request.current.get()
    if denied or service != request.service or request.further:
        return denied
    request.further = True  # once for a request
    for each, resource, context in further_checks(action, resource_arn):
        denied = _enforce(access_key, each, service, region, resource, {**(service_context or {}), **context})
        if denied:
            return denied
    return None


def install():
    iam.enforce = enforce
