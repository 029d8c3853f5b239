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
    reader, writer = await asyncio.wait_for(asyncio.open_connection(*key), CONNECT_SECONDS)
    return Connection(key, reader, writer)


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
