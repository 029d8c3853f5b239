"""Faults that a test calls for while the account runs: PUT /_switchyard/faults, from this machine alone.

{"registry": "unreachable"}   tasks reach no registry, as in a subnet without a way to it
{"expired": ["ACCESS-KEY"]}   temporary credentials that have come to their end

Each PUT replaces what the one before has said; {} ends all faults. What AWS answers to credentials that have
expired depends on the service's protocol, and is MiniStack's own.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import json
import uuid

from ministack.core.iam_actions import access_denied_response
from ministack.core.router import detect_service, extract_access_key_id

PATH = "/_switchyard/faults"
NOWHERE = "127.0.0.1:1"  # nothing listens there
EXPIRED = "The security token included in the request is expired"

_registry_unreachable = False
_expired = frozenset()


def registry_address(address):
    """Where a task finds a registry that is at this address."""
    return NOWHERE if _registry_unreachable else address


def text_headers(scope):
    return {name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]}


def expiry(scope):
    """The answer to a call with credentials that have expired; None for any other."""
    if not _expired:
        return None
    headers = text_headers(scope)
    if extract_access_key_id(headers, {}) not in _expired:
        return None
    service = detect_service(scope["method"], scope["path"], headers, {})
    return access_denied_response(service, "", "", str(uuid.uuid4()), headers=headers,
                                  error_code="ExpiredTokenException", message=EXPIRED)


async def send_answer(send, status, headers, body):
    fields = {**headers, "content-length": str(len(body))}
    await send({"type": "http.response.start", "status": status, "headers": [
        (name.lower().encode(), value.encode()) for name, value in fields.items()]})
    await send({"type": "http.response.body", "body": body})


def put(wanted):
    global _registry_unreachable, _expired
    _registry_unreachable = wanted.get("registry") == "unreachable"
    _expired = frozenset(wanted.get("expired", ()))


async def handle(scope, receive, send):
    """Containers reach the account by Docker's bridge, and this not."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    if scope["method"] != "PUT" or scope["client"][0] != "127.0.0.1":
        await send_answer(send, 403, {}, b"")
        return
    put(json.loads(body))
    await send_answer(send, 204, {}, b"")
