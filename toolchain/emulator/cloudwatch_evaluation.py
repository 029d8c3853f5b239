"""When a metric alarm turns: its own dimensions, M out of N data points, missing data, metric math.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import ast
import operator
import time

import elbv2_health
from ministack.services import cloudwatch

MORE_PERIODS = 2  # looked at beyond the evaluation periods, should some have no data
COMPARISONS = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
             ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le}


def fill(value, filling):
    return filling if value is None else value


def choose(condition, yes, no):
    return None if condition is None else (yes if condition else no)


FUNCTIONS = {"FILL": fill, "IF": choose}


def combine(node, left, right):
    if left is None or right is None:
        return None
    if isinstance(node, ast.Div):
        return left / right if right else None
    return OPERATORS[type(node)](left, right)


def calculate(node, values):
    """Metric math as far as alarms here use it: arithmetic, comparisons, FILL and IF.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    if isinstance(node, ast.Expression):
        return calculate(node.body, values)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        return combine(node.op, calculate(node.left, values), calculate(node.right, values))
    if isinstance(node, ast.Compare):
        return combine(node.ops[0], calculate(node.left, values),
                       calculate(node.comparators[0], values))
    return FUNCTIONS[node.func.id](*(calculate(argument, values) for argument in node.args))


def period_values(metric, period, periods, now):
    """A value, or None, for each of the last whole periods, the newest last."""
    dimensions = cloudwatch._dims_from_list(metric.get("Dimensions") or [])
    key = (metric["Namespace"], metric["MetricName"], cloudwatch._dims_key(dimensions))
    points, length = list(cloudwatch._metrics.get(key) or []), period * elbv2_health.SCALE
    end = now // length * length
    values = []
    for number in range(periods, 0, -1):
        first, last = end - number * length, end - (number - 1) * length
        inside = [point for point in points if first <= point["Timestamp"] < last]
        stats = cloudwatch._calc_stats(inside)
        values.append(cloudwatch._stat_value(stats, metric["Stat"], inside) if stats else None)
    return values


def query_values(alarm, periods, now):
    if not alarm.get("Metrics"):
        stat = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
        return period_values({**alarm, "Stat": stat}, alarm["Period"], periods, now)
    known, result = {}, None
    for query in alarm["Metrics"]:
        if query.get("MetricStat"):
            stat = query["MetricStat"]
            known[query["Id"]] = period_values(
                {**stat["Metric"], "Stat": stat["Stat"]}, int(stat["Period"]), periods, now)
    for query in alarm["Metrics"]:
        if query.get("Expression"):
            tree = ast.parse(query["Expression"], mode="eval")
            known[query["Id"]] = [calculate(tree, {name: row[at] for name, row in known.items()})
                                  for at in range(periods)]
        if str(query.get("ReturnData", True)).lower() == "true":
            result = known[query["Id"]]
    return result


def judge(alarm, now):
    """(state, the data points that it rests on); the state is None where it stays what it is."""
    wanted = int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm") or wanted)
    compare = COMPARISONS[alarm["ComparisonOperator"]][0]
    found = [value for value in query_values(alarm, wanted + MORE_PERIODS, now)
             if value is not None][-wanted:]
    missing = alarm.get("TreatMissingData") or "missing"
    if not found and missing in ("missing", "ignore"):
        return ("INSUFFICIENT_DATA" if missing == "missing" else None), found
    breaching = sum(compare(value, alarm["Threshold"]) for value in found)
    if missing == "breaching":
        breaching += wanted - len(found)
    return ("ALARM" if breaching >= needed else "OK"), found


def reason_for(alarm, state, found):
    if state == "INSUFFICIENT_DATA" or not found:
        return "no data points were received, and missing data is " + str(
            alarm.get("TreatMissingData") or "missing")
    words = COMPARISONS[alarm["ComparisonOperator"]][1]
    points = ", ".join(f"{value:g}" for value in found)
    negation = "were" if state == "ALARM" else "were not all"
    return (f"Threshold Crossed: the last {len(found)} data points [{points}] {negation} {words} "
            f"the threshold ({alarm['Threshold']:g})")


def evaluate(alarm):
    if not alarm.get("Metrics") and not alarm.get("MetricName"):
        return  # half put
    state, found = judge(alarm, time.time())
    before = alarm["StateValue"]
    if state is None or state == before:
        return
    reason = reason_for(alarm, state, found)
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def install():
    cloudwatch._evaluate_alarm = evaluate
