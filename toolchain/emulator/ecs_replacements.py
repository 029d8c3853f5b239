"""How an unhealthy task of a service is replaced.

Where maximumPercent has room, the replacement is started first, and the unhealthy task is stopped once it is healthy;
where it has none, the unhealthy task is stopped first. Here only a task that was healthy before is replaced in the
first way, and nothing else of the service is scheduled meanwhile.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
"""

import time

import containers
import ecs_tasks
from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import ecs

POLL_SECONDS = 0.1
FAILED_CONTAINER_HEALTH = "Task failed container health checks"


def active_tasks(service):
    return [task for task in ecs._tasks.values()
            if task.get("group") == f"service:{service['serviceName']}"
            and task.get("clusterArn") == service["clusterArn"]
            and task.get("lastStatus") in ecs._PRE_STOP_STATUSES]


def is_under_way(service):
    """Whether a task of the service's newest deployment waits for its replacement."""
    primary = ecs._primary_deployment(service)
    return any(task.get("_outgoing") and ecs._deployment_for_task(service, task) is primary
               for task in active_tasks(service))


def has_room(service):
    configuration = service.get("deploymentConfiguration") or {}
    most = service["desiredCount"] * int(configuration.get("maximumPercent", 200)) // 100
    return len(active_tasks(service)) < most


def start_one(service, cluster):
    before = set(ecs._tasks)
    ecs._run_task({
        "cluster": cluster,
        "taskDefinition": service["taskDefinition"],
        "count": 1,
        "group": f"service:{service['serviceName']}",
        "startedBy": service["serviceName"],
        "launchType": service.get("launchType"),
        "capacityProviderStrategy": service.get("capacityProviderStrategy"),
        "platformVersion": service.get("platformVersion", ""),
        "networkConfiguration": service.get("networkConfiguration", {}),
        "enableExecuteCommand": service.get("enableExecuteCommand", False),
        "_deploymentId": (ecs._primary_deployment(service) or {}).get("id"),
    })
    return [task for arn, task in ecs._tasks.items() if arn not in before]


def stop(task):
    ecs_tasks.stop(task, FAILED_CONTAINER_HEALTH, "ServiceSchedulerInitiated", failed=True)


def replace(task):
    key, service = ecs_tasks.service_of(task)
    if not task.get("_steady") or task.get("_outgoing") or not has_room(service):
        return stop(task)
    task["_outgoing"] = True
    account, region = get_account_id(), get_region()
    replacements = start_one(service, key.split("/", 1)[0])

    def run():
        with request_scope(account, region):
            while not containers.is_stopping() and task.get("lastStatus") == "RUNNING":
                if all(each.get("_steady") or each.get("desiredStatus") == "STOPPED"
                       for each in replacements):
                    return stop(task)
                time.sleep(POLL_SECONDS)

    spawn_background(run, thread_name=f"ecs-replace-{task['taskArn'].rsplit('/', 1)[-1][:8]}")
    return None
