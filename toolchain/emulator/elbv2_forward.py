"""Listener actions that forward to several target groups by weight.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
"""

import random

from ministack.services import alb

MAXIMUM_WEIGHT = 999
CHECKED_ACTIONS = ("CreateRule", "ModifyRule", "CreateListener", "ModifyListener")

_parse_actions, _action_xml = alb._parse_actions, alb._action_xml


def parse_groups(params, prefix):
    groups = []
    while True:
        member = f"{prefix}.TargetGroups.member.{len(groups) + 1}"
        arn = alb._p(params, f"{member}.TargetGroupArn")
        if not arn:
            return groups
        groups.append({"TargetGroupArn": arn,
                       "Weight": int(alb._p(params, f"{member}.Weight", "1"))})


def parse_actions(params, prefix="DefaultActions"):
    """Keep ForwardConfig; as on AWS a single group also appears as TargetGroupArn."""
    actions = _parse_actions(params, prefix)
    for position, action in enumerate(actions, 1):
        if action["Type"] != "forward":
            continue
        config = f"{prefix}.member.{position}.ForwardConfig"
        sticky = f"{config}.TargetGroupStickinessConfig"
        groups = parse_groups(params, config)
        if not groups and action.get("TargetGroupArn"):
            groups = [{"TargetGroupArn": action["TargetGroupArn"], "Weight": 1}]
        action["ForwardConfig"] = {
            "TargetGroups": groups,
            "Sticky": alb._p(params, f"{sticky}.Enabled", "false"),
            "Duration": alb._p(params, f"{sticky}.DurationSeconds", ""),
        }
        if len(groups) == 1:
            action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
        elif groups:
            action.pop("TargetGroupArn", None)
    return actions


def problem_of(action):
    groups = action.get("ForwardConfig", {}).get("TargetGroups")
    if groups == []:
        return alb._error("ValidationError", "A forward action needs a target group")
    for group in groups or ():
        if group["TargetGroupArn"] not in alb._tgs:
            return alb._error("TargetGroupNotFound",
                              f"Target group '{group['TargetGroupArn']}' not found")
        if not 0 <= group["Weight"] <= MAXIMUM_WEIGHT:
            return alb._error("ValidationError", "Weight must be between 0 and 999")
    return None


def checked(handler):
    """AWS refuses unknown groups and weights outside 0 to 999."""
    def call(params):
        actions = parse_actions(params, "Actions") + parse_actions(params, "DefaultActions")
        for action in actions:
            if problem := problem_of(action):
                return problem
        return handler(params)
    return call


def action_xml(action):
    config, xml = action.get("ForwardConfig"), _action_xml(action)
    if not config:
        return xml
    groups = "".join(
        f"<member><TargetGroupArn>{group['TargetGroupArn']}</TargetGroupArn>"
        f"<Weight>{group['Weight']}</Weight></member>" for group in config["TargetGroups"])
    duration = config["Duration"]
    duration_xml = f"<DurationSeconds>{duration}</DurationSeconds>" if duration else ""
    return xml.removesuffix("</member>") + (
        f"<ForwardConfig><TargetGroups>{groups}</TargetGroups><TargetGroupStickinessConfig>"
        f"<Enabled>{config['Sticky']}</Enabled>{duration_xml}"
        "</TargetGroupStickinessConfig></ForwardConfig></member>")


def choose_group(action):
    """By weight for each request; like an ALB, without fail-over to the other group."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups") or []
    if len(groups) < 2:
        return action.get("TargetGroupArn")
    weights = [group["Weight"] for group in groups]
    return random.choices(groups, weights)[0]["TargetGroupArn"] if sum(weights) else None


def install():
    alb._parse_actions, alb._action_xml = parse_actions, action_xml
    alb._ACTION_MAP.update({name: checked(alb._ACTION_MAP[name]) for name in CHECKED_ACTIONS})
