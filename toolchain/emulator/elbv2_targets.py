"""Which target a request goes to, and how many requests each target is still answering.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html
"""

import contextlib
import itertools
import threading

import elbv2_health
from ministack.services import alb

DEFAULT_DEREGISTRATION_DELAY_SECONDS = 300

_lock = threading.Lock()
_in_flight = {}  # (address, port) -> requests
_turns = {}  # target group -> counter of the round robin


def in_flight(address, port):
    return _in_flight.get((str(address), int(port)), 0)


def count(key, difference):
    with _lock:
        _in_flight[key] = _in_flight.get(key, 0) + difference
        if not _in_flight[key]:
            del _in_flight[key]


@contextlib.contextmanager
def busy(arn, group, target):
    """The target counts as answering; gives its (address, port)."""
    key = elbv2_health.key_of(arn, group, target)[1:]
    count(key, 1)
    try:
        yield key
    finally:
        count(key, -1)


def deregistration_delay_seconds(arn):
    for attribute in alb._tg_attrs.get(arn, []):
        if attribute["Key"] == "deregistration_delay.timeout_seconds":
            return float(attribute["Value"])
    return DEFAULT_DEREGISTRATION_DELAY_SECONDS


def choose(arn, group):
    """The next healthy target; when every target is unhealthy, any of them (ALB fails open)."""
    by_state = {}
    for target in alb._targets.get(arn, []):
        state = elbv2_health.state_of(arn, group, target)["state"]
        by_state.setdefault(state, []).append(target)
    pool = by_state.get("healthy") or by_state.get("unhealthy")
    if not pool:
        return None
    turn = next(_turns.setdefault(arn, itertools.count()))
    return pool[turn % len(pool)]
