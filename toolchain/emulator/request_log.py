"""A line of JSON for each call of AWS's APIs, in the file that SWITCHYARD_REQUEST_LOG names; without it, nothing.

{"at": 1700000000.123, "ms": 4.2, "operation": "ModifyRule", "by": "aws-sdk-js/3...", "status": 200}

Where IAM is enforced, the principal and what it was allowed are added: iam_log.
at: Unix time in seconds when the call came in. operation: as AWS names it, METHOD and path where a protocol has none.
https://smithy.io/2.0/aws/protocols/index.html
"""

import json
import os
import re
import time
from urllib.parse import parse_qs

import iam_log
import iam_request

PATH = os.environ.get("SWITCHYARD_REQUEST_LOG")
FORM_BYTES = 4096  # the action comes first
RPC_V2 = re.compile(r"^/service/[^/]+/operation/(\w+)$")

_file = open(PATH, "a", buffering=1, encoding="utf-8") if PATH else None


def operation_of(scope, headers, body):
    target = headers.get("x-amz-target")
    if target:
        return target.rsplit(".", 1)[-1]
    rpc = RPC_V2.match(scope["path"])
    if rpc:
        return rpc.group(1)
    query = scope.get("query_string", b"").decode("latin-1")
    form = parse_qs(body.decode("latin-1")) if "urlencoded" in headers.get("content-type", "") else {}
    action = form.get("Action") or parse_qs(query).get("Action")
    return action[0] if action else f"{scope['method']} {scope['path']}"


def logged(app):
    """The same app, which writes down what it is asked."""
    if _file is None:
        return app

    async def write_down(scope, receive, send):
        began, body, status = time.time(), b"", 0
        request = iam_request.current.get()

        async def take():
            nonlocal body
            message = await receive()
            if message["type"] == "http.request" and len(body) < FORM_BYTES:
                body += message.get("body", b"")[:FORM_BYTES]
            return message

        async def give(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await app(scope, take, give)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1")
                   for name, value in scope["headers"]}
        _file.write(json.dumps({
            "at": round(began, 3),
            "ms": round((time.time() - began) * 1000, 1),
            "operation": operation_of(scope, headers, body),
            "by": headers.get("user-agent", ""),
            "status": status,
            **iam_log.words_of(request),
        }) + "\n")

    return write_down
