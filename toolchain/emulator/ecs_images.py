"""Images of task definitions, pulled as Fargate pulls them: by their ECR name, every time.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
"""

import logging
import os
import re

from docker.errors import APIError, ImageNotFound

import containers
import ecs_containers
import ecs_logs
import faults
from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

ECR_IMAGE = re.compile(r"^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/(.+)$")
NAME_LABEL = "com.amazonaws.ecs.container-name"
PULL_CREDENTIALS = {"username": "AWS", "password": "ecs-task-execution-role"}


logger = logging.getLogger("switchyard.images")

_pulled = set()


class StartError(Exception):
    """The container was made but did not start, for example for want of its command."""


def registry_endpoints():
    """Where the registries of other accounts answer: {"HOST": "ADDRESS:PORT"}."""
    pairs = os.environ.get("SWITCHYARD_REGISTRY_ENDPOINTS", "").split(",")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def ecr_address(image):
    """Where an ECR image is pulled from: own account and region here, others where they are said
    to be. None for an image that is not ECR's."""
    match = ECR_IMAGE.match(image)
    if not match:
        return None
    account, region, rest = match.groups()
    own = account == get_account_id() and region == get_region()
    endpoint = own_endpoint() if own else registry_endpoints().get(image.split("/", 1)[0])
    if not endpoint:
        raise ecs._ImagePullError(reason_of(image, "no basic auth credentials"))
    return f"{faults.registry_address(endpoint)}/{rest}"


def own_endpoint():
    return f"127.0.0.1:{os.environ['GATEWAY_PORT']}"


def reason_of(image, error):
    """The text that AWS shows as stoppedReason, after `CannotPullContainerError: `."""
    text = str(getattr(error, "explanation", None) or error)
    cause = "not found" if "not found" in text or "unknown" in text else text
    return f"pull image manifest has been retried 1 time(s): failed to resolve ref {image}: " \
           f"{image}: {cause}"


def pull(client, image, platform=None):
    """Make the image present and give the name to run it by."""
    name = ecr_address(image)
    options = {"platform": platform} if platform else {}
    if name is None:
        try:
            client.images.get(image)
            return image
        except ImageNotFound:
            name = image
    else:
        options["auth_config"] = PULL_CREDENTIALS
    try:
        client.images.pull(name, **options)
    except APIError as error:
        raise ecs._ImagePullError(reason_of(image, error)) from error
    if name.startswith(own_endpoint()):
        _pulled.add(name)
    return name


def forget_pulled():
    """Take the names away that pulling gave to images; the registry behind them is going."""
    for name in _pulled:
        try:
            containers.engine().images.remove(name, noprune=True)
        except Exception as error:
            logger.debug("removing %s: %s", name, error)


def deployment_of(task, _task_definition, _client):
    """Digests are named by the task definition, so nothing is resolved before the first task."""
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    name = task.get("group", "").removeprefix("service:")
    service = ecs._services.get(f"{cluster}/{name}")
    return ecs._deployment_for_task(service, task) if service else None


def record_digest(image, name, labels):
    """The digest that was pulled, of a tag too, on the task's container."""
    repository = re.sub(r"(@.*|:[^/:]*)$", "", name)
    digests = [digest for digest in image.attrs.get("RepoDigests") or []
               if digest.startswith(f"{repository}@")]
    task = ecs._tasks.get(labels[ecs_containers.TASK_LABEL]) or {}
    for container in task.get("containers", []):
        if container["name"] == labels[NAME_LABEL] and digests:
            named = name if name in digests else digests[0]
            container["imageDigest"] = named.split("@", 1)[1]


def run_container(client, definition, arguments, **_):
    """Pull, create and start; a container that cannot start is not left behind."""
    containers.refuse_when_stopping()
    name = pull(client, definition["image"], arguments.get("platform"))
    image, labels = client.images.get(name), arguments["labels"]
    record_digest(image, name, labels)
    task_id = labels[ecs_containers.TASK_LABEL].rsplit("/", 1)[-1]
    ecs_logs.prepare(definition, task_id)
    ecs_containers.mount_ephemeral(image, arguments)
    with containers.creating():
        container = client.containers.create(name, **arguments)
    try:
        containers.refuse_when_stopping()
        container.start()
    except APIError as error:
        containers.remove(container)
        raise StartError(f"CannotStartContainerError: {error.explanation}") from error
    except Exception:
        containers.remove(container)
        raise
    ecs_logs.start_forwarder(container, definition, task_id)
    return container


def install():
    ecs._prepare_service_images = deployment_of
    ecs._deployment_needs_first_task = lambda *_: False
    ecs._run_docker_container = run_container
