"""Wires that lose datagrams, and a peer that speaks SIP word by word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from callers.sip_transport import SocketAddress, UdpWire


class LossyWire(UdpWire):
    """Loses the first `times` datagrams for which `unlucky` is true."""

    def __init__(self, unlucky: Callable[[bytes], bool], times: int = 1) -> None:
        super().__init__()
        self._unlucky, self._times = unlucky, times
        self.lost: list[bytes] = []
        self.sent: list[bytes] = []

    def send(self, data: bytes, address: SocketAddress) -> None:
        if len(self.lost) < self._times and self._unlucky(data):
            self.lost.append(data)
            return
        self.sent.append(data)
        super().send(data, address)


class RawPeer:
    """Sends what a test wrote and hands over what comes back, both as text."""

    def __init__(self) -> None:
        self._wire = UdpWire()
        self._inbox: asyncio.Queue[str] = asyncio.Queue()
        self.address: SocketAddress = ("", 0)

    async def __aenter__(self) -> RawPeer:
        self.address = await self._wire.open("127.0.0.1", 0, self._take)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._wire.close()

    def _take(self, data: bytes, _: SocketAddress) -> None:
        self._inbox.put_nowait(data.decode())

    def send_bytes(self, data: bytes, to: SocketAddress) -> None:
        self._wire.send(data, to)

    def send(self, head: str, to: SocketAddress, body: str = "") -> None:
        lines = [line.strip() for line in head.strip().splitlines()]
        lines.append(f"Content-Length: {len(body)}")
        self._wire.send(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), to)

    async def receive(self, starting: str = "") -> str:
        """The next message that starts so; others are passed over."""
        async with asyncio.timeout(5):
            while not (text := await self._inbox.get()).startswith(starting):
                pass
        return text

    def nothing_came(self) -> bool:
        return self._inbox.empty()


def header(message: str, name: str) -> str:
    """The first value of a header in a message's text."""
    wanted = name.lower() + ":"
    return (
        next(line for line in message.split("\r\n") if line.lower().startswith(wanted))
        .split(":", 1)[1]
        .strip()
    )


def headers(message: str, name: str) -> list[str]:
    """Every value of a header."""
    wanted = name.lower() + ":"
    return [
        line.split(":", 1)[1].strip() for line in message.split("\r\n") if line.lower().startswith(wanted)
    ]


def request_line(message: str) -> str:
    """The first line."""
    return message.split("\r\n", 1)[0]
