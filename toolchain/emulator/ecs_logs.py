"""Container output in CloudWatch Logs, to the last line, stream `prefix/container/task-id`.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
"""

import logging
import threading
import time

import containers
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs, ecs

LAST_LINES_SECONDS = 60  # 20,000 lines took 3 s, on two cores
BATCH_LINES = 500
logger = logging.getLogger("switchyard.logs")

_forwarders = {}  # container id -> thread


class LogGroupMissing(Exception):
    """A task whose log group does not exist does not start."""


def prepare(definition, task_id):
    """Make the log stream before the container runs, as the awslogs driver does."""
    config = ecs._awslogs_config(definition, task_id, task_id)
    if config and not ecs._ensure_awslogs_stream(config):
        raise LogGroupMissing(
            "ResourceInitializationError: failed to validate logger args: create stream has "
            "been retried 1 times: failed to create Cloudwatch log stream: "
            "ResourceNotFoundException: The specified log group does not exist. : exit status 1")


def put(config, lines):
    now = int(time.time() * 1000)
    for start in range(0, len(lines), BATCH_LINES):
        cloudwatch_logs._put_log_events({
            "logGroupName": config["group"],
            "logStreamName": config["stream"],
            "logEvents": [{"timestamp": now, "message": line.decode("utf-8", "replace")}
                          for line in lines[start:start + BATCH_LINES] if line],
        })


def follow(container_id, config, account, region):
    try:
        with request_scope(account, region):
            put_all(container_id, config)
    finally:
        _forwarders.pop(container_id, None)


def put_all(container_id, config):
    rest = b""
    try:
        container = containers.streaming_engine().containers.get(container_id)
        for chunk in container.logs(stream=True, follow=True, stdout=True, stderr=True):
            *lines, rest = (rest + chunk).split(b"\n")
            put(config, lines)
    except Exception as error:
        logger.info("logs of %s ended: %s", container_id[:12], error)
    put(config, [rest])


def start_forwarder(container, definition, task_id):
    """Before anybody knows of the container: one that ends at once has its last lines waited for."""
    config = ecs._awslogs_config(definition, task_id, container.id)
    if not config or not ecs._ensure_awslogs_stream(config):
        return
    thread = threading.Thread(
        target=follow, daemon=True, name=f"logs-{container.id[:12]}",
        args=(container.id, config, get_account_id(), config["region"] or get_region()))
    _forwarders[container.id] = thread
    thread.start()


def wait_for_last_lines(container_id):
    thread = _forwarders.get(container_id)
    if thread:
        thread.join(LAST_LINES_SECONDS)


def install():
    ecs._start_awslogs_forwarder = lambda *_: None  # begun with the container itself
