"""Where IAM is enforced, a task starts only with what its execution role may do: pull its image, read the secrets
that it names, write its log.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
"""

from ministack import app as ministack
from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

import ecs_containers
import ecs_images
import ecs_secrets

PULLING = ("BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage")
WRITING = ("CreateLogStream", "PutLogEvents")

_run = ecs._run_docker_container


class NotAuthorized(Exception):
    """The task does not start."""


def needs_of(definition, task_id):
    """(what it is for, action, resource) of all that the task's container needs."""
    needs, account, region = [], get_account_id(), get_region()
    image = ecs_images.ECR_IMAGE.match(definition["image"])
    if image:
        owner, home, rest = image.groups()
        repository = f"arn:aws:ecr:{home}:{owner}:repository/{rest.split('@')[0].split(':')[0]}"
        needs += [("unable to get registry auth", "ecr:GetAuthorizationToken", "*"),
                  *(("unable to pull the image", f"ecr:{action}", repository) for action in PULLING)]
    for secret in definition.get("secrets", []):
        if ":secretsmanager:" in secret["valueFrom"]:
            arn = ecs_secrets.split_arn(secret["valueFrom"])[0]
            needs.append(("unable to retrieve secret from asm", "secretsmanager:GetSecretValue", arn))
    log = ecs._awslogs_config(definition, task_id, task_id)
    if log:
        stream = f"arn:aws:logs:{log['region'] or region}:{account}:log-group:{log['group']}:log-stream:{log['stream']}"
        needs += [("failed to validate logger args", f"logs:{action}", stream) for action in WRITING]
    return needs


def require(role, task_id, needs):
    account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
    session = f"arn:aws:sts::{account}:assumed-role/{name}/{task_id}"
    policies = iam._gather_role_policies(name, account)
    for purpose, action, resource in needs:
        ctx = iam.EvalContext(principal_arn=session, principal_type="AssumedRole", principal_account=account,
                              action=action, resource_arn=resource, region=get_region(), secure_transport=True)
        if iam.evaluate(ctx, policies).decision != "Allow":
            raise NotAuthorized(
                f"ResourceInitializationError: unable to pull secrets or registry auth: {purpose}: "
                f"AccessDeniedException: User: {session} is not authorized to perform: {action} on resource: "
                f"{resource} because no identity-based policy allows the {action} action")


def run_container(client, definition, arguments, **more):
    arn = arguments["labels"][ecs_containers.TASK_LABEL]
    task = ecs._tasks.get(arn)
    if ministack.AUTH and task:
        known = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
        role = (task.get("overrides") or {}).get("executionRoleArn") or known.get("executionRoleArn")
        needs = needs_of(definition, arn.rsplit("/", 1)[-1])
        if needs and not role:
            raise NotAuthorized("ResourceInitializationError: the task definition names no execution role")
        if role:
            require(role, arn.rsplit("/", 1)[-1], needs)
    return _run(client, definition, arguments, **more)


def install():
    ecs._run_docker_container = run_container
