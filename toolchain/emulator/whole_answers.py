"""An answer's head and the start of its body leave in one piece, as small answers of AWS do.

Go's HTTP client may close a connection of its own accord between the two: the AWS SDK then takes
the answer for lost and repeats the call, so that a "create" finds what it has just made.
https://github.com/aws/aws-sdk-go-v2/pull/2949
"""

from hypercorn.events import RawData
from hypercorn.protocol.events import Response
from hypercorn.protocol.h11 import H11Protocol

_stream_send = H11Protocol.stream_send


def has_body(response):
    return any(name.lower() == b"content-length" and value != b"0"
               for name, value in response.headers)


def hold_next(protocol):
    """What is sent next waits for what is sent after it."""
    send, held = protocol.send, []

    async def hold(event):
        held.append(event)
        protocol.send = send_both

    async def send_both(event):
        protocol.send = send
        head, *_ = held
        if isinstance(event, RawData):
            await send(RawData(data=head.data + event.data))
        else:
            await send(head)
            await send(event)

    protocol.send = hold


async def stream_send(protocol, event):
    if isinstance(event, Response) and has_body(event):
        hold_next(protocol)
    await _stream_send(protocol, event)


def install():
    H11Protocol.stream_send = stream_send
