"""Service deployments: the record of each deployment, also after it left the service's own list.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
"""

import datetime

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import ecs

BRIEF = ("serviceDeploymentArn", "targetServiceRevisionArn", "serviceArn", "clusterArn",
         "createdAt", "startedAt", "finishedAt", "status", "statusReason")
STATUS = {"IN_PROGRESS": "IN_PROGRESS", "COMPLETED": "SUCCESSFUL", "FAILED": "STOPPED"}


def arn_of(kind, service, deployment):
    cluster = ecs._cluster_name_from_arn(service["clusterArn"])
    identifier = deployment["id"].removeprefix("ecs-svc/")
    return (f"arn:aws:ecs:{get_region()}:{get_account_id()}:{kind}/{cluster}/"
            f"{service['serviceName']}/{identifier}")


def remember(service):
    """Deployments in the order of their start, the newest first."""
    history = service.setdefault("_history", {})
    for deployment in reversed(service["deployments"]):
        history.setdefault(deployment["id"], deployment)
    return list(reversed(history.values()))


def status_of(service, deployment):
    status = STATUS[deployment["rolloutState"]]
    superseded = deployment not in service["deployments"] or deployment["status"] != "PRIMARY"
    return "STOPPED" if status == "IN_PROGRESS" and superseded else status


def shown(service, deployment):
    breaker = (service["deploymentConfiguration"] or {}).get("deploymentCircuitBreaker") or {}
    status = status_of(service, deployment)
    record = {
        "serviceDeploymentArn": arn_of("service-deployment", service, deployment),
        "targetServiceRevisionArn": arn_of("service-revision", service, deployment),
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "createdAt": deployment["createdAt"],
        "startedAt": deployment["createdAt"],
        "updatedAt": deployment["updatedAt"],
        "status": status,
        "statusReason": deployment["rolloutStateReason"],
        "deploymentConfiguration": service["deploymentConfiguration"],
        "deploymentCircuitBreaker": {
            "status": "TRIGGERED" if deployment["rolloutState"] == "FAILED"
            else "MONITORING" if breaker.get("enable") else "DISABLED",
            "failureCount": deployment["failedTasks"],
            "threshold": ecs._circuit_breaker_threshold(service),
        },
    }
    if status != "IN_PROGRESS":
        record["finishedAt"] = deployment["updatedAt"]
    return record


def records():
    return [shown(service, deployment)
            for service in ecs._services.values() for deployment in remember(service)]


def list_service_deployments(data):
    name = (ecs._resolve_service_ref(data.get("service", "")) or ("",))[0]
    wanted, after = data.get("status"), (data.get("createdAt") or {}).get("after", 0)
    found = [record for record in records()
             if record["serviceArn"].rsplit("/", 1)[-1] == name
             and (not wanted or record["status"] in wanted)
             and epoch(record["createdAt"]) > after]
    return json_response({"serviceDeployments": [
        {field: record[field] for field in BRIEF if field in record} for record in found]})


def describe_service_deployments(data):
    wanted = data.get("serviceDeploymentArns", [])
    found = [record for record in records() if record["serviceDeploymentArn"] in wanted]
    known = [record["serviceDeploymentArn"] for record in found]
    return json_response({
        "serviceDeployments": found,
        "failures": [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in known]})


def moment():
    """AWS gives moments to the millisecond, and clients compare them with their own clock."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def epoch(value):
    return datetime.datetime.fromisoformat(value).timestamp() if isinstance(value, str) else value


def install():
    ecs._iso, ecs._ts_to_epoch = moment, epoch
    ecs._ECS_TIMESTAMP_FIELDS.add("finishedAt")
    ecs._ACTION_MAP.update({"ListServiceDeployments": list_service_deployments,
                            "DescribeServiceDeployments": describe_service_deployments})
