"""Target tracking of ECS services: as many tasks as keep a metric near its target.

Out, as soon as three minutes are above the target; in, once fifteen are clearly below it, by all policies.
https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
"""

import logging
import math
import time

import autoscaling
import cloudwatch_evaluation
import elbv2_health
import elbv2_metrics
from ministack.core.responses import request_scope
from ministack.services import ecs

MINUTE = 60
MINUTES_HIGH, MINUTES_LOW = 3, 15
LOW_SHARE = 0.9  # of the target: below it, fewer tasks would do
COOLDOWN_SECONDS = 300  # AWS's default for ECS
logger = logging.getLogger("switchyard.autoscaling")


def service_of(resource_id):
    """`service/CLUSTER/NAME`: the service as ECS has it, nothing where it is not active."""
    service = ecs._services.get(resource_id.removeprefix("service/"))
    return service if service and service.get("status") == "ACTIVE" else None


def set_capacity(resource_id, tasks):
    cluster, name = resource_id.split("/")[1:]
    ecs._update_service({"cluster": cluster, "service": name, "desiredCount": tasks})


def within(target, tasks):
    return max(target["MinCapacity"], min(target["MaxCapacity"], tasks))


def bring_into_range(target):
    """Registering a target changes a capacity that is out of its range, at once.
    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    service = service_of(target["ResourceId"])
    if service and within(target, service["desiredCount"]) != service["desiredCount"]:
        set_capacity(target["ResourceId"], within(target, service["desiredCount"]))


def metric_queries(config):
    """What a policy looks at, as an alarm would; nothing for what is not published here."""
    predefined = config.get("PredefinedMetricSpecification")
    if not predefined:
        queries = config["CustomizedMetricSpecification"].get("Metrics") or []
        return [{**query, "MetricStat": {**query["MetricStat"], "Period": MINUTE}}
                if query.get("MetricStat") else query for query in queries]
    if predefined["PredefinedMetricType"] != "ALBRequestCountPerTarget":
        return []
    balancer, group = predefined["ResourceLabel"].split("/targetgroup/")
    dimensions = [{"Name": "LoadBalancer", "Value": balancer},
                  {"Name": "TargetGroup", "Value": f"targetgroup/{group}"}]
    metric = {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCountPerTarget",
              "Dimensions": dimensions}
    return [{"Id": "m", "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": MINUTE}}]


def values_of(policy, now):
    """The metric's last minutes, newest last, None for a minute without data."""
    queries = metric_queries(policy["TargetTrackingScalingPolicyConfiguration"])
    if not queries:
        return [None] * MINUTES_LOW
    return cloudwatch_evaluation.query_values({"Metrics": queries}, MINUTES_LOW, now)


def holds(values, compare):
    """Minutes without data are no sign of anything."""
    return all(value is not None and compare(value) for value in values)


def wanted(policy, capacity, now):
    """("out" | "in" | None, tasks)"""
    config = policy["TargetTrackingScalingPolicyConfiguration"]
    goal, values = float(config["TargetValue"]), values_of(policy, now)
    if holds(values[-MINUTES_HIGH:], lambda value: value > goal):
        return "out", math.ceil(capacity * values[-1] / goal)
    if holds(values, lambda value: value < goal * LOW_SHARE):
        return "in", math.ceil(capacity * values[-1] / goal)
    return None, capacity


def cools(target, policies, field, now):
    seconds = max(policy["TargetTrackingScalingPolicyConfiguration"].get(field, COOLDOWN_SECONDS)
                  for policy in policies)
    return now < target.get("_scaled", 0) + seconds * elbv2_health.SCALE


def scale(target, policies, now):
    service = service_of(target["ResourceId"])
    if not service or not policies or not service["desiredCount"]:
        return  # nothing to scale, or scaled to nothing by hand
    suspended, capacity = target.get("SuspendedState") or {}, service["desiredCount"]
    # While it cools down only a larger step out counts: the last one may not show in the metric yet.
    cooling = cools(target, policies, "ScaleOutCooldown", now)
    base = target.get("_before", capacity) if cooling else capacity
    verdicts = [(policy, *wanted(policy, base, now)) for policy in policies]
    out = [tasks for _, direction, tasks in verdicts if direction == "out"]
    reducing = [(direction, tasks) for policy, direction, tasks in verdicts
                if not policy["TargetTrackingScalingPolicyConfiguration"].get("DisableScaleIn")]
    goal = capacity
    if out and not suspended.get("DynamicScalingOutSuspended"):
        goal = max(capacity, within(target, max(out)))
    elif (not out and reducing and all(direction == "in" for direction, _ in reducing)
          and not suspended.get("DynamicScalingInSuspended") and is_steady(service)
          and not cools(target, policies, "ScaleInCooldown", now)):
        goal = min(capacity, within(target, max(tasks for _, tasks in reducing)))
    if goal != capacity:
        logger.info("%s: %s -> %s tasks", target["ResourceId"], capacity, goal)
        target["_scaled"], target["_before"] = now, capacity
        set_capacity(target["ResourceId"], goal)


def is_steady(service):
    """Nothing is scaled in while a deployment is in progress."""
    return all(each["rolloutState"] == "COMPLETED" for each in service["deployments"])


def look(_timestamp):
    now = time.time()
    targets = autoscaling._stores["ScalableTarget"]
    for account, region in {key[:2] for key in list(targets._data)}:
        with request_scope(account, region):
            for target in targets.values():
                if target["ServiceNamespace"] == "ecs":
                    scale(target, autoscaling.policies_of(target), now)


def install():
    autoscaling.on_registered(bring_into_range)
    elbv2_metrics.each_minute(look)
