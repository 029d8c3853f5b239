"""What a load balancer does with a request: listener, rule, action, target group, target.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
"""

import logging
import time
from urllib.parse import parse_qs

import elbv2_forward
import elbv2_metrics
import elbv2_proxy
import elbv2_targets
from ministack.services import alb

DEFAULT_IDLE_SECONDS = "60"
SET_BY_LOAD_BALANCER = ("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port",
                        "x-amzn-trace-id")
SUFFIXES = (".alb.localhost", ".elb.amazonaws.com")
logger = logging.getLogger("switchyard.elbv2")


def is_for_load_balancer(host):
    return host.rsplit(":", 1)[0].lower().endswith(SUFFIXES)


async def reply(send, status, text, headers=()):
    body = text.encode() if isinstance(text, str) else text
    fields = {b"content-type": b"text/html", b"server": b"awselb/2.0"}
    fields.update({str(name).lower().encode(): str(value).encode()
                   for name, value in dict(headers).items()})
    fields[b"content-length"] = str(len(body)).encode()
    await send({"type": "http.response.start", "status": status, "headers": list(fields.items())})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def listener_of(load_balancer, port):
    for listener in alb._listeners.values():
        if (listener["LoadBalancerArn"] == load_balancer["LoadBalancerArn"]
                and listener.get("Port", 80) == port):
            return listener
    return None


def matching_actions(listener, method, path, headers, query):
    rules = sorted((rule for rule in alb._rules.values()
                    if rule.get("ListenerArn") == listener["ListenerArn"]),
                   key=alb._rule_sort_key)
    for rule in rules:
        if rule.get("IsDefault") or all(
                alb._match_condition(condition, method, path, headers, query)
                for condition in rule.get("Conditions", [])):
            return rule.get("Actions") or listener.get("DefaultActions", [])
    return []


def text_headers(scope):
    return {name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]}


def headers_for_target(scope, load_balancer, listener):
    """The client's fields, and the load balancer's own in place of what the client said."""
    arn = load_balancer["LoadBalancerArn"]
    fields = alb._target_headers(arn, listener, text_headers(scope), scope["client"][0])
    if alb._lb_attr(arn, "routing.http.preserve_host_header.enabled", "false") != "true":
        fields["host"] = alb._target_host_header(fields["host"], listener.get("Port", 80))
    own = [(name.encode(), fields[name].encode("latin-1"))
           for name in SET_BY_LOAD_BALANCER if name in fields]
    replaced = {name.encode() for name in SET_BY_LOAD_BALANCER}
    return own + [(name, value) for name, value in scope["headers"] if name not in replaced]


def change_answer_headers(listener):
    def change(headers):
        _, added, _ = alb._with_listener_response_headers(listener["ListenerArn"], (200, {}, b""))
        replaced = {name.lower().encode() for name in added}
        return [(name, value) for name, value in headers if name.lower() not in replaced] + [
            (name.lower().encode(), str(value).encode()) for name, value in added.items()]
    return change


async def forward(group_arn, scope, receive, send, load_balancer, listener):
    group = alb._tgs.get(group_arn)
    target = elbv2_targets.choose(group_arn, group) if group else None
    balancer_arn = load_balancer["LoadBalancerArn"]
    if not target:
        elbv2_metrics.failed(balancer_arn, None, 503)
        await reply(send, 503, "503 Service Temporarily Unavailable")
        return
    query = scope["query_string"]
    path = scope.get("raw_path") or scope["path"].encode()
    idle = alb._lb_attr(balancer_arn, "idle_timeout.timeout_seconds", DEFAULT_IDLE_SECONDS)
    began = time.monotonic()

    async def counted_send(message):
        if message["type"] == "http.response.start":
            elbv2_metrics.answered(balancer_arn, group_arn, message["status"],
                                   time.monotonic() - began)
        await send(message)

    with elbv2_targets.busy(group_arn, group, target) as key:
        try:
            await elbv2_proxy.relay(
                key, scope["method"], path + (b"?" + query if query else b""),
                headers_for_target(scope, load_balancer, listener), receive, counted_send,
                float(idle), change_answer_headers(listener))
        except elbv2_proxy.TargetFailed as failure:
            status, text = failure.answer
            logger.warning("%s %s to %s: %s %s",
                           scope["method"], scope["path"], key, status, failure)
            elbv2_metrics.failed(balancer_arn, group_arn, status)
            await reply(send, status, f"{status} {text}")
        except elbv2_proxy.ClientGone:
            logger.info("%s %s: the client went away", scope["method"], scope["path"])


async def whole_body(receive):
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def answer_itself(actions, scope, receive, send, listener):
    """Fixed responses, redirects and Lambda targets."""
    query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
    status, headers, body = await alb._execute_actions(
        actions, scope["method"], scope["path"], text_headers(scope), await whole_body(receive),
        query, listener.get("Port", 80), raw_query_string=scope["query_string"].decode())
    await reply(send, status, body, headers)


async def handle(scope, receive, send, host):
    name, _, port = host.partition(":")
    load_balancer = alb.find_lb_for_host(host)
    if not load_balancer:
        await reply(send, 404, f"no load balancer answers to {name}")
        return
    listener = listener_of(load_balancer, int(port or 80))
    if not listener:
        await reply(send, 421, f"{name} has no listener on port {port or 80}")
        return
    query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
    actions = matching_actions(listener, scope["method"], scope["path"], text_headers(scope), query)
    last = max(actions, key=lambda action: int(action.get("Order", 1)), default={})
    if last.get("Type") != "forward" or len(actions) != 1:
        await answer_itself(actions, scope, receive, send, listener)
        return
    group = elbv2_forward.choose_group(last)
    if group is None:
        elbv2_metrics.failed(load_balancer["LoadBalancerArn"], None, 503)
        await reply(send, 503, "503 Service Temporarily Unavailable")
    elif (alb._tgs.get(group) or {}).get("TargetType") == "lambda":
        await answer_itself([{**last, "TargetGroupArn": group}], scope, receive, send, listener)
    else:
        await forward(group, scope, receive, send, load_balancer, listener)
