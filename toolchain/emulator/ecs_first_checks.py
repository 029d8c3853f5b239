"""The first health checks of a container, at the pace of the account's time scale.

The engine checks at the real interval, so without this every task would be UNKNOWN for that long. Only a check that
succeeds counts here; what fails, and every later check, is the engine's to judge.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""

import logging
import time

import containers
import elbv2_health
from ministack.core.concurrency import spawn_background
from ministack.core.responses import request_scope
from ministack.services import ecs

DEFAULT_INTERVAL_SECONDS = 30
logger = logging.getLogger("switchyard.checks")


def health_check_of(task, index):
    definition = ecs._task_defs.get(task["taskDefinitionArn"].rsplit("/", 1)[-1]) or {}
    return definition["containerDefinitions"][index].get("healthCheck") if definition else None


def command_of(check):
    kind, *words = check["command"]
    return ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words


def begin(task, index, container_id, account, region, passed):
    """Calls `passed` with the task and the container's index once a check succeeds."""
    check = health_check_of(task, index)
    if not check:
        return

    def run():
        pause = check.get("interval", DEFAULT_INTERVAL_SECONDS) * elbv2_health.SCALE
        with request_scope(account, region):
            while not containers.is_stopping():
                time.sleep(pause)
                if (task.get("lastStatus") != "RUNNING"
                        or task["containers"][index].get("healthStatus") != "UNKNOWN"):
                    return
                container = containers.engine().containers.get(container_id)
                if container.exec_run(command_of(check)).exit_code == 0:
                    return passed(task, index)

    def run_until_gone():
        try:
            run()
        except Exception as error:
            logger.info("first checks of %s ended: %s", container_id[:12], error)

    spawn_background(run_until_gone, thread_name=f"ecs-check-{container_id[:8]}")
