"""Tasks as DescribeTasks and ListTasks show them.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
"""

import json

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

MOST_TASKS = 100
# The reference says "the only filter"; the service takes desiredStatus beside it, and no other.
# https://github.com/aws/aws-sdk-go-v2/issues/1893
NOT_WITH_STARTED_BY = ("family", "serviceName", "containerInstance", "launchType")

_describe_tasks, _list_tasks = ecs._describe_tasks, ecs._list_tasks


def no_cluster(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    if cluster in ecs._clusters:
        return None
    return error_response_json("ClusterNotFoundException", "Cluster not found.", 400)


def view(task):
    """A task that is not on its way down has no reason to stop."""
    return {name: value for name, value in ecs._sanitize(task).items()
            if value or name not in ("stopCode", "stoppedReason")}


def describe_tasks(data):
    if refused := no_cluster(data):
        return refused
    wanted = data.get("tasks") or []
    if not wanted or not all(wanted):
        return error_response_json("InvalidParameterException", "Tasks cannot be empty.", 400)
    if len(wanted) > MOST_TASKS:
        return error_response_json("InvalidParameterException",
                                   f"Tasks can have at most {MOST_TASKS} items.", 400)
    answer = _describe_tasks(data)
    body = json.loads(answer[2])
    tasks = [view(task) for task in body["tasks"]]
    if "TAGS" not in (data.get("include") or []):
        tasks = [{**task, "tags": []} for task in tasks]
    return json_response({**body, "tasks": tasks})


def list_tasks(data):
    """By desired status, RUNNING unless said otherwise: a task on its way down is a STOPPED one."""
    if refused := no_cluster(data):
        return refused
    if data.get("startedBy") and any(data.get(name) for name in NOT_WITH_STARTED_BY):
        return error_response_json("InvalidParameterException",
                                   "cannot specify startedBy with other arguments", 400)
    return _list_tasks(data)


def install():
    ecs._ACTION_MAP.update({"DescribeTasks": describe_tasks, "ListTasks": list_tasks})
