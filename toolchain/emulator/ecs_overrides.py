"""What RunTask lays over a task definition.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerOverride.html
"""

import json

from ministack.services import ecs

LONGEST_CHARACTERS = 8192
TASK_SIZES = ("cpu", "memory", "ephemeralStorage")
CONTAINER_SIZES = ("cpu", "memory", "memoryReservation")


def of_container(overrides, name):
    found = (each for each in overrides.get("containerOverrides") or [] if each.get("name") == name)
    return next(found, {})


def memory_of(task_arn, definition, task_definition):
    """The container's hard limit in MiB; without one of its own, the task's."""
    overrides = (ecs._tasks.get(task_arn) or {}).get("overrides") or {}
    own = of_container(overrides, definition["name"])
    return (own.get("memory") or definition.get("memory")
            or overrides.get("memory") or task_definition.get("memory"))


def refusal(overrides, task_definition):
    """Why AWS refuses the overrides; nothing if it does not."""
    if len(json.dumps(overrides, separators=(",", ":"))) > LONGEST_CHARACTERS:
        return f"Container Overrides length must be at most {LONGEST_CHARACTERS}"
    names = [definition["name"] for definition in task_definition["containerDefinitions"]]
    for override in overrides.get("containerOverrides") or []:
        name = override.get("name")
        if not name:
            return "Container Override must specify container name."
        if name not in names:
            return f"Override for container named {name} is not a container in the TaskDefinition."
    return None


def show(task):
    """The sizes that the task really has."""
    overrides = task.get("overrides") or {}
    task.update({size: overrides[size] for size in TASK_SIZES if overrides.get(size)})
    for container in task["containers"]:
        own = of_container(overrides, container["name"])
        container.update({size: str(own[size]) for size in CONTAINER_SIZES if own.get(size)})
