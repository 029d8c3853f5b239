"""Deployments of a service as DescribeServices shows them, and what ends them.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

import time

import containers
import ecs_service_deployments
import elbv2_usage
from ministack.core.concurrency import spawn_background
from ministack.core.responses import error_response_json, get_account_id, get_region, request_scope
from ministack.services import ecs

POLL_SECONDS = 0.1
CREATE_DEFAULTS = {"availabilityZoneRebalancing": "ENABLED"}

_make_deployment, _describe_services = ecs._make_deployment, ecs._describe_services
_create_service, _update_service, _delete_service, _delete_cluster = (
    ecs._create_service, ecs._update_service, ecs._delete_service, ecs._delete_cluster)


def make_deployment(task_definition, desired, status="PRIMARY"):
    """A new service is not COMPLETED before its tasks run."""
    deployment = _make_deployment(task_definition, desired, status)
    if desired:
        deployment.update(rolloutState="IN_PROGRESS", rolloutStateReason="")
    return deployment


def rollout_reason(deployment):
    return {
        "COMPLETED": f"ECS deployment {deployment['id']} completed.",
        "IN_PROGRESS": f"ECS deployment {deployment['id']} in progress.",
        "FAILED": "ECS deployment circuit breaker: tasks failed to start.",
    }[deployment["rolloutState"]]


def tidy(service):
    """A finished deployment takes the failed and drained ones before it off the list."""
    ecs_service_deployments.remember(service)
    deployments = service["deployments"]
    done = any(d["status"] == "PRIMARY" and d["rolloutState"] == "COMPLETED" for d in deployments)
    service["deployments"] = [
        d for d in deployments
        if not done or d["status"] == "PRIMARY" or d["runningCount"] or d["pendingCount"]]
    for deployment in service["deployments"]:
        deployment["rolloutStateReason"] = rollout_reason(deployment)
        for field in ("networkConfiguration", "platformVersion"):
            if service.get(field):
                deployment[field] = service[field]


def describe_services(data):
    for service in ecs._services.values():
        tidy(service)
    return _describe_services(data)


def service_key(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    named = ecs._resolve_service_ref(data.get("service", "")) or ("",)
    return f"{cluster}/{data.get('serviceName') or named[0]}"


def unattached(data):
    """A service's target groups have to be in use by a load balancer beforehand."""
    used = elbv2_usage.used_groups()
    for load_balancer in data.get("loadBalancers") or []:
        arn = load_balancer.get("targetGroupArn")
        if arn and arn not in used:
            return error_response_json(
                "InvalidParameterException", f"The target group with targetGroupArn {arn} does "
                "not have an associated load balancer.", 400)
    return None


def create_service(data):
    if refused := unattached(data):
        return refused
    existing = ecs._services.get(service_key(data))
    if existing and existing["status"] == "DRAINING":
        return error_response_json("InvalidParameterException",
                                   "Unable to Start a service that is still Draining.", 400)
    answer = _create_service(data)
    if answer[0] == 200:
        service = ecs._services[service_key(data)]
        for field, default in CREATE_DEFAULTS.items():
            service[field] = data.get(field, default)
        tidy(service)
        return ecs.json_response({"service": ecs._sanitize(service)})
    return answer


def update_service(data):
    service = ecs._services.get(service_key(data))
    if not service:
        return _update_service(data)
    if refused := unattached(data):
        return refused
    for field in (*CREATE_DEFAULTS, "propagateTags", "enableECSManagedTags"):
        if field in data:
            service[field] = data[field]
    ecs_service_deployments.remember(service)
    if "taskDefinition" in data or data.get("forceNewDeployment"):
        service.update(_failures=0, _not_before=0)
    return _update_service(data)


def unstopped_tasks(service):
    return [task for task in ecs._tasks.values()
            if task.get("group") == f"service:{service['serviceName']}"
            and task.get("clusterArn") == service["clusterArn"]
            and task.get("lastStatus") != "STOPPED"]


def delete_service(data):
    """The service is DRAINING until its last task has stopped, then INACTIVE."""
    answer = _delete_service(data)
    if answer[0] != 200:
        return answer
    service = ecs._services[service_key(data)]
    account, region = get_account_id(), get_region()

    def drain():
        with request_scope(account, region):
            while unstopped_tasks(service) and not containers.is_stopping():
                time.sleep(POLL_SECONDS)
            service["status"] = "INACTIVE"

    if unstopped_tasks(service):
        service["status"] = "DRAINING"
        spawn_background(drain, thread_name="ecs-service-drain")
    return ecs.json_response({"service": ecs._sanitize(service)})


def delete_cluster(data):
    name = ecs._resolve_cluster_name(data.get("cluster", "default"))
    services = [s for key, s in ecs._services.items() if key.startswith(f"{name}/")]
    if any(service["status"] == "ACTIVE" for service in services):
        return error_response_json("ClusterContainsServicesException",
                                   "The Cluster cannot be deleted while Services are active.", 400)
    if any(unstopped_tasks(service) for service in services):
        return error_response_json("ClusterContainsTasksException",
                                   "The Cluster cannot be deleted while Tasks are active.", 400)
    return _delete_cluster(data)


def install():
    ecs._make_deployment = make_deployment
    ecs._create_service = create_service
    ecs._describe_services = describe_services
    ecs._ACTION_MAP.update({
        "CreateService": create_service, "UpdateService": update_service,
        "DeleteService": delete_service, "DescribeServices": describe_services,
        "DeleteCluster": delete_cluster})
