"""The registry's HTTP protocol with ECR's rules: authentication, immutability, whole manifests.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
https://distribution.github.io/distribution/spec/api/
"""

import base64
import binascii
import json
import math
import re
import time

import ecr_layers
from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import ecr

TOKEN_SECONDS = 12 * 3600
CONTENT_RANGE = re.compile(r"^(?:bytes )?(\d+)-(\d+)")
WRITES = ("POST", "PUT", "PATCH", "DELETE")

_handle, _put_manifest, _complete = (
    ecr.handle_registry_request, ecr._v2_put_manifest, ecr._v2_complete_blob_upload)


def authorization_token(data):
    """A token of the form that ECR gives out: `AWS:` and an opaque, dated password."""
    expires = int(time.time()) + TOKEN_SECONDS
    password = base64.b64encode(json.dumps({
        "payload": get_account_id(), "version": "2", "type": "DATA_KEY", "expiration": expires,
    }).encode()).decode()
    host = f"{get_account_id()}.dkr.ecr.{get_region()}.amazonaws.com"
    return json_response({"authorizationData": [{
        "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
        "expiresAt": expires, "proxyEndpoint": f"https://{host}"}]})


def password_of(headers):
    """The password of `Authorization: Basic base64(AWS:password)`, or None."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password if scheme.lower() == "basic" and user == "AWS" and password else None


def token_of(password):
    try:
        token = json.loads(base64.b64decode(password, validate=True))
    except (ValueError, UnicodeDecodeError):
        return {}
    return token if isinstance(token, dict) else {}


def refusal(method, headers):
    """Any account's token may pull here; only the account's own may push."""
    password = password_of(headers)
    token = token_of(password) if password else {}
    if not password or token.get("expiration", math.inf) < time.time():
        host = f"{get_account_id()}.dkr.ecr.{get_region()}.amazonaws.com"
        return 401, {"Content-Type": "text/plain; charset=utf-8",
                     "Docker-Distribution-Api-Version": "registry/2.0",
                     "Www-Authenticate": f'Basic realm="https://{host}/",'
                                         'service="ecr.amazonaws.com"'}, b"Not Authorized\n"
    if method in WRITES and token.get("payload", get_account_id()) != get_account_id():
        return ecr._registry_error(403, "DENIED", "User is not authorized to perform: "
                                   "ecr:InitiateLayerUpload because no resource-based policy "
                                   "allows the ecr:InitiateLayerUpload action")
    return None


def blob_redirect(path):
    verb, name, digest = ecr._parse_v2_path(path) or ("", "", "")
    if verb == "blob" and digest in (ecr._layer_blobs.get(name) or {}):
        return 307, {"Location": ecr_layers.location(name, digest),
                     "Docker-Distribution-Api-Version": "registry/2.0"}, b""
    return None


async def handle(method, path, headers, body, query):
    headers = {name.lower(): value for name, value in headers.items()}
    if answer := refusal(method, headers):
        return answer
    if method == "GET" and (answer := blob_redirect(path)):
        return answer
    if method == "PATCH" and (answer := gap(path, headers)):
        return answer
    return await _handle(method, path, headers, body, query)


def gap(path, headers):
    """A chunk has to begin where the upload stands."""
    verb, name, upload = ecr._parse_v2_path(path) or ("", "", "")
    match = CONTENT_RANGE.match(headers.get("content-range", ""))
    have = len((ecr._uploads.get(name) or {}).get(upload, b""))
    if match and int(match[1]) != have:
        return ecr._registry_ok(416, {"Location": path, "Range": f"0-{max(0, have - 1)}"}, b"")
    return None


def complete_blob_upload(name, upload, query, body):
    """The same bytes in several repositories are held in memory once."""
    answer = _complete(name, upload, query, body)
    digest = ecr._query_first(query, "digest")
    if answer[0] == 201:
        for key, blobs in ecr._layer_blobs.items():
            if key != name and digest in blobs:
                ecr._layer_blobs[name][digest] = blobs[digest]
                break
    return answer


def missing_parts(name, manifest):
    blobs, manifests = ecr._layer_blobs.get(name) or {}, ecr._manifest_blobs.get(name) or {}
    parts = [manifest["config"]] if "config" in manifest else []
    parts += [layer for layer in manifest.get("layers", []) if not layer.get("urls")]
    missing = [part["digest"] for part in parts if part["digest"] not in blobs]
    return missing + [part["digest"] for part in manifest.get("manifests", [])
                      if part["digest"] not in manifests]


def put_manifest(name, reference, headers, body):
    """A manifest has to be what its digest says, and all that it names has to be there."""
    repository = ecr._repositories.get(name)
    if not repository or not body:
        return _put_manifest(name, reference, headers, body)
    digest = ecr._content_digest(body)
    if reference.startswith("sha256:") and reference != digest:
        return ecr._registry_error(400, "DIGEST_INVALID", "manifest does not match its digest",
                                   {"expected": reference, "actual": digest})
    try:
        missing = missing_parts(name, json.loads(body))
    except (ValueError, KeyError, TypeError):
        return ecr._registry_error(400, "MANIFEST_INVALID", "manifest invalid")
    if missing:
        return ecr._registry_error(404, "BLOB_UNKNOWN", "Layers with digests "
                                   f"{missing} required for pushing image into repository with "
                                   f"name '{name}' in the registry with id '{get_account_id()}' "
                                   "do not exist")
    held = ecr._find_image(name, {"imageTag": reference})
    if repository["imageTagMutability"] == "IMMUTABLE" and held and held["imageDigest"] != digest:
        return ecr._registry_error(400, "TAG_INVALID", f"The image tag '{reference}' already "
                                   f"exists in the '{name}' repository and cannot be overwritten "
                                   "because the repository is immutable.")
    return _put_manifest(name, reference, headers, body)


def install():
    ecr.handle_registry_request = handle
    ecr._get_authorization_token = authorization_token
    ecr._v2_put_manifest = put_manifest
    ecr._v2_complete_blob_upload = complete_blob_upload
