"""Layers are fetched from another host by a redirect that carries its own signature.

ECR answers a layer's GET with 307 to S3, where a request that has an Authorization header besides
its signed query is refused. A client that copies images has to get that right.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
"""

import hashlib
import os
from urllib.parse import parse_qs

from ministack.services import ecr

PREFIX = "/_layers/"
REFUSED = (b"<Error><Code>InvalidArgument</Code>"
           b"<Message>Only one auth mechanism allowed</Message></Error>")
_key = os.urandom(16)


def is_for_layer(path):
    return path.startswith(PREFIX)


def signature(name, digest):
    return hashlib.sha256(_key + name.encode() + b"\0" + digest.encode()).hexdigest()


def location(name, digest):
    """`localhost` is another origin than 127.0.0.1, so clients drop their credentials."""
    port = os.environ["GATEWAY_PORT"]
    return (f"http://localhost:{port}{PREFIX}{name}/{digest}"
            f"?X-Amz-Signature={signature(name, digest)}")


def find(scope):
    name, _, digest = scope["path"].removeprefix(PREFIX).rpartition("/")
    given = parse_qs(scope["query_string"].decode()).get("X-Amz-Signature", [""])[0]
    if any(header == b"authorization" for header, _ in scope["headers"]):
        return 400, REFUSED
    if given != signature(name, digest):
        return 403, b"<Error><Code>AccessDenied</Code></Error>"
    blob = (ecr._layer_blobs.get(name) or {}).get(digest)
    return (200, blob) if blob is not None else (404, b"<Error><Code>NoSuchKey</Code></Error>")


async def handle(scope, send):
    status, body = find(scope)
    await send({"type": "http.response.start", "status": status, "headers": [
        (b"content-length", str(len(body)).encode()),
        (b"content-type", b"binary/octet-stream" if status == 200 else b"application/xml")]})
    await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
