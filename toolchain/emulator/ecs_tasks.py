"""How a task stops: reasons, codes, exit codes, draining, SIGTERM, stopTimeout, the last logs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

import concurrent.futures
import logging
import re

import containers
import ecs_logs
import elbv2_drain
from ministack.core.concurrency import resource_lock, spawn_background
from ministack.core.responses import get_account_id, get_region, json_response, request_scope
from ministack.services import ecs, ecs_metadata

ESSENTIAL_EXITED = "Essential container in task exited"
DEFAULT_STOP_TIMEOUT_SECONDS = 30
SCHEDULER_REASONS = ("Service scaling down", "Deployment completed", "Task definition updated",
                     "Deployment capacity limit", "Service deleted")
# What goes wrong with a container itself is not put down to the task's resources.
START_FAILURE = re.compile(r"^ResourceInitializationError: unable to pull image or start "
                           r"container: (?=\w+Error: )")
FAILURE_CODES = ("EssentialContainerExited", "TaskFailedToStart")
logger = logging.getLogger("switchyard.tasks")

_record_task_ip = ecs._record_task_ip
_on_stopped = []  # called with the task and whether its end counts as a failure


def service_of(task):
    group = task.get("group", "")
    if not group.startswith("service:"):
        return None, None
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    key = f"{cluster}/{group.split(':', 1)[1]}"
    return key, ecs._services.get(key)


def refresh(task):
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    ecs._recount_cluster(cluster)
    ecs._refresh_service_state(cluster, task.get("group", ""))


def begin_stop(task, reason, code):
    """desiredStatus turns first; DEACTIVATING takes the task out of its target groups."""
    with resource_lock("ecs-task", task["taskArn"]):
        if not ecs._task_is_active(task["taskArn"], task):
            return False
        ecs._bump_task_version(task)
        task.update(desiredStatus="STOPPED", lastStatus="DEACTIVATING",
                    stoppingAt=ecs._iso(), stoppedReason=reason, stopCode=code)
    ecs_metadata.set_task_status(task["taskArn"], desired_status="STOPPED")
    return True


def stop_timeout_seconds(task, index):
    definition = ecs._task_defs.get(task["taskDefinitionArn"].rsplit("/", 1)[-1]) or {}
    listed = definition.get("containerDefinitions", [])
    timeout = listed[index].get("stopTimeout") if index < len(listed) else None
    return DEFAULT_STOP_TIMEOUT_SECONDS if timeout is None else int(timeout)


def record_exit(task, index, state):
    with resource_lock("ecs-task", task["taskArn"]):
        record = task["containers"][index]
        record["lastStatus"] = "STOPPED"
        record["exitCode"] = state.get("ExitCode", 0)
        if state.get("OOMKilled"):
            record["reason"] = "OutOfMemoryError: Container killed due to memory usage"


def end_container(task, index, container_id):
    """SIGTERM, SIGKILL after stopTimeout, exit code, logs to the end, removal."""
    try:
        container = containers.engine().containers.get(container_id)
        container.stop(timeout=stop_timeout_seconds(task, index))
        container.reload()
        record_exit(task, index, container.attrs["State"])
    except Exception as error:
        logger.info("stopping container %s: %s", container_id[:12], error)
        container = None
    ecs_logs.wait_for_last_lines(container_id)
    if container:
        containers.remove(container)


def end_containers(task):
    with resource_lock("ecs-task", task["taskArn"]):
        task["lastStatus"] = "STOPPING"
        ids, task["_docker_ids"] = list(task.get("_docker_ids") or []), []
        tokens, task["_metadata_tokens"] = list(task.get("_metadata_tokens") or []), []
    if ids:
        with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
            list(pool.map(lambda pair: end_container(task, *pair), enumerate(ids)))
    for token in tokens:
        ecs_metadata.unregister_token(token)


def finish_stop(task):
    with resource_lock("ecs-task", task["taskArn"]):
        ecs._bump_task_version(task)
        task["lastStatus"] = "DEPROVISIONING"
        ecs._bump_task_version(task)
        now = ecs._iso()
        task.update(lastStatus="STOPPED", stoppedAt=now,
                    executionStoppedAt=task.get("executionStoppedAt") or now)
        for container in task.get("containers", []):
            container["lastStatus"] = "STOPPED"
        for attachment in task.get("attachments", []):
            attachment["status"] = "DELETED"
    ecs_metadata.set_task_status(task["taskArn"], known_status="STOPPED")
    refresh(task)


def stop(task, reason, code, failed=None):
    """Stop in the background; the caller sees DEACTIVATING, as on AWS."""
    targets = list(elbv2_drain.targets_of(service_of(task)[1], task))
    if not begin_stop(task, reason, code):
        return False
    elbv2_drain.begin(targets)
    refresh(task)
    account, region = get_account_id(), get_region()
    failed = code in FAILURE_CODES if failed is None else failed

    def run():
        with request_scope(account, region):
            try:
                elbv2_drain.wait(targets)
                end_containers(task)
            finally:
                finish_stop(task)
                for listener in _on_stopped:
                    listener(task, failed)

    spawn_background(run, thread_name=f"ecs-stop-{task['taskArn'].rsplit('/', 1)[-1][:8]}")
    return True


def on_stopped(listener):
    _on_stopped.append(listener)


def fail_start(task, _client, reason):
    """A task that cannot start says why, on itself and on its containers."""
    reason = START_FAILURE.sub("", reason)
    for container in task.get("containers", []):
        container.setdefault("reason", reason)
    stop(task, reason, "TaskFailedToStart")


def stop_task(data):
    """StopTask. A task that has stopped already keeps its reason."""
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    if cluster is None or cluster not in ecs._clusters:
        return ecs.error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
    task = data.get("task") and ecs._resolve_task(data["task"], cluster)
    if not task:
        return ecs.error_response_json("InvalidParameterException",
                                       "The referenced task was not found.", 400)
    stop(task, data.get("reason") or "Task stopped by user", "UserInitiated")
    return json_response({"task": ecs._sanitize(task)})


def scheduler_stops_task(data):
    """A stop that the service scheduler wants, by the reason that it gives."""
    if data.get("reason") not in SCHEDULER_REASONS:
        return stop_task(data)
    task = ecs._resolve_task(data["task"], ecs._resolve_cluster_name(data.get("cluster")))
    if task:
        deployment = task.get("_deployment_id") or "unknown"
        stop(task, f"Scaling activity initiated by (deployment {deployment})",
             "ServiceSchedulerInitiated")
    return json_response({})


def record_task_ip(task, container, network):
    """The task's address, as its containers show it too."""
    _record_task_ip(task, container, network)
    address = ecs._task_ip(task)
    for attachment in task.get("attachments") or []:
        for record in task["containers"]:
            record["networkInterfaces"] = [
                {"attachmentId": attachment["id"], "privateIpv4Address": address}]


def clean_up(task, _client, extra_container=None):
    """Containers of a task whose start was given up half-way."""
    if extra_container is not None:
        containers.remove(extra_container)
    for container_id in task.get("_docker_ids") or []:
        logger.info("container %s of a stopping task is left to its stop", container_id[:12])


def container_exited(task, index, state):
    essentials = task.get("_container_essentials") or []
    record_exit(task, index, state)
    alive = [c for c in task["containers"] if c["lastStatus"] != "STOPPED"]
    if (index >= len(essentials) or essentials[index]) or not alive:
        elbv2_drain.cut_off(elbv2_drain.targets_of(service_of(task)[1], task))
        stop(task, ESSENTIAL_EXITED, "EssentialContainerExited")


def install():
    ecs._fail_task_start = fail_start
    ecs._stop_task, ecs._ACTION_MAP["StopTask"] = scheduler_stops_task, stop_task
    ecs._record_task_ip = record_task_ip
    ecs._cleanup_task_resources = clean_up
    ecs._maybe_mark_stopped = lambda task, client=None: None
