"""The other accounts of a run: where they answer, and calls among them.

Each emulator writes its port into ACCOUNT.json in the folder that SWITCHYARD_PEERS names; without it an account is
alone. What one says to another carries a proof by a secret that the first of them leaves in that folder, readable by
its owner alone, so that nobody else can say who calls.
"""

import asyncio
import hashlib
import hmac
import http.client
import json
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote, urlencode

CALLER, PROOF = "x-switchyard-caller", "x-switchyard-proof"
BUCKETS = "/_switchyard/buckets/"
SIGNED = ("authorization", "x-amz-security-token", "x-amz-content-sha256", "x-amz-decoded-content-length",
          "x-amz-trailer")
OWN = ("connection", "content-length", "date", "expect", "host", "server", "transfer-encoding", CALLER, PROOF)
TIMEOUT_SECONDS = 60
NOBODY = "{}"

_folder = Path(os.environ["SWITCHYARD_PEERS"]) if os.environ.get("SWITCHYARD_PEERS") else None
_secret = b""


def shared_secret(folder):
    """The secret that is there, or a new one; of two that make one at once, both have the first one's."""
    path = folder / "secret"
    with tempfile.NamedTemporaryFile(dir=folder) as new:  # of mode 0600
        new.write(secrets.token_bytes(32))
        new.flush()
        try:
            os.link(new.name, path)
        except FileExistsError:
            pass
    return path.read_bytes()


def announce(port):
    """Called before the first request is served."""
    global _secret
    if _folder is None:
        return
    _folder.mkdir(parents=True, exist_ok=True)
    _secret = shared_secret(_folder)
    path = _folder / f"{os.environ['MINISTACK_ACCOUNT_ID']}.json"
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps({"port": port}))
    part.replace(path)


def others():
    """{account: port}; one that has gone may still be there."""
    own = os.environ["MINISTACK_ACCOUNT_ID"]
    files = _folder.glob("*.json") if _folder else ()
    return {file.stem: json.loads(file.read_text())["port"] for file in files if file.stem != own}


def proof(caller, method, path):
    return hmac.new(_secret, "\n".join((caller, method, path)).encode(), hashlib.sha256).hexdigest()


def is_proven(caller, given, method, path):
    return bool(_secret) and hmac.compare_digest(given, proof(caller, method, path))


def send(port, method, target, headers, body):
    """(status, [(name, value)], body); ConnectionError where nobody is there any more."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


async def ask(port, method, path, query, headers, body, caller=NOBODY):
    """Asks in the name of a caller, whose credentials stay here."""
    target = quote(path) + ("?" + urlencode(query, doseq=True) if query else "")
    kept = [(name, value) for name, value in headers.items() if name not in OWN + SIGNED]
    if body or method in ("PUT", "POST"):
        kept.append(("content-length", str(len(body))))
    kept += [("host", f"127.0.0.1:{port}"), (CALLER, caller), (PROOF, proof(caller, method, path))]
    status, given, answer = await asyncio.to_thread(send, port, method, target, kept, body)
    length = ("content-length",) if method == "HEAD" else ()
    return status, {name: value for name, value in given if name.lower() not in OWN or name.lower() in length}, answer


async def owner_of(bucket):
    """(account, port) of the other account that has a bucket of this name, or None."""
    for account, port in others().items():
        try:
            if (await ask(port, "GET", BUCKETS + bucket, {}, {}, b""))[0] == 204:
                return account, port
        except ConnectionError:
            continue
    return None
