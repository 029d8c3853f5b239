"""Secrets of container definitions, by every form of their ARN, and the words of a failure.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
"""

import json

from ministack.services import ecs, secretsmanager, ssm

ARN_FIELDS = 7
CURRENT = "AWSCURRENT"
RETRIED = "service call has been retried 1 time(s)"


class SecretMissing(ecs._SecretResolutionError):
    """The task does not start."""


def split_arn(value_from):
    """(ARN, JSON key, stage, version id) of `ARN:json-key:version-stage:version-id`."""
    fields = value_from.split(":")
    key, stage, version = (fields[ARN_FIELDS:] + ["", "", ""])[:3]
    return ":".join(fields[:ARN_FIELDS]), key, stage, version


def from_secrets_manager(value_from):
    arn, key, stage, version = split_arn(value_from)
    failed = f"unable to retrieve secret from asm: {RETRIED}: failed to fetch secret {arn} " \
             "from secrets manager: ResourceNotFoundException: Secrets Manager can't find "
    _, secret = secretsmanager._resolve(arn, use_arn_scope=True)
    if not secret or secret.get("DeletedDate"):
        raise SecretMissing(f"{failed}the specified secret.")
    value = secretsmanager.resolve_secret_string(arn, stage or CURRENT, version or None)
    if value is None:
        what = f"VersionId: {version}" if version else f"staging label: {stage or CURRENT}"
        raise SecretMissing(f"{failed}the specified secret value for {what}")
    if not key:
        return value
    try:
        return json.loads(value)[key]
    except (ValueError, KeyError, TypeError) as error:
        raise SecretMissing("unable to retrieve secret from asm: retrieved secret from Secrets "
                            f"Manager did not contain json key {key}") from error


def from_parameter_store(value_from):
    value = ssm.resolve_parameter_value(value_from)
    if value is None:
        raise SecretMissing(f"unable to retrieve secrets from ssm: {RETRIED}: failed to fetch "
                            f"parameter {value_from} from ssm: ParameterNotFound")
    return value


def resolve(definition):
    resolved = {}
    for secret in definition.get("secrets", []):
        source = secret["valueFrom"]
        fetch = from_secrets_manager if ":secretsmanager:" in source else from_parameter_store
        resolved[secret["name"]] = str(fetch(source))
    return resolved


def install():
    ecs._resolve_container_secrets = resolve
