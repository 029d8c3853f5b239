"""What a load balancer publishes once a minute, and the look at the alarms that follows it.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

import collections
import logging
import threading
import time

import elbv2_health
import elbv2_usage
from ministack.core.responses import request_scope
from ministack.services import alb, cloudwatch

PERIOD_SECONDS = 60
NAMESPACE = "AWS/ApplicationELB"
MILLISECOND = 0.001
logger = logging.getLogger("switchyard.metrics")

_lock = threading.Lock()
_counts = collections.Counter()  # (load balancer, target group or None, metric) -> count
_times = collections.Counter()  # (load balancer, target group, seconds) -> count
_each_minute = []  # called with the minute that was published


def each_minute(action):
    _each_minute.append(action)


def label(arn):
    """`app/name/id` or `targetgroup/name/id`"""
    resource = arn.split(":", 5)[5]
    return resource.removeprefix("loadbalancer/")


def answered(balancer_arn, group_arn, status, seconds):
    """A target answered."""
    with _lock:
        for group in (group_arn, None):
            _counts[balancer_arn, group, "RequestCount"] += 1
            _counts[balancer_arn, group, f"HTTPCode_Target_{status // 100}XX_Count"] += 1
            _times[balancer_arn, group, round(seconds / MILLISECOND) * MILLISECOND] += 1


def failed(balancer_arn, group_arn, status):
    """The load balancer answered in place of a target; AWS counts that by load balancer alone."""
    with _lock:
        _counts[balancer_arn, None, "RequestCount"] += 1
        _counts[balancer_arn, None, f"HTTPCode_ELB_{status // 100}XX_Count"] += 1
        if group_arn:
            _counts[balancer_arn, group_arn, "RequestCount"] += 1
            _counts[balancer_arn, group_arn, "TargetConnectionErrorCount"] += 1


def dimensions(balancer_arn, group_arn):
    return {"LoadBalancer": label(balancer_arn),
            **({"TargetGroup": label(group_arn)} if group_arn else {})}


def scope_of(arn):
    _arn, _aws, _service, region, account, _resource = arn.split(":", 5)
    return request_scope(account, region)


def store(timestamp, metric, values, balancer_arn, group_arn):
    """`values` is a count of each value."""
    with scope_of(balancer_arn):
        cloudwatch._store_datum(
            NAMESPACE, metric, dimensions(balancer_arn, group_arn), timestamp,
            "None", None, list(values), list(values.values()), None)


def publish_traffic(timestamp):
    with _lock:
        counts, times = dict(_counts), dict(_times)
        _counts.clear()
        _times.clear()
    for (balancer, group, metric), count in counts.items():
        store(timestamp, metric, {1.0: count}, balancer, group)
        healthy = states_in(group).count("healthy") if group and metric == "RequestCount" else 0
        if healthy:
            store(timestamp, "RequestCountPerTarget", {count / healthy: 1}, balancer, group)
    samples = collections.defaultdict(dict)
    for (balancer, group, seconds), count in times.items():
        samples[balancer, group][seconds] = count
    for (balancer, group), values in samples.items():
        store(timestamp, "TargetResponseTime", values, balancer, group)


def states_in(arn):
    with scope_of(arn):
        group, targets = alb._tgs.get(arn), alb._targets.get(arn, [])
        return [elbv2_health.state_of(arn, group, target)["state"] for target in targets]


def publish_health(timestamp):
    for arn, balancers in elbv2_usage.used_groups().items():
        states = states_in(arn)
        healthy = states.count("healthy")
        for balancer in balancers if states else ():
            store(timestamp, "HealthyHostCount", {healthy: 1}, balancer, arn)
            store(timestamp, "UnHealthyHostCount", {len(states) - healthy: 1}, balancer, arn)


def look_at_alarms():
    for account, region in {key[:2] for key in list(cloudwatch._alarms._data)}:
        with request_scope(account, region):
            cloudwatch._evaluate_all_alarms()


def publish_forever():
    length = PERIOD_SECONDS * elbv2_health.SCALE
    while True:
        end = (time.time() // length + 1) * length
        time.sleep(max(0, end - time.time()))
        try:
            publish_traffic(end - length)
            publish_health(end - length)
            for action in _each_minute:
                action(end - length)
            look_at_alarms()
        except Exception:
            logger.exception("publishing metrics")


def install():
    threading.Thread(target=publish_forever, daemon=True, name="elbv2-metrics").start()
