"""Which load balancers use a target group, and what AWS refuses because of it.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
"""

from ministack.services import alb

_delete_group, _delete_load_balancer, _group_xml = alb._delete_tg, alb._delete_lb, alb._tg_xml


def groups_of(action):
    named = [group["TargetGroupArn"]
             for group in action.get("ForwardConfig", {}).get("TargetGroups", [])]
    return named or [action.get("TargetGroupArn")]


def used_groups():
    """{target group: load balancers}, by all rules of all accounts; a listener's default actions
    are a rule too."""
    used = {}
    listeners = {arn: listener for (_, _, arn), listener in alb._listeners.all_items()}
    for _key, rule in alb._rules.all_items():
        listener = listeners.get(rule.get("ListenerArn"))
        for action in rule.get("Actions", []) if listener else []:
            for arn in filter(None, groups_of(action)):
                used.setdefault(arn, {})[listener["LoadBalancerArn"]] = True
    return {arn: list(balancers) for arn, balancers in used.items()}


def group_xml(group):
    balancers = used_groups().get(group["TargetGroupArn"], [])
    return _group_xml({**group, "LoadBalancerArns": balancers})


def delete_group(params):
    arn = alb._p(params, "TargetGroupArn")
    if arn in used_groups():
        return alb._error("ResourceInUse",
                          f"Target group '{arn}' is currently in use by a listener or a rule")
    return _delete_group(params)


def delete_load_balancer(params):
    """Listeners and rules go with their load balancer; deletion protection keeps all of it."""
    arn = alb._p(params, "LoadBalancerArn")
    if alb._lb_attr(arn, "deletion_protection.enabled", "false") == "true":
        return alb._error("OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted "
                          "because deletion protection is enabled")
    for listener in list(alb._listeners.values()):
        if listener["LoadBalancerArn"] == arn:
            alb._delete_listener({"ListenerArn": listener["ListenerArn"]})
    return _delete_load_balancer(params)


def install():
    alb._tg_xml = group_xml
    alb._ACTION_MAP.update({"DeleteTargetGroup": delete_group,
                            "DeleteLoadBalancer": delete_load_balancer})
