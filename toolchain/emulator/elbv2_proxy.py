"""One request to one target: body and answer are passed on as they come.

A reused connection that the target has closed is no fault of the request: as long as no byte of
an answer came, a request that may be repeated is sent again on a new connection.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

import asyncio
import contextlib

import h11

import elbv2_connections

REPEATABLE = ("GET", "HEAD", "OPTIONS", "DELETE")
HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer",
              b"transfer-encoding", b"upgrade"}
BAD_GATEWAY = 502, "Bad Gateway"
GATEWAY_TIMEOUT = 504, "Gateway Time-out"


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class TargetFailed(Exception):
    def __init__(self, answer, cause):
        super().__init__(str(cause))
        self.answer = answer


def has_body(headers):
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
               for name, value in headers)


def request_headers(headers):
    """What the target is sent; a body of unknown length stays one of unknown length."""
    kept = [(name, value) for name, value in headers
            if name not in HOP_BY_HOP and name != b"expect"]
    if any(name == b"transfer-encoding" for name, _ in headers):
        kept = [(name, value) for name, value in kept if name != b"content-length"]
        kept.append((b"transfer-encoding", b"chunked"))
    return kept


async def send_body(connection, receive):
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        if message.get("body"):
            await connection.send(h11.Data(data=message["body"]))
        if not message.get("more_body"):
            await connection.send(h11.EndOfMessage())
            return


async def client_gone(sending, receive):
    """Ends when nobody waits for the answer any more; a body half sent is the target's affair."""
    try:
        await sending
    except ClientGone:
        return
    except (OSError, h11.ProtocolError):
        pass
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_request(connection, request, receive):
    """Send head and body; ends only when the client goes away."""
    await connection.send(request)
    if receive is None:
        await connection.send(h11.EndOfMessage())
    else:
        await send_body(connection, receive)


async def answer_head(connection, timeout):
    while True:
        event = await asyncio.wait_for(connection.next_event(), timeout)
        if isinstance(event, h11.Response):
            return event
        if not isinstance(event, h11.InformationalResponse):
            raise ConnectionError("the target closed the connection before it answered")


async def first_answer(key, request, receive, timeout):
    """(connection, task that still sends, head of the answer)"""
    connection = await elbv2_connections.connect(key)
    while True:
        sending = asyncio.ensure_future(send_request(connection, request, receive))
        try:
            heading = asyncio.ensure_future(answer_head(connection, timeout))
            await asyncio.wait({sending, heading}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and isinstance(sending.exception(), ClientGone):
                heading.cancel()
                raise ClientGone
            return connection, sending, await heading
        except (OSError, h11.ProtocolError):
            repeat = connection.reused and not connection.answered and receive is None
            await give_up(connection, sending)
            if not repeat or request.method.decode() not in REPEATABLE:
                raise
            connection = await elbv2_connections.connect_anew(key)
        except BaseException:
            await give_up(connection, sending)
            raise


async def give_up(connection, sending):
    connection.close()
    sending.cancel()
    with contextlib.suppress(BaseException):
        await sending


async def pass_on(connection, send):
    while True:
        event = await connection.next_event()
        if isinstance(event, h11.Data):
            await send({"type": "http.response.body", "body": bytes(event.data),
                        "more_body": True})
        elif isinstance(event, h11.EndOfMessage):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return


async def relay(key, method, target, headers, receive, send, timeout, change_headers):
    """Answer the client from the target; TargetFailed as long as nothing was answered."""
    request = h11.Request(method=method, target=target, headers=request_headers(headers))
    body = receive if has_body(headers) else None
    try:
        connection, sending, head = await first_answer(key, request, body, timeout)
    except TimeoutError as error:
        raise TargetFailed(GATEWAY_TIMEOUT, error) from error
    except (OSError, h11.ProtocolError) as error:
        raise TargetFailed(BAD_GATEWAY, error) from error
    kept = [(name, value) for name, value in head.headers if name not in HOP_BY_HOP]
    await send({"type": "http.response.start", "status": head.status_code,
                "headers": change_headers(kept)})
    passing = asyncio.ensure_future(pass_on(connection, send))
    gone = asyncio.ensure_future(client_gone(sending, receive))
    try:
        await asyncio.wait({passing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not passing.done():
            raise ClientGone
        passing.result()
        elbv2_connections.release(connection)
    except BaseException:
        connection.close()
        raise
    finally:
        for task in (passing, gone, sending):
            task.cancel()
