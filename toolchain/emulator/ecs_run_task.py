"""RunTask as documented: what it refuses and defaults, and that a repeated call starts nothing.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
"""

import json
import re
import threading
import time

import ecs_overrides
import ecs_task_lists
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import ecs

STARTED_BY = re.compile(r"[A-Za-z0-9_/-]{0,128}")
CLIENT_TOKEN = re.compile(r"[!-~]{1,64}")
MOST_TASKS = 10
# Or until an hour after its tasks have stopped: they are forgotten then.
TOKEN_SECONDS = 24 * 3600
IN_USE = ("The provided clientToken is already in use with a different RunTask request: run it "
          "with another clientToken, or with the original set of parameters.")

_run_task = ecs._run_task
_lock = threading.Lock()
_tokens = {}  # (account, region, cluster, token) -> (parameters, answer, when it expires)


def network_refusal(data, task_definition):
    network = (data.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    is_awsvpc = task_definition.get("networkMode") == "awsvpc"
    if is_awsvpc and not network:
        return "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    if is_awsvpc and not network.get("subnets"):
        return "subnets can not be empty."
    if network and not is_awsvpc:
        return ("Network Configuration is not valid for the given networkMode of this task "
                "definition.")
    return None


def capacity_refusal(data, task_definition, cluster):
    """No account of the emulator has container instances: what runs, runs on Fargate."""
    launch_type, strategy, _ = ecs._launch_choice(data, cluster)
    launch_type, _ = ecs._task_capacity(launch_type, strategy)
    if launch_type != "FARGATE":
        return "No Container Instances were found in your cluster."
    if "FARGATE" not in (task_definition.get("requiresCompatibilities") or ["FARGATE"]):
        return "Task definition does not support launch_type FARGATE."
    return None


def parameter_refusal(data):
    if not STARTED_BY.fullmatch(data.get("startedBy") or ""):
        return "startedBy must have at most 128 letters, digits, hyphens, slashes and underscores."
    if not 1 <= data.get("count", 1) <= MOST_TASKS:
        return f"Count must be between 1 and {MOST_TASKS}."
    if (data.get("group") or "").startswith(("service:", "family:")):
        return "Invalid namespace for group."
    if data.get("launchType") and data.get("capacityProviderStrategy"):
        return ecs._BOTH_LAUNCH_CHOICES
    if not CLIENT_TOKEN.fullmatch(data.get("clientToken", "-")):
        return "clientToken must have 1 to 64 ASCII characters in the range of 33 to 126."
    return None


def refusal(data, cluster):
    """The answer that AWS refuses the call with; nothing if it does not."""
    if cluster not in ecs._clusters or ecs._clusters[cluster].get("status") == "INACTIVE":
        return error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
    task_definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", "")))
    if not task_definition:
        return error_response_json("InvalidParameterException", "TaskDefinition not found.", 400)
    if task_definition.get("status") == "INACTIVE":
        return error_response_json("ClientException", "TaskDefinition is inactive", 400)
    message = (parameter_refusal(data)
               or network_refusal(data, task_definition)
               or capacity_refusal(data, task_definition, ecs._clusters[cluster])
               or ecs_overrides.refusal(data.get("overrides") or {}, task_definition))
    return error_response_json("InvalidParameterException", message, 400) if message else None


def tags_of(data, task_definition, cluster):
    own = list(data.get("tags") or [])
    keys = {tag["key"] for tag in own}
    if data.get("propagateTags") == "TASK_DEFINITION":
        listed = ecs._tags.get(task_definition["taskDefinitionArn"]) or []
        own += [tag for tag in listed if tag["key"] not in keys]
    if data.get("enableECSManagedTags"):
        own.append({"key": "aws:ecs:clusterName", "value": cluster})
    return own


def start(data, cluster):
    if refused := refusal(data, cluster):
        return refused
    task_definition = ecs._task_defs[ecs._resolve_td_key(data["taskDefinition"])]
    answer = _run_task({
        **data,
        "group": data.get("group") or f"family:{task_definition['family']}",
        "tags": tags_of(data, task_definition, cluster),
    })
    if answer[0] != 200:
        return answer
    started = json.loads(answer[2])
    for task in started["tasks"]:
        for record in (task, ecs._tasks[task["taskArn"]]):
            ecs_overrides.show(record)
    return json_response({**started, "tasks": [*map(ecs_task_lists.view, started["tasks"])]})


def arns_of(answer):
    return [task["taskArn"] for task in json.loads(answer[2])["tasks"]]


def forget_tokens():
    for (account, region, *rest), (_, answer, expires) in list(_tokens.items()):
        if time.monotonic() > expires or not any(
                ecs._tasks.get_scoped(account, region, arn) for arn in arns_of(answer)):
            del _tokens[(account, region, *rest)]


def run_task(data):
    """Calls come one after the other, so that of two with one token the second finds the first."""
    data = {name: value for name, value in data.items() if not name.startswith("_")}
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    token, parameters = data.get("clientToken"), json.dumps(data, sort_keys=True)
    key = (get_account_id(), get_region(), cluster, token)
    with _lock:
        forget_tokens()
        if key not in _tokens:
            answer = start(data, cluster)
            if token and answer[0] == 200:
                _tokens[key] = parameters, answer, time.monotonic() + TOKEN_SECONDS
            return answer
        known, answer, _ = _tokens[key]
        if known == parameters:
            return answer
        return error_response_json("ConflictException", IN_USE, 400,
                                   {"resourceIds": arns_of(answer)})


def install():
    ecs._ACTION_MAP["RunTask"] = run_task
