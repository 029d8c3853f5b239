"""Target health as an Application Load Balancer finds it: probes, thresholds, states and reasons.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import concurrent.futures
import http.client
import os
import threading
import time

import elbv2_connections
import elbv2_usage
from ministack.services import alb

SCALE = float(os.environ.get("BG_TIME_SCALE", "1"))
PROBES_AT_ONCE = 16
LOOP_SECONDS = 0.1

DRAINING = {"state": "draining", "reason": "Target.DeregistrationInProgress",
            "why": "Target deregistration is in progress"}
UNUSED = {"state": "unused", "reason": "Target.NotInUse",
          "why": "Target group is not configured to receive traffic from the load balancer"}

_records = {}  # (target group, address, port) -> record
_draining = {}  # (target group, address, port) -> target

_set_targets_for_group = alb.set_targets_for_group


def key_of(arn, group, target):
    return arn, str(target["Id"]), int(target.get("Port") or group.get("Port") or 80)


def new_record():
    return {"state": "initial", "reason": "Elb.RegistrationInProgress",
            "why": "Target registration is in progress",
            "ok": None, "run": 0, "due": 0.0, "busy": False}


def state_of(arn, group, target):
    record = _records.get(key_of(arn, group, target))
    return record or (new_record() if arn in elbv2_usage.used_groups() else UNUSED)


def begin_draining(arn, group, target):
    _draining[key_of(arn, group, target)] = target


def end_draining(arn, group, target):
    _draining.pop(key_of(arn, group, target), None)


def set_targets_for_group(arn, targets, previous_ids=()):
    """Docker hands addresses out again: a new target must not inherit an old one's health."""
    before = {target["Id"] for target in alb._targets.get(arn, [])}
    published = _set_targets_for_group(arn, targets, previous_ids)
    after = {target["Id"] for target in alb._targets.get(arn, [])}
    for key in list(_records):
        if key[0] == arn and key[1] in before ^ after:
            _records.pop(key, None)
    for target in alb._targets.get(arn, []):
        if target["Id"] not in before:
            elbv2_connections.registered(key_of(arn, alb._tgs[arn], target)[1:])
    return published


def matches(code, matcher):
    """Matcher.HttpCode is a list such as "200,302" or a range such as "200-299"."""
    for part in matcher.split(","):
        low, _, high = part.partition("-")
        if int(low) <= code <= int(high or low):
            return True
    return False


def request(key, group):
    """One health check: (ok, reason, description)."""
    port = key[2] if group["HealthCheckPort"] == "traffic-port" else int(group["HealthCheckPort"])
    connection = http.client.HTTPConnection(
        key[1], port, timeout=group["HealthCheckTimeoutSeconds"])
    try:
        connection.request("GET", group["HealthCheckPath"],
                           headers={"User-Agent": "ELB-HealthChecker/2.0"})
        code = connection.getresponse().status
    except TimeoutError:
        return False, "Target.Timeout", "Request timed out"
    except (OSError, http.client.HTTPException):
        return False, "Target.FailedHealthChecks", "Health checks failed"
    finally:
        connection.close()
    if matches(code, group["Matcher"]["HttpCode"]):
        return True, "", ""
    return (False, "Target.ResponseCodeMismatch",
            f"Health checks failed with these codes: [{code}]")


def probe(key, group):
    ok, reason, why = request(key, group)
    record = _records.get(key)
    if record is None:
        return
    record["run"] = record["run"] + 1 if ok == record["ok"] else 1
    record["ok"] = ok
    if ok and (record["state"] == "initial" or record["run"] >= group["HealthyThresholdCount"]):
        record.update(state="healthy", reason="", why="")
    elif not ok and record["run"] >= group["UnhealthyThresholdCount"]:
        record.update(state="unhealthy", reason=reason, why=why)
    record["due"] = time.monotonic() + group["HealthCheckIntervalSeconds"] * SCALE
    record["busy"] = False


def check_forever():
    pool = concurrent.futures.ThreadPoolExecutor(PROBES_AT_ONCE, "health")
    while True:
        registered, used = set(), elbv2_usage.used_groups()
        for (account, _region, arn), group in list(alb._tgs._data.items()):
            if group["TargetType"] == "lambda" or arn not in used:
                continue
            for target in list(alb._targets._data.get((account, arn), [])):
                key = key_of(arn, group, target)
                registered.add(key)
                record = _records.setdefault(key, new_record())
                if not record["busy"] and time.monotonic() >= record["due"]:
                    record["busy"] = True
                    pool.submit(probe, key, group)
        for key in set(_records) - registered:
            _records.pop(key, None)
        time.sleep(LOOP_SECONDS)


def health_xml(group, target, key, record):
    reason = ""
    if record["reason"]:
        reason = (f"<Reason>{record['reason']}</Reason>"
                  f"<Description>{record['why']}</Description>")
    check_port = group["HealthCheckPort"]
    return (f"<member><Target><Id>{target['Id']}</Id><Port>{key[2]}</Port></Target>"
            f"<HealthCheckPort>{key[2] if check_port == 'traffic-port' else check_port}"
            f"</HealthCheckPort><TargetHealth><State>{record['state']}</State>{reason}"
            "</TargetHealth></member>")


def describe_target_health(params):
    arn = alb._p(params, "TargetGroupArn")
    group = alb._tgs.get(arn)
    if not group:
        return alb._error("TargetGroupNotFound", f"Target group '{arn}' not found.")
    only = {target["Id"] for target in alb._parse_targets_param(params)}
    members = "".join(
        health_xml(group, target, key_of(arn, group, target), state_of(arn, group, target))
        for target in alb._targets.get(arn, []) if not only or target["Id"] in only)
    members += "".join(
        health_xml(group, target, key, DRAINING) for key, target in list(_draining.items())
        if key[0] == arn and (not only or target["Id"] in only))
    return alb._xml(200, "DescribeTargetHealth",
                    f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>")


def install():
    alb._ACTION_MAP["DescribeTargetHealth"] = describe_target_health
    alb.set_targets_for_group = set_targets_for_group
    threading.Thread(target=check_forever, daemon=True, name="elbv2-health").start()
