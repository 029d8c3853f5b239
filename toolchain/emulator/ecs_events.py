"""Docker's events told to ECS: containers that exit, container health checks that turn.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
"""

import logging
import threading
import time

import containers
import ecs_first_checks
import ecs_replacements
import ecs_tasks
from ministack.core.concurrency import spawn_background
from ministack.core.responses import request_scope
from ministack.services import ecs

HEALTH = {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY", "starting": "UNKNOWN"}
logger = logging.getLogger("switchyard.events")

_owners = {}  # container id -> (task, index, account, region)


def task_health(task):
    states = [container.get("healthStatus", "UNKNOWN") for container in task["containers"]
              if container.get("_checked")]
    if "UNHEALTHY" in states:
        return "UNHEALTHY"
    return "HEALTHY" if states and set(states) == {"HEALTHY"} else "UNKNOWN"


def apply_health(task, index, status):
    container = task["containers"][index]
    container["_checked"] = True
    if status == "starting" and container.get("healthStatus") == "HEALTHY":
        return  # the engine's own first check is still to come
    container["healthStatus"] = HEALTH.get(status, "UNKNOWN")
    task["healthStatus"] = task_health(task)
    if task["healthStatus"] == "UNHEALTHY" and ecs_tasks.service_of(task)[1]:
        ecs_replacements.replace(task)


def inspect(container_id):
    """Take the container's present state as if its last event had just come."""
    owner = _owners.get(container_id)
    if not owner:
        return
    task, index, account, region = owner
    with request_scope(account, region):
        try:
            state = containers.engine().containers.get(container_id).attrs["State"]
        except Exception as error:
            logger.info("container %s: %s", container_id[:12], error)
            return
        if state["Status"] in ("exited", "dead"):
            _owners.pop(container_id, None)
            ecs_tasks.container_exited(task, index, state)
        elif state.get("Health"):
            apply_health(task, index, state["Health"]["Status"])


def follow(task, account, region):
    ids = list(task.get("_docker_ids") or [])
    for index, container_id in enumerate(ids):
        _owners[container_id] = (task, index, account, region)
    for index, container_id in enumerate(ids):
        inspect(container_id)
        ecs_first_checks.begin(task, index, container_id, account, region, passed_first_check)


def passed_first_check(task, index):
    apply_health(task, index, "healthy")


def watch(task, _client, account, region):
    """A running task is followed; its service looks at it again when it should be steady."""
    follow(task, account, region)
    key, service = ecs_tasks.service_of(task)
    if service:
        ecs._schedule_service_deployment_completion(
            key.split("/", 1)[0], key, account, region, healthy_task=task)


def forget_stopped(task, _failed):
    for container_id, owner in list(_owners.items()):
        if owner[0] is task:
            _owners.pop(container_id, None)


def listen():
    filters = {"type": "container", "event": ["die", "health_status"],
               "label": f"{containers.LABEL}={containers.instance()}"}
    while not containers.is_stopping():
        try:
            stream = containers.streaming_engine().events(decode=True, filters=filters)
            for container_id in list(_owners):  # what happened while nobody listened
                inspect(container_id)
            for event in stream:
                spawn_background(inspect, event.get("id", ""), thread_name="ecs-event")
        except Exception as error:
            logger.info("event stream ended: %s", error)
        time.sleep(1)


def install():
    ecs._watch_task_lifecycle = watch
    ecs_tasks.on_stopped(forget_stopped)
    threading.Thread(target=listen, daemon=True, name="docker-events").start()
