"""Application Auto Scaling's records: targets, policies and schedules. `autoscaling_tracking` scales by them.

https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
"""

import json
import sys
import time
import types
import uuid

from ministack import app
from ministack.core import router
from ministack.core.responses import (AccountRegionScopedDict, error_response_json,
                                      get_account_id, get_region, json_response)

SERVICE = "application-autoscaling"
SERVICE_ROLE = ("aws-service-role/ecs.application-autoscaling.amazonaws.com/"
                "AWSServiceRoleForApplicationAutoScaling_ECSService")
IDENTITY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
NAME_FIELD = {"ScalableTarget": None, "ScalingPolicy": "PolicyName",
              "ScheduledAction": "ScheduledActionName"}
LIST_FIELD = {"ScalableTarget": "ScalableTargets", "ScalingPolicy": "ScalingPolicies",
              "ScheduledAction": "ScheduledActions"}
ARN_FIELD = {"ScalableTarget": "ScalableTargetARN", "ScalingPolicy": "PolicyARN",
             "ScheduledAction": "ScheduledActionARN"}
KIND_OF_OPERATION = {
    "RegisterScalableTarget": "ScalableTarget", "DeregisterScalableTarget": "ScalableTarget",
    "DescribeScalableTargets": "ScalableTarget",
    "PutScalingPolicy": "ScalingPolicy", "DeleteScalingPolicy": "ScalingPolicy",
    "DescribeScalingPolicies": "ScalingPolicy",
    "PutScheduledAction": "ScheduledAction", "DeleteScheduledAction": "ScheduledAction",
    "DescribeScheduledActions": "ScheduledAction",
}

_stores = {kind: AccountRegionScopedDict() for kind in NAME_FIELD}
_tags = AccountRegionScopedDict()
_on_registered = []


def on_registered(action):
    """Calls with each scalable target that was registered or changed."""
    _on_registered.append(action)


def policies_of(target):
    key = key_of("ScalableTarget", target)
    return [policy for policy in _stores["ScalingPolicy"].values()
            if key_of("ScalableTarget", policy) == key
            and policy["PolicyType"] == "TargetTrackingScaling"]


def missing(message):
    return error_response_json("ObjectNotFoundException", message, 400)


def key_of(kind, data):
    fields = IDENTITY + ((NAME_FIELD[kind],) if NAME_FIELD[kind] else ())
    return tuple(data.get(field) for field in fields)


def describe(kind, data):
    identifiers = data.get("ResourceIds") or list(filter(None, [data.get("ResourceId")]))
    names = data.get("PolicyNames") or data.get("ScheduledActionNames")
    rows = [row for row in _stores[kind].values()
            if row["ServiceNamespace"] == data["ServiceNamespace"]
            and (not identifiers or row["ResourceId"] in identifiers)
            and data.get("ScalableDimension") in (None, row["ScalableDimension"])
            and (not names or row.get(NAME_FIELD[kind]) in names)]
    shown = [{name: value for name, value in row.items() if not name.startswith("_")}
             for row in rows]
    return json_response({LIST_FIELD[kind]: shown})


def delete(kind, data):
    key = key_of(kind, data)
    if key not in _stores[kind]:
        return missing(f"No {kind} found for {key}")
    _stores[kind].pop(key)
    if kind == "ScalableTarget":  # its policies and schedules go with it
        for store in _stores.values():
            for other in [each for each in store if each[:3] == key]:
                store.pop(other)
    return json_response({})


def put(kind, data):
    key, field = key_of(kind, data), ARN_FIELD[kind]
    if kind != "ScalableTarget" and key[:3] not in _stores["ScalableTarget"]:
        return missing("No scalable target registered")
    kind_in_arn = "scalable-target" if kind == "ScalableTarget" else f"{kind[0].lower()}{kind[1:]}"
    resource = f"{kind_in_arn}/{uuid.uuid4().hex[:26]}"
    arn = f"arn:aws:{SERVICE}:{get_region()}:{get_account_id()}:{resource}"
    row = _stores[kind].setdefault(key, {field: arn, "CreationTime": time.time()})
    _tags.setdefault(row[field], {}).update(data.pop("Tags", {}))
    row.update(data)
    if kind == "ScalableTarget":
        row.setdefault("RoleARN", f"arn:aws:iam::{get_account_id()}:role/{SERVICE_ROLE}")
        for action in _on_registered:
            action(row)
    alarms = {"Alarms": []} if kind == "ScalingPolicy" else {}
    return json_response({field: row[field], **alarms})


def change_tags(operation, data):
    arn = data["ResourceARN"]
    if operation == "ListTagsForResource":
        return json_response({"Tags": _tags.get(arn, {})})
    if operation == "TagResource":
        _tags.setdefault(arn, {}).update(data["Tags"])
    else:
        for name in data["TagKeys"]:
            _tags.get(arn, {}).pop(name, None)
    return json_response({})


async def handle_request(method, path, headers, body, query_params):
    operation = headers.get("x-amz-target", "").split(".")[-1]
    data = json.loads(body or b"{}")
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return change_tags(operation, data)
    if operation == "DescribeScalingActivities":
        return json_response({"ScalingActivities": []})
    kind = KIND_OF_OPERATION.get(operation)
    if not kind:
        return error_response_json("UnknownOperationException", operation, 400)
    if operation.startswith("Describe"):
        return describe(kind, data)
    return delete(kind, data) if operation.startswith("De") else put(kind, data)


def reset():
    for store in (*_stores.values(), _tags):
        store.clear()


def install():
    module = types.ModuleType("ministack.services.applicationautoscaling")
    module.handle_request, module.reset = handle_request, reset
    sys.modules[module.__name__] = app._loaded_modules["applicationautoscaling"] = module
    app.SERVICE_REGISTRY[SERVICE] = {"module": "applicationautoscaling"}
    app.SERVICE_HANDLERS[SERVICE] = handle_request
    router.SERVICE_PATTERNS[SERVICE] = {
        "target_prefixes": ["AnyScaleFrontendService"], "credential_scope": SERVICE}
