"""ECR's own API for images: what it finds, what it refuses, and in which words.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
"""

import json

from ministack.core.responses import error_response_json, get_account_id, json_response
from ministack.services import ecr

CHECKED = ("_describe_repositories", "_delete_repository", "_list_images", "_batch_get_image",
           "_get_repository_policy", "_set_repository_policy", "_delete_repository_policy",
           "_put_lifecycle_policy", "_get_lifecycle_policy", "_delete_lifecycle_policy",
           "_put_image_tag_mutability", "_put_image_scanning_configuration")

_put_image, _delete_repository = ecr._put_image, ecr._delete_repository


def repository_missing(name):
    return error_response_json(
        "RepositoryNotFoundException", f"The repository with name '{name}' does not exist in the "
        f"registry with id '{get_account_id()}'", 400)


def checked(handler):
    def call(data):
        names = data.get("repositoryNames") or [data.get("repositoryName")]
        for name in filter(None, names):
            if name not in ecr._repositories:
                return repository_missing(name)
        return handler(data)
    return call


def image_missing(name, identifier):
    shown = ", ".join(f"{field}:'{identifier.get(field, 'null')}'"
                      for field in ("imageDigest", "imageTag"))
    return error_response_json(
        "ImageNotFoundException", f"The image with imageId {{{shown}}} does not exist within the "
        f"repository with name '{name}' in the registry with id '{get_account_id()}'", 400)


def size_of(image):
    """Compressed size of all layers, which is what ECR counts."""
    manifest = json.loads(image.get("imageManifest") or "{}")
    parts = manifest.get("layers", []) + ([manifest["config"]] if "config" in manifest else [])
    return sum(part.get("size", 0) for part in parts)


def detail_of(image):
    manifest = json.loads(image.get("imageManifest") or "{}")
    detail = {
        "registryId": image["registryId"],
        "repositoryName": image["repositoryName"],
        "imageDigest": image["imageDigest"],
        "imageSizeInBytes": size_of(image),
        "imagePushedAt": image["imagePushedAt"],
        "imageManifestMediaType": image["imageManifestMediaType"],
        "artifactMediaType": manifest.get("config", {}).get("mediaType", ""),
    }
    tags = image.get("imageTags")
    return {**detail, "imageTags": tags} if tags else detail


def describe_images(data):
    name = data.get("repositoryName", "")
    if name not in ecr._repositories:
        return repository_missing(name)
    images, wanted = ecr._images.get(name, []), data.get("imageIds")
    if wanted:
        images = []
        for identifier in wanted:
            image = ecr._find_image(name, identifier)
            if not image:
                return image_missing(name, identifier)
            if image not in images:
                images.append(image)
    status = data.get("filter", {}).get("tagStatus", "ANY")
    return json_response({"imageDetails": [
        detail_of(image) for image in images
        if status == "ANY" or (status == "TAGGED") == bool(image.get("imageTags"))]})


def put_image(data):
    name, tag = data.get("repositoryName", ""), data.get("imageTag")
    repository = ecr._repositories.get(name)
    if not repository:
        return repository_missing(name)
    digest = ecr._image_digest(data.get("imageManifest", ""))
    given = data.get("imageDigest") or digest
    if given != digest:
        return error_response_json(
            "ImageDigestDoesNotMatchException", f"The provided imageDigest {given} does not match "
            f"the digest {digest} of the image manifest", 400)
    held = ecr._find_image(name, {"imageTag": tag} if tag else {"imageDigest": digest})
    if held and held["imageDigest"] == digest:
        return error_response_json(
            "ImageAlreadyExistsException", f"Image with digest '{digest}' and tag '{tag}' already "
            f"exists in the repository with name '{name}' in registry with id "
            f"'{get_account_id()}'", 400)
    if held and repository["imageTagMutability"] == "IMMUTABLE":
        return error_response_json(
            "ImageTagAlreadyExistsException", f"The image tag '{tag}' already exists in the "
            f"'{name}' repository and cannot be overwritten because the repository is immutable.",
            400)
    answer = _put_image(data)
    raw = data["imageManifest"].encode()
    ecr._manifest_blobs.setdefault(name, {})[digest] = raw
    return answer


def batch_delete_image(data):
    """By tag the tag goes, and the image with its last tag; by digest the image goes."""
    name = data.get("repositoryName", "")
    if name not in ecr._repositories:
        return repository_missing(name)
    deleted, failures = [], []
    for identifier in data.get("imageIds", []):
        image = ecr._find_image(name, identifier)
        if not image:
            failures.append({"imageId": identifier, "failureCode": "ImageNotFound",
                             "failureReason": "Requested image not found"})
            continue
        tag = identifier.get("imageTag")
        deleted.append({"imageDigest": image["imageDigest"], **({"imageTag": tag} if tag else {})})
        if tag:
            image["imageTags"].remove(tag)
        if not image["imageTags"] or not tag:
            ecr._images[name].remove(image)
            (ecr._manifest_blobs.get(name) or {}).pop(image["imageDigest"], None)
    return json_response({"imageIds": deleted, "failures": failures})


def delete_repository(data):
    answer = _delete_repository(data)
    if answer[0] == 200:
        for store in (ecr._layer_blobs, ecr._manifest_blobs, ecr._uploads):
            store.pop(data.get("repositoryName"), None)
    return answer


def install():
    ecr._delete_repository = delete_repository
    for name in CHECKED:
        setattr(ecr, name, checked(getattr(ecr, name)))
    ecr._describe_images, ecr._put_image = describe_images, put_image
    ecr._batch_delete_image = batch_delete_image
