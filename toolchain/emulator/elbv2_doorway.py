"""The way from a task's container to the account's load balancers, by their own names and ports.

A container of the emulator's own listens on the ports of all listeners and passes connections on to
the emulator; tasks are told that the load balancers' names are its address. So no port of the host
is taken, privileged or not, and two accounts on one machine have a doorway each. What a balancer
is asked for is seen from the Host header: its name, and the listener's port unless that is 80.

The doorway comes with the first listener and goes with the last. It ends when its standard input
does, which the emulator holds: it does not outlive an emulator that was killed.
"""

import logging
import os
import pathlib
import re
import threading

from docker.errors import ImageNotFound

import containers
from ministack.core.concurrency import spawn_background
from ministack.services import alb, ecs

HERE = pathlib.Path(__file__).parent
NODE = "/nodejs/bin/node"  # where every base image of services has it, see app/Dockerfile
HOST = "host.docker.internal"
ANSWER_SECONDS = 10
FRAME_HEAD_BYTES = 8  # of Docker's attach stream: kind, three zeros, length
MEMORY = "128m"
CHANGES = ("CreateListener", "ModifyListener", "DeleteListener", "DeleteLoadBalancer")
logger = logging.getLogger("switchyard.doorway")

_lock = threading.Lock()
_doorway = None


class DoorwayError(Exception):
    """The doorway does not do what it is told."""


def image():
    """The image that services are built on: it is there, or can be pulled, wherever they can."""
    given = os.environ.get("SWITCHYARD_BASE_IMAGE")
    if given:
        return given
    dockerfile = (HERE.parent.parent / "app" / "Dockerfile").read_text()
    return re.search(r"^ARG BASE=(\S+)$", dockerfile, re.MULTILINE).group(1)


def create(client):
    arguments = {
        "entrypoint": [NODE],
        "command": ["--input-type=module", "--eval", (HERE / "elbv2_doorway.mjs").read_text(),
                    HOST, os.environ["GATEWAY_PORT"]],
        "extra_hosts": {HOST: "host-gateway"},
        "labels": containers.own_labels("doorway"),
        "stdin_open": True,
        "auto_remove": True,
        "read_only": True,
        "cap_drop": ["ALL"],
        "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"},  # of its own network
        "mem_limit": MEMORY,
    }
    name = image()
    with containers.creating():
        try:
            return client.containers.create(name, **arguments)
        except ImageNotFound:
            client.images.pull(name)
            return client.containers.create(name, **arguments)


class Doorway:
    def __init__(self):
        self.container = create(containers.engine())
        try:
            stream = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self.raw = self.container.attach_socket(params=stream)
            self.socket = getattr(self.raw, "_sock", self.raw)
            self.socket.settimeout(ANSWER_SECONDS)
            containers.refuse_when_stopping()
            self.container.start()
            self.address = ecs._container_ip(self.container, None)
        except Exception:
            self.close()
            raise

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise DoorwayError("it has ended")
            data += piece
        return data

    def listen(self, ports):
        """Comes back once all the ports are open, and no others."""
        line = ",".join(map(str, ports))
        self.socket.sendall(f"{line}\n".encode())
        answer = b""
        while not answer.endswith(b"\n"):
            answer += self.read(int.from_bytes(self.read(FRAME_HEAD_BYTES)[4:], "big"))
        if answer.decode().strip() != line:
            raise DoorwayError(answer.decode(errors="replace").strip())

    def close(self):
        containers.remove(self.container)


def ports():
    return sorted({listener.get("Port", 80) for _, listener in alb._listeners.all_items()})


def renew(wanted):
    global _doorway
    old, _doorway = _doorway, None
    if old:
        old.close()
    if wanted:
        new = Doorway()
        try:
            new.listen(wanted)
        except Exception:
            new.close()
            raise
        _doorway = new


def update():
    """Listen where listeners are now; gives the address, and None without any listener."""
    with _lock:
        wanted = ports()
        try:
            if not _doorway or not wanted:
                raise DoorwayError("there is none")
            _doorway.listen(wanted)
        except (DoorwayError, OSError):
            renew(wanted)
        return _doorway.address if _doorway else None


def address():
    """A task starts without the way rather than not at all; the log says why it has none."""
    try:
        return update()
    except containers.StoppingError:
        return None
    except Exception as error:
        logger.warning("tasks do not reach load balancers: %s", error)
        return None


def hosts():
    """The load balancers' names as a task's container resolves them: {name: address}."""
    names = [balancer["DNSName"].lower() for _, balancer in alb._lbs.all_items()]
    found = address() if names else None
    return dict.fromkeys(names, found) if found else {}


def then_update(change):
    """Made beside the call, so that it is there when the first task starts."""
    def changed(params):
        answer = change(params)
        if answer[0] == 200:
            spawn_background(address, thread_name="elbv2-doorway")
        return answer
    return changed


def install():
    for action in CHANGES:
        alb._ACTION_MAP[action] = then_update(alb._ACTION_MAP[action])
