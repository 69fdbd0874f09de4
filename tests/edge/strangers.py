"""Somebody who speaks SIP word by word, from any address of loopback."""

from __future__ import annotations

import asyncio
import secrets
from typing import Self

from callers.sip_transport import SocketAddress, UdpWire

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)
COPIED = {"Via", "From", "To", "Call-ID", "CSeq"}  # from a request into its response


class Stranger:
    """One UDP socket on `host`."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._wire = UdpWire()
        self._inbox: asyncio.Queue[str] = asyncio.Queue()
        self.address: SocketAddress = ("", 0)

    async def __aenter__(self) -> Self:
        self.address = await self._wire.open(
            self._host, 0, lambda data, _: self._inbox.put_nowait(data.decode())
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._wire.close()

    @property
    def at(self) -> str:
        """host:port."""
        return "{}:{}".format(*self.address)

    def request(
        self,
        method: str,
        uri: str,
        *more: str,
        user: str = "anonymous",
        contact: str | None = None,
        from_tag: str = "",
        to_tag: str = "",
        body: str = "",
        call_id: str | None = None,
        agent: str = "Phone 1.0",
    ) -> str:
        """A request as text; `more` are further header lines."""
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.at};rport;branch=z9hG4bK{secrets.token_hex(8)}",
            f"From: <sip:{user}@{self.at}>;tag={from_tag or secrets.token_hex(4)}",
            f"To: <{uri}>{f';tag={to_tag}' if to_tag else ''}",
            f"Call-ID: {call_id or secrets.token_hex(8)}",
            f"CSeq: 1 {method}",
            "Max-Forwards: 70",
            f"User-Agent: {agent}",
            f"Contact: {contact or f'<sip:{user}@{self.at}>'}",
            *more,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def send(self, text: str | bytes, to: SocketAddress) -> None:
        """One datagram."""
        self._wire.send(text if isinstance(text, bytes) else text.encode(), to)

    async def receive(self, starting: str = "", within_s: float = 5.0) -> str:
        """The next message that starts so; others are passed over."""
        async with asyncio.timeout(within_s):
            while not (text := await self._inbox.get()).startswith(starting):
                pass
        return text

    def answer(self, request: str, to: SocketAddress) -> None:
        """200 to a request that came."""
        kept = [line for line in request.split("\r\n") if line.split(":")[0] in COPIED]
        self.send("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0"]) + "\r\n\r\n", to)

    async def final(self, within_s: float = 5.0) -> int:
        """The status of the next final response."""
        while (status := int((await self.receive("SIP/2.0 ", within_s)).split(" ")[1])) < 200:
            pass
        return status

    def has_heard_nothing(self) -> bool:
        """Whether nothing has come that was not taken."""
        return self._inbox.empty()
