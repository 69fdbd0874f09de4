"""SIP over UDP: one socket, messages in and out. The wire is the seam where tests lose datagrams."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable

import structlog
from sipmessage import URI, Request, Response

from callers.errors import PhoneError
from callers.sip_message import BadMessage, parse_message, stamp_source, to_datagram
from ledger.errors import PortTaken

log = structlog.get_logger(__name__)

SocketAddress = tuple[str, int]
SIP_PORT = 5060


class UdpWire(asyncio.DatagramProtocol):
    """A UDP socket under asyncio. Subclasses may drop, delay or double what is sent."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._receive: Callable[[bytes, SocketAddress], None] | None = None

    async def open(
        self, host: str, port: int, receive: Callable[[bytes, SocketAddress], None]
    ) -> SocketAddress:
        """Bind and give the address that was bound. Raises PortTaken."""
        self._receive = receive
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        except OSError as error:
            raise PortTaken(
                f"cannot listen on UDP {host}:{port}: {error.strerror or error}; choose another port"
            ) from error
        bound: tuple[str, int] = self._transport.get_extra_info("sockname")[:2]
        return bound

    def send(self, data: bytes, address: SocketAddress) -> None:
        """Send one datagram. Nothing goes out after `close`, nor to what is no address."""
        if not 0 < address[1] < 65536 or not is_numeric(address[0]):
            log.info("unreachable_address", address=address)  # asyncio would close the socket over it
        elif self._transport is not None:
            self._transport.sendto(data, address)

    def close(self) -> None:
        """Give the port back."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by asyncio."""
        if self._receive is not None:
            self._receive(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        """Called by asyncio for ICMP errors: retransmission and time-outs deal with what is lost."""
        log.debug("icmp_error", error=str(exc))


class SipTransport:
    """Reads and writes whole messages. What is no SIP is counted, told in the log, and dropped."""

    def __init__(self, wire: UdpWire, receive: Callable[[Request | Response, SocketAddress], None]) -> None:
        self._wire = wire
        self._receive = receive
        self.address: SocketAddress = ("", 0)
        self.malformed = 0

    async def open(self, host: str, port: int) -> None:
        """Bind. Raises PortTaken."""
        self.address = await self._wire.open(host, port, self._on_datagram)

    def close(self) -> None:
        """Give the port back."""
        self._wire.close()

    def send(self, message: Request | Response, address: SocketAddress) -> None:
        """Send one message."""
        self._wire.send(to_datagram(message), address)

    def _on_datagram(self, data: bytes, source: SocketAddress) -> None:
        if not data.strip(b"\r\n\0"):
            return  # keep-alive (RFC 5626, 4.4.1 and what old phones send)
        try:
            message = parse_message(data)
            if isinstance(message, Request):
                stamp_source(message, source)
        except (BadMessage, ValueError) as error:
            self.malformed += 1
            log.info("datagram_dropped", source=source, error=str(error))
            return
        self._receive(message, source)


async def resolve(uri: URI) -> SocketAddress:
    """Where a SIP URI is reached over UDP. Raises PhoneError for a name that is not known."""
    host, port = uri.host.strip("[]"), uri.port or SIP_PORT
    if is_numeric(host):
        return host, port
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port)
    except OSError as error:
        raise PhoneError(f"no address is known for {host!r} in {uri}; write its IP address") from error
    return str(found[0][4][0]), port


def is_numeric(host: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
