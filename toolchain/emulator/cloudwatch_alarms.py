"""Metric alarms over the Query protocol in full: metric math, dimensions, and all that was put.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
"""

import json
from datetime import datetime, timezone
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

SINGLE_METRIC_FIELDS = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period",
                        "Dimensions", "Unit")
NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"

_put_metric_alarm, _describe_alarms = cloudwatch._put_metric_alarm, cloudwatch._describe_alarms


def nested(params):
    """`A.member.1.B=x` as {"A": [{"B": "x"}]}"""
    tree = {}
    for name, value in params.items():
        *path, last = name.replace(".member.", ".").split(".")
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch[last] = value[0] if isinstance(value, list) else value
    return lists_in(tree)


def lists_in(tree):
    if not isinstance(tree, dict):
        return tree
    if tree and all(name.isdigit() for name in tree):
        return [lists_in(tree[name]) for name in sorted(tree, key=int)]
    return {name: lists_in(value) for name, value in tree.items()}


def xml_of(name, value):
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        inner = "".join(xml_of(key, each) for key, each in value.items())
    elif isinstance(value, list):
        inner = "".join(xml_of("member", each) for each in value)
    elif isinstance(value, bool):
        inner = str(value).lower()
    elif name.endswith("Timestamp"):
        inner = datetime.fromtimestamp(float(value), timezone.utc).isoformat()
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def answer(operation, content, result):
    """What was answered as JSON, for a client of the Query protocol."""
    if result[0] != 200:
        error = json.loads(result[2])
        return cloudwatch._error(error["__type"], error["message"], result[0])
    body = (f'<{operation}Response xmlns="{NAMESPACE}">{xml_of(operation + "Result", content)}'
            f"<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{operation}Response>")
    return 200, {"Content-Type": "text/xml"}, body.encode()


def put_metric_alarm(params, data, is_cbor, is_json=False):
    query = not is_cbor and not is_json
    if query:
        data = nested(params)
        data["ActionsEnabled"] = data.get("ActionsEnabled", "true") == "true"
    result = _put_metric_alarm(params, data, is_cbor, is_json or query)
    if result[0] == 200 and data.get("Metrics"):
        alarm = cloudwatch._alarms[data["AlarmName"]]
        for field in SINGLE_METRIC_FIELDS:
            alarm.pop(field, None)
        alarm["Metrics"] = data["Metrics"]
    return answer("PutMetricAlarm", {}, result) if query else result


def describe_alarms(params, data, is_cbor, is_json=False):
    if is_cbor or is_json:
        return _describe_alarms(params, data, is_cbor, is_json)
    result = _describe_alarms(params, nested(params), False, True)
    return answer("DescribeAlarms", json.loads(result[2]), result)


def install():
    cloudwatch._put_metric_alarm = put_metric_alarm
    cloudwatch._describe_alarms = describe_alarms
