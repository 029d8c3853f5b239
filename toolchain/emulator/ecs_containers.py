"""Container definitions turned into Docker's arguments, as far as Fargate honours them.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from docker.types import Mount, Ulimit

import ecs_overrides
import elbv2_doorway
from ministack.services import ecs

NANOSECONDS = 1_000_000_000
TASK_LABEL = "com.amazonaws.ecs.task-arn"
DIRECT = {"entryPoint": "entrypoint", "user": "user", "workingDirectory": "working_dir",
          "readonlyRootFilesystem": "read_only"}

_build_run_kwargs = ecs._build_run_kwargs


def ephemeral_paths(definition, task_definition):
    """Mount points of volumes without a source: {path: read only}."""
    ephemeral = {volume["name"] for volume in task_definition.get("volumes", [])
                 if not (volume.get("host") or {}).get("sourcePath")
                 and not volume.get("efsVolumeConfiguration")}
    return {mount["containerPath"]: bool(mount.get("readOnly"))
            for mount in definition.get("mountPoints", [])
            if mount.get("sourceVolume") in ephemeral}


def mount_ephemeral(image, arguments):
    """A bind mount is root's with mode 0755, unless the image has a VOLUME at that very path:
    then the content and the permissions of that path are copied into it.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    """
    declared = image.attrs["Config"].get("Volumes") or {}
    arguments["mounts"] = [
        Mount(path, None, "volume", read_only=read_only, no_copy=path not in declared)
        for path, read_only in arguments.pop("ephemeral", {}).items()]


def health_check(definition):
    check = definition["healthCheck"]
    return {
        "test": check["command"],
        "interval": int(check.get("interval", 30) * NANOSECONDS),
        "timeout": int(check.get("timeout", 5) * NANOSECONDS),
        "retries": check.get("retries", 3),
        "start_period": int(check.get("startPeriod", 0) * NANOSECONDS),
    }


def linux_parameters(definition):
    parameters = definition.get("linuxParameters") or {}
    capabilities = parameters.get("capabilities") or {}
    arguments = {}
    if capabilities.get("drop"):
        arguments["cap_drop"] = capabilities["drop"]
    if capabilities.get("add"):
        arguments["cap_add"] = capabilities["add"]
    if parameters.get("initProcessEnabled"):
        arguments["init"] = True
    return arguments


def build_run_kwargs(definition, task_definition, *args, **kwargs):
    arguments = _build_run_kwargs(definition, task_definition, *args, **kwargs)
    arguments.pop("detach", None)
    for source, destination in DIRECT.items():
        if definition.get(source):
            arguments[destination] = definition[source]
    memory = ecs_overrides.memory_of(arguments["labels"][TASK_LABEL], definition, task_definition)
    if memory:
        arguments["mem_limit"] = f"{memory}m"
    arguments["ephemeral"] = ephemeral_paths(definition, task_definition)
    arguments.update(linux_parameters(definition))
    arguments.setdefault("extra_hosts", {}).update(elbv2_doorway.hosts())
    if definition.get("healthCheck"):
        arguments["healthcheck"] = health_check(definition)
    for limit in definition.get("ulimits", []):
        arguments.setdefault("ulimits", []).append(Ulimit(
            name=limit["name"], soft=limit["softLimit"], hard=limit["hardLimit"]))
    return arguments


def install():
    ecs._build_run_kwargs = build_run_kwargs
