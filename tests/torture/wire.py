"""Raw datagrams and streams to a target, and the answers that come back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, Self

from tests.torture.text import Aim, assemble, options_of

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response as it came."""

    status: int
    headers: dict[str, list[str]]  # by lower-case full name

    @classmethod
    def parse(cls, message: bytes) -> Self | None:
        """None for what is no response."""
        head = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
        found = re.match(r"SIP/2.0 (\d{3})", head[0])
        if found is None:
            return None
        headers: dict[str, list[str]] = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        return cls(status=int(found[1]), headers=headers)

    def first(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return self.headers.get(name, [""])[0]

    @property
    def method(self) -> str:
        """What it answers."""
        return self.first("cseq").partition(" ")[2]


class Line(Protocol):
    """A way to the target: answers come into `heard`."""

    own: tuple[str, int]
    heard: asyncio.Queue[bytes]

    def send(self, message: bytes) -> None:
        """Send octets as they are."""


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, heard: asyncio.Queue[bytes]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        self._heard.put_nowait(data)


class UdpLine:
    """One UDP socket of ours."""

    transport_name = "UDP"

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def open(self, host: str) -> None:
        """Bind to a free port of `host`."""
        loop = asyncio.get_running_loop()
        self._wire, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self.heard), local_addr=(host, 0)
        )
        self.own: tuple[str, int] = self._wire.get_extra_info("sockname")[:2]

    def send(self, message: bytes) -> None:
        """One datagram."""
        self._wire.sendto(message, self._target)

    async def close(self) -> None:
        """Give the port back."""
        self._wire.close()


class TcpLine:
    """One TCP connection of ours; what comes is cut into messages by Content-Length."""

    transport_name = "TCP"

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def open(self, host: str) -> None:
        """Connect from `host`."""
        self._reader, self._writer = await asyncio.open_connection(*self._target, local_addr=(host, 0))
        self.own: tuple[str, int] = self._writer.get_extra_info("sockname")[:2]
        self._reading = asyncio.create_task(self._read())

    def send(self, message: bytes) -> None:
        """A piece of the stream."""
        self._writer.write(message)

    async def _read(self) -> None:
        try:
            while True:
                head = await self._reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
                body = await self._reader.readexactly(int(length[1])) if length else b""
                self.heard.put_nowait(head + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the target has closed: nothing more comes

    async def close(self) -> None:
        """Close the connection."""
        self._reading.cancel()
        self._writer.transport.abort()


LINES = {"UDP": UdpLine, "TCP": TcpLine}


@asynccontextmanager
async def line_to(
    target: tuple[str, int], transport: str, host: str = HOST
) -> AsyncIterator[UdpLine | TcpLine]:
    """A way to the target while the block runs."""
    line = LINES[transport](target)
    await line.open(host)
    try:
        yield line
    finally:
        await line.close()


async def next_answer(line: Line, wait_s: float) -> Answer | None:
    """The next response, or None after `wait_s`; requests and garbage are passed over."""
    try:
        async with asyncio.timeout(wait_s):
            while True:
                if answer := Answer.parse(await line.heard.get()):
                    return answer
    except TimeoutError:
        return None


async def final_answer(line: Line, wait_s: float, once_heard_s: float = 10.0) -> Answer | None:
    """The final response. Once a provisional one has come, wait `once_heard_s` more."""
    answer = await next_answer(line, wait_s)
    while answer is not None and answer.status < 200:
        answer = await next_answer(line, once_heard_s)
    return answer


def follow_up(
    aim: Aim, answer: Answer, method: str, sequence: int, *, extra: tuple[str, ...] = (), body: bytes = b""
) -> bytes:
    """The ACK that an answered INVITE asks for, or another request of its dialog."""
    is_2xx = answer.status < 300
    via = aim.via if is_2xx or method != "ACK" else answer.first("via")
    contact = re.search(r"<([^>]+)>", answer.first("contact"))
    uri = contact[1] if contact and is_2xx else aim.uri
    lines = [
        f"Via: {via}",
        "Max-Forwards: 70",
        f"From: {answer.first('from')}",
        f"To: {answer.first('to')}",
        f"Call-ID: {answer.first('call-id')}",
        f"CSeq: {sequence} {method}",
        *(f"Route: {route}" for route in reversed(answer.headers.get("record-route", [])) if is_2xx),
        *extra,
        f"Content-Length: {len(body)}",
    ]
    return assemble(f"{method} {uri} SIP/2.0", lines, body)


async def leave(line: Line, aim: Aim, answer: Answer) -> None:
    """Acknowledge an INVITE's final answer; hang up where it was a 200."""
    sequence = int(answer.first("cseq").partition(" ")[0] or 1)
    line.send(follow_up(aim, answer, "ACK", sequence))
    if answer.status < 300:
        line.send(follow_up(aim, answer, "BYE", sequence + 1))
        for _ in range(10):
            bye = await next_answer(line, 5.0)
            if bye is None or bye.method == "BYE":
                return


async def open_call(line: Line, aim: Aim, message: bytes) -> Answer:
    """Send an INVITE that must be answered, and acknowledge it."""
    line.send(message)
    answer = await final_answer(line, 5.0)
    assert answer is not None, "no answer"
    line.send(follow_up(aim, answer, "ACK", 1))
    assert answer.status == 200, answer.status
    return answer


async def answer_to(line: Line, method: str, wait_s: float = 5.0) -> Answer | None:
    """The final answer to a request of this method; others are passed over."""
    while answer := await final_answer(line, wait_s):
        if answer.method == method:
            return answer
    return None


async def lives(target: tuple[str, int], transport: str = "UDP", wait_s: float = 5.0) -> bool:
    """Whether the target answers OPTIONS with 200."""
    async with line_to(target, transport) as line:
        line.send(options_of(Aim(target=target, own=line.own, transport=transport)))
        answer = await final_answer(line, wait_s)
        return answer is not None and answer.status == 200
