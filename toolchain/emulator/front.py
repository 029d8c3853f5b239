"""The door: load balancers' traffic and image layers are answered here, AWS's APIs by MiniStack."""

import os

import ecr_layers
import elbv2_front
import faults
import iam_request
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


def is_foreign(scope):
    """One process is one account: the key of another account opens nothing here."""
    for name, value in scope.get("headers", []):
        if name == b"authorization":
            key = extract_access_key_id({"authorization": value.decode("latin-1")}, {}) or ""
            return key.isdigit() and len(key) == 12 and key != os.environ["MINISTACK_ACCOUNT_ID"]
    return False


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
    elif is_foreign(scope):
        await refuse(send)
    elif answer := faults.expiry(scope):
        await faults.send_answer(send, *answer)
    else:
        iam_request.begin(scope)
        await apis(scope, receive, send)
