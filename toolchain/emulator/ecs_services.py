"""The service scheduler's view of health: when a task counts, and when it is replaced.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

import threading
import time

import containers
import ecs_replacements
import ecs_tasks
import elbv2_drain
import elbv2_health
from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import ecs

POLL_SECONDS = 0.1
MONITOR_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60
STOPPED_TASKS_SECONDS = 3600

_record_healthy, _record_failure, _reconcile = (
    ecs._record_service_task_healthy, ecs._record_service_task_failure,
    ecs._reconcile_service_tasks)


def now():
    return time.monotonic()


def grace_seconds(service):
    return float(service.get("healthCheckGracePeriodSeconds") or 0) * elbv2_health.SCALE


def unhealthy_target(service, task):
    for arn, group, target in elbv2_drain.targets_of(service, task):
        if elbv2_health.state_of(arn, group, target)["state"] == "unhealthy":
            return arn
    return None


def fail_target(task, arn):
    ecs_tasks.stop(task, f"Task failed ELB health checks in (target-group {arn})",
                   "ServiceSchedulerInitiated", failed=True)


def wait_for_containers(task):
    """A task with container health checks counts once they all are HEALTHY."""
    while task.get("lastStatus") == "RUNNING":
        if task.get("healthStatus") == "HEALTHY" or not any(
                container.get("_checked") for container in task["containers"]):
            return
        time.sleep(POLL_SECONDS)


def record_healthy(service_key, task):
    """A task counts towards its deployment once its targets are healthy."""
    service = ecs._services.get(service_key) or {}
    grace_ends = now() + grace_seconds(service)
    wait_for_containers(task)
    for arn, group, target in elbv2_drain.targets_of(service, task):
        while task.get("lastStatus") == "RUNNING":
            state = elbv2_health.state_of(arn, group, target)["state"]
            if state == "healthy":
                break
            if state == "unhealthy" and now() > grace_ends:
                return fail_target(task, arn)
            time.sleep(POLL_SECONDS)
    if task.get("lastStatus") == "RUNNING":
        service["_failures"] = 0
        task["_steady"] = True
    return _record_healthy(service_key, task)


def monitor():
    """Tasks that were healthy and are not any more are replaced."""
    while not containers.is_stopping():
        for (account, region, _arn), task in list(ecs._tasks.all_items()):
            if task.get("lastStatus") != "RUNNING" or not task.get("_steady"):
                continue
            with request_scope(account, region):
                _key, service = ecs_tasks.service_of(task)
                arn = unhealthy_target(service, task) if service else None
                if arn:
                    fail_target(task, arn)
        forget_old_tasks()
        time.sleep(MONITOR_SECONDS)


def forget_old_tasks():
    """Stopped tasks are shown for about an hour."""
    for (account, region, arn), task in list(ecs._tasks.all_items()):
        ended = task.get("_ended")
        if ended and now() - ended > STOPPED_TASKS_SECONDS:
            with request_scope(account, region):
                ecs._tasks.pop(arn, None)


def pause_restarts(service):
    """ECS throttles the starts of tasks that keep failing: 1, 2, 4 ... seconds."""
    failures = service["_failures"] = service.get("_failures", 0) + 1
    pause = min(2 ** (failures - 1), LONGEST_PAUSE_SECONDS) * elbv2_health.SCALE
    service["_not_before"] = now() + pause


def reconcile(cluster, service_key):
    """While restarts are paused, nothing is started; once the pause is over, all is made up for."""
    service = ecs._services.get(service_key) or {}
    if service.get("desiredCount") and ecs_replacements.is_under_way(service):
        return None  # its end is a task that stops, and that brings it here again
    primary = ecs._primary_deployment(service) or {}
    pause = service.get("_not_before", 0) - now()
    if pause <= 0 or not service.get("desiredCount") or primary.get("rolloutState") == "FAILED":
        return _reconcile(cluster, service_key)
    account, region = get_account_id(), get_region()

    def later():
        time.sleep(pause)
        with request_scope(account, region):
            if not containers.is_stopping():
                reconcile(cluster, service_key)

    spawn_background(later, thread_name="ecs-restart")
    return None


def stopped(task, failed):
    task["_ended"] = now()
    key, service = ecs_tasks.service_of(task)
    if not service or service.get("status") != "ACTIVE" or containers.is_stopping():
        return
    if failed:
        pause_restarts(service)
        _record_failure(task)
    else:
        reconcile(key.split("/", 1)[0], key)


def record_failure(task, digest_resolution_failed=False):
    """Failures of stopped tasks are recorded by `stopped`, once, after the pause."""
    if digest_resolution_failed:
        _record_failure(task, digest_resolution_failed=True)


def install():
    ecs_tasks.on_stopped(stopped)
    ecs._reconcile_service_tasks = reconcile
    ecs._record_service_task_healthy = record_healthy
    ecs._record_service_task_failure = record_failure
    threading.Thread(target=monitor, daemon=True, name="ecs-service-health").start()
