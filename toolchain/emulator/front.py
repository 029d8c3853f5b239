"""The door: load balancers' traffic and image layers are answered here, AWS's APIs by MiniStack."""

import os

import ecr_layers
import elbv2_front
import faults
import iam_request
import peers_door
import request_log
from ministack import app as ministack
from ministack.core.router import extract_access_key_id

REFUSED = (b'{"__type":"UnrecognizedClientException",'
           b'"message":"The security token included in the request is invalid."}')

apis = request_log.logged(ministack.app)


def host_of(scope):
    for name, value in scope.get("headers", []):
        if name == b"host":
            return value.decode("latin-1")
    return ""


def key_of(scope):
    for name, value in scope.get("headers", []):
        if name == b"authorization":
            return extract_access_key_id({"authorization": value.decode("latin-1")}, {}) or ""
    return ""


def is_foreign(key):
    """One process is one account: the key of another account opens nothing here."""
    return key.isdigit() and len(key) == 12 and key != os.environ["MINISTACK_ACCOUNT_ID"]


async def refuse(send):
    await send({"type": "http.response.start", "status": 400, "headers": [
        (b"content-type", b"application/x-amz-json-1.1"),
        (b"content-length", str(len(REFUSED)).encode())]})
    await send({"type": "http.response.body", "body": REFUSED})


async def app(scope, receive, send):
    if scope["type"] != "http":
        await ministack.app(scope, receive, send)
    elif elbv2_front.is_for_load_balancer(host := host_of(scope)):
        await elbv2_front.handle(scope, receive, send, host)
    elif ecr_layers.is_for_layer(scope["path"]):
        await ecr_layers.handle(scope, send)
    elif scope["path"] == faults.PATH:
        await faults.handle(scope, receive, send)
    elif peers_door.is_from_peer(scope):
        await peers_door.answer(scope, receive, send, apis)
    elif is_foreign(key := key_of(scope)):
        await refuse(send)
    elif port := peers_door.home_of(key):
        await peers_door.pass_on(scope, receive, send, port)
    elif answer := faults.expiry(scope):
        await faults.send_answer(send, *answer)
    else:
        iam_request.begin(scope)
        await apis(scope, receive, send)
