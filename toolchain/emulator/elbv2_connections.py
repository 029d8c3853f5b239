"""Connections to targets, kept alive between requests as a load balancer keeps them.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout
"""

import asyncio
import contextlib

import h11

CONNECT_SECONDS = 10
READ_BYTES = 65536
IDLE_KEPT = 32

_idle = {}  # (address, port) -> [Connection]
_opening = {}  # (address, port) -> {attempt}
_ended = set()  # (address, port) of tasks that have ended by themselves
_loop = None


class Connection:
    def __init__(self, key, reader, writer):
        self.key, self.reader, self.writer = key, reader, writer
        self.reused = False
        self.answered = False
        self.protocol = h11.Connection(h11.CLIENT)

    def is_open(self):
        return not (self.reader.at_eof() or self.writer.is_closing())

    async def send(self, event):
        self.writer.write(self.protocol.send(event) or b"")
        await self.writer.drain()

    async def next_event(self):
        while True:
            event = self.protocol.next_event()
            if event is not h11.NEED_DATA:
                return event
            data = await self.reader.read(READ_BYTES)
            self.answered = self.answered or bool(data)
            self.protocol.receive_data(data)

    def close(self):
        with contextlib.suppress(Exception):
            self.writer.close()


async def connect(key):
    global _loop
    _loop = asyncio.get_running_loop()
    waiting = _idle.get(key, [])
    while waiting:
        connection = waiting.pop()
        if connection.is_open():
            connection.reused, connection.answered = True, False
            return connection
        connection.close()
    return await connect_anew(key)


async def connect_anew(key):
    reader, writer = await asyncio.wait_for(reach(key), CONNECT_SECONDS)
    return Connection(key, reader, writer)


async def reach(key):
    """What is sent to a task that has ended goes nowhere, whoever has its address by now."""
    if key not in _ended:
        attempt = asyncio.ensure_future(asyncio.open_connection(*key))
        attempts = _opening.setdefault(key, set())
        attempts.add(attempt)
        try:
            await asyncio.wait({attempt})
            if key not in _ended:
                return attempt.result()
        finally:
            attempt.cancel()
            attempts.discard(attempt)
    return await asyncio.get_running_loop().create_future()


def release(connection):
    """Keep a connection on which both sides are done; close any other."""
    protocol, kept = connection.protocol, _idle.setdefault(connection.key, [])
    done = protocol.our_state is h11.DONE and protocol.their_state is h11.DONE
    if done and connection.is_open() and len(kept) < IDLE_KEPT:
        protocol.start_next_cycle()
        kept.append(connection)
    else:
        connection.close()


def close_idle(key):
    """The target is gone from its group; may be called from any thread."""
    def close():
        for connection in _idle.pop(key, []):
            connection.close()

    if _loop:
        _loop.call_soon_threadsafe(close)


def task_ended(key):
    """Nobody connects there until a task with this address is registered; from any thread.

    Docker gives an address to the next container at once, and a SYN that is sent again would
    reach that one. A VPC's addresses come back far later.
    """
    def stop():
        _ended.add(key)
        for attempt in _opening.pop(key, ()):
            attempt.cancel()

    if _loop:
        _loop.call_soon_threadsafe(stop)


def registered(key):
    """A task with this address has come; may be called from any thread."""
    if _loop:
        _loop.call_soon_threadsafe(_ended.discard, key)
