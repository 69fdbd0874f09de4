"""A line that answers probes, refuses every INVITE as busy, and keeps what came word by word."""

from __future__ import annotations

import asyncio

KEPT = ("via", "from", "to", "call-id", "cseq", "record-route")


class RawLine(asyncio.DatagramProtocol):
    """What an edge lets through to a line."""

    def __init__(self) -> None:
        self.invites: list[bytes] = []
        self.others: list[bytes] = []

    async def open(self, host: str) -> None:
        """Listen at a free port."""
        loop = asyncio.get_running_loop()
        self._wire, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        self.address: tuple[str, int] = self._wire.get_extra_info("sockname")[:2]

    def close(self) -> None:
        """Give the port back."""
        self._wire.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """A request of the edge's."""
        method = data.partition(b" ")[0]
        if method == b"OPTIONS":
            self._answer(data, address, "200 OK")
        elif method == b"INVITE":
            self.invites.append(data)
            self._answer(data, address, "486 Busy Here")
        elif method != b"ACK":
            self.others.append(data)

    def _answer(self, data: bytes, address: tuple[str, int], status: str) -> None:
        head = data.partition(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape")
        kept = [line for line in head.split("\r\n")[1:] if line.partition(":")[0].strip().lower() in KEPT]
        kept = [f"{line};tag=line" if line.lower().startswith("to:") else line for line in kept]
        text = "\r\n".join([f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""])
        self._wire.sendto(text.encode("utf-8", "surrogateescape"), address)
