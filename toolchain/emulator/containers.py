"""Every container the emulator starts: labelled, refused while stopping, removed at the end."""

import concurrent.futures
import contextlib
import functools
import ipaddress
import logging
import os
import socket
import sys
import threading

import docker
from ministack.core import container_reaper
from ministack.services import ecs

LABEL = "switchyard.emulator"
DOCKER_TIMEOUT_SECONDS = 150  # longer than Fargate's longest stopTimeout, 120 s
CREATE_TIMEOUT_SECONDS = 30
ROUNDS = 20
CONFLICT = 409  # the removal is under way
logger = logging.getLogger("switchyard.containers")

_stopping = threading.Event()
_creating = 0
_created = threading.Condition()
_own_labels = container_reaper.own_labels


class StoppingError(Exception):
    """The emulator is going down and starts nothing any more."""


def instance():
    return os.environ.get("SWITCHYARD_INSTANCE") or container_reaper.instance_id()


def own_labels(service, **extra):
    return _own_labels(service, **{**extra, LABEL: instance()})


def refuse_new():
    with _created:
        _stopping.set()


def refuse_when_stopping():
    if _stopping.is_set():
        raise StoppingError("the emulator is stopping")


@contextlib.contextmanager
def creating():
    """What is being created while the emulator stops is waited for, and so is not left behind."""
    global _creating
    with _created:
        refuse_when_stopping()
        _creating += 1
    try:
        yield
    finally:
        with _created:
            _creating -= 1
            _created.notify_all()


def is_stopping():
    return _stopping.is_set()


def engine():
    return ecs._get_docker()


@functools.cache
def streaming_engine():
    """A client without a read timeout: logs and events may be silent for long."""
    return docker.from_env(timeout=None)


def bridge_addresses():
    """Addresses of Docker's default bridge, by which containers reach the host."""
    pools = engine().networks.get("bridge").attrs.get("IPAM", {}).get("Config") or []
    networks = [(pool, ipaddress.ip_network(pool["Subnet"])) for pool in pools]
    found = [pool.get("Gateway") or str(next(network.hosts()))
             for pool, network in networks if network.version == 4]
    return [address for address in found if is_local(address)]


def is_local(address):
    """With an engine on another machine the bridge is not here, and nothing can listen on it."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def remove(container):
    """Gone when this comes back, also where the engine removes it by itself as soon as it ends."""
    try:
        try:
            container.remove(force=True, v=True)
        except docker.errors.APIError as error:
            if error.status_code != CONFLICT:
                raise
            container.wait(condition="removed")
    except Exception as error:
        logger.debug("removing %s: %s", container.id[:12], error)


def own():
    """All containers that this emulator, or one before it on the same port, has started."""
    labels = [f"{LABEL}={instance()}",
              f"{container_reaper.INSTANCE_LABEL}={container_reaper.instance_id()}"]
    return engine().containers.list(all=True, sparse=True, filters={"label": labels})


def remove_all(*_, **__):
    """Kill and remove them, until nothing is left. The number of them."""
    with _created:
        _created.wait_for(lambda: not _creating, CREATE_TIMEOUT_SECONDS)
    removed = 0
    for _ in range(ROUNDS):
        found = own()
        if not found:
            return removed
        removed += len(found)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(remove, found))
    logger.warning("containers left behind: %s", [container.id[:12] for container in found])
    return removed


def install():
    """MiniStack fakes containers without an engine, so its absence is an error here."""
    try:
        ecs._docker = docker.from_env(timeout=DOCKER_TIMEOUT_SECONDS)
        ecs._docker.ping()
    except docker.errors.DockerException as error:
        host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        sys.exit(f"no Docker engine answers at {host}: {error}")
    container_reaper.own_labels = own_labels
    container_reaper.reap_all = remove_all
