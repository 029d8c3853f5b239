"""The door for the other accounts of a run, and for keys of sessions that are theirs."""

import asyncio
import json
import os

from ministack.services import s3

import iam_request
import peers
import peers_calls

EMPTY = [(b"content-length", b"0")]


def header_of(scope, name):
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name.encode()), "")


def is_from_peer(scope):
    """Whether a caller is named, and proven: a header that anybody else has made up says nothing."""
    caller = header_of(scope, peers.CALLER)
    return bool(caller) and peers.is_proven(caller, header_of(scope, peers.PROOF), scope["method"], scope["path"])


async def answer(scope, receive, send, apis):
    path = scope["path"]
    if path.startswith(peers.BUCKETS):
        known = (os.environ["MINISTACK_ACCOUNT_ID"], path.removeprefix(peers.BUCKETS)) in s3._buckets._data
        await send({"type": "http.response.start", "status": 204 if known else 404, "headers": EMPTY})
        await send({"type": "http.response.body", "body": b""})
        return
    caller = json.loads(header_of(scope, peers.CALLER))
    iam_request.begin(scope).foreign = caller
    own = (peers.CALLER.encode(), peers.PROOF.encode())
    await apis({**scope, "headers": [each for each in scope["headers"] if each[0] not in own]}, receive, send)


def home_of(key):
    """The port of the account that a session's key belongs to, where that is another one."""
    return peers_calls.sessions.get(key)


async def pass_on(scope, receive, send, port):
    """The request as it was signed; the other account checks it."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    query = scope.get("query_string", b"").decode("latin-1")
    target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    skipped = (b"connection", b"transfer-encoding", b"expect")
    headers = [(name.decode("latin-1"), value.decode("latin-1"))
               for name, value in scope["headers"] if name not in skipped]
    status, given, answered = await asyncio.to_thread(peers.send, port, scope["method"], target, headers, body)
    kept = [(name.lower().encode(), value.encode("latin-1"))
            for name, value in given if name.lower() not in ("connection", "transfer-encoding", "server")]
    await send({"type": "http.response.start", "status": status, "headers": kept})
    await send({"type": "http.response.body", "body": answered})
