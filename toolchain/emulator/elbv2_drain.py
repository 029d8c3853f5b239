"""Deregistration: the target gets no new request, and requests under way finish.

AWS completes a deregistration at once when nothing is in flight, and cuts what is left when the
deregistration delay is over.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

import time

import elbv2_connections
import elbv2_health
import elbv2_targets
from ministack.services import alb, ecs

POLL_SECONDS = 0.05
SETTLE_SECONDS = 0.2  # a request may have chosen its target just before


def targets_of(service, task):
    """The targets by which the service's load balancers reach the task."""
    address = ecs._task_ip(task)
    for load_balancer in (service or {}).get("loadBalancers") or []:
        arn = load_balancer.get("targetGroupArn")
        group = alb._tgs.get(arn)
        if group and address:
            yield arn, group, {"Id": address, "Port": load_balancer.get("containerPort")}


def begin(targets):
    for arn, group, target in targets:
        elbv2_health.begin_draining(arn, group, target)


def cut_off(targets):
    """The task has ended by itself: who is about to connect to it gets no answer."""
    for arn, group, target in targets:
        elbv2_connections.task_ended(elbv2_health.key_of(arn, group, target)[1:])


def wait(targets):
    """In-flight requests take their real time, so the delay is never scaled down."""
    if targets:
        time.sleep(SETTLE_SECONDS)
    for arn, group, target in targets:
        end = time.monotonic() + elbv2_targets.deregistration_delay_seconds(arn)
        address, port = elbv2_health.key_of(arn, group, target)[1:]
        while elbv2_targets.in_flight(address, port) and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        elbv2_connections.close_idle((address, port))
        elbv2_health.end_draining(arn, group, target)
