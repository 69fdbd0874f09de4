"""SIP messages as text, well formed unless told otherwise: what the torture and the fuzz start from."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

SDP_TYPE = "application/sdp"


def token() -> str:
    """A word that nobody else uses."""
    return secrets.token_hex(6)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Who attacks whom, and how: what a message must carry to be answered."""

    target: tuple[str, int]
    own: tuple[str, int]  # where we listen for the answer
    foreign: str = "127.0.0.9:9"  # HOST:PORT of somebody whom the hotline must never contact
    transport: str = "UDP"
    number: str = "114"
    id: str = field(default_factory=token)

    @property
    def uri(self) -> str:
        """The Request-URI of the dialled number."""
        return f"sip:{self.number}@{self.host_port}"

    @property
    def host_port(self) -> str:
        """The target as HOST:PORT."""
        return "{}:{}".format(*self.target)

    @property
    def own_host_port(self) -> str:
        """Ourselves as HOST:PORT."""
        return "{}:{}".format(*self.own)

    @property
    def via(self) -> str:
        """A Via with a fresh branch."""
        return f"SIP/2.0/{self.transport} {self.own_host_port};branch=z9hG4bK{token()};rport"

    @property
    def call_id(self) -> str:
        """The same for every message of this aim."""
        return f"{self.id}@torture"

    def headers(self, method: str) -> dict[str, str]:
        """What a good request carries."""
        return {
            "Via": self.via,
            "Max-Forwards": "70",
            "From": f"<sip:13800000009@{self.own_host_port}>;tag={self.id}",
            "To": f"<{self.uri}>",
            "Call-ID": self.call_id,
            "CSeq": f"1 {method}",
            "Contact": f"<sip:13800000009@{self.own_host_port}{self._transport_parameter}>",
        }

    @property
    def _transport_parameter(self) -> str:
        return "" if self.transport == "UDP" else ";transport=tcp"


def offer(aim: Aim, *, port: int = 9, host: str | None = None) -> bytes:
    """An SDP offer of A-law; nobody listens at its port unless one is given."""
    host = host or aim.own[0]
    return (
        f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n"
    ).encode()


def assemble(start: str, lines: list[str], body: bytes = b"") -> bytes:
    """Start line, header lines as they are, body. Surrogates stand for single octets."""
    return "\r\n".join([start, *lines, "", ""]).encode("utf-8", "surrogateescape") + body


def request(
    aim: Aim,
    method: str,
    *,
    uri: str | None = None,
    version: str = "SIP/2.0",
    change: Mapping[str, str | None] | None = None,
    extra: tuple[str, ...] = (),
    body: bytes = b"",
    content_type: str = SDP_TYPE,
) -> bytes:
    """A request. `change` replaces headers (None: leaves out), `extra` adds lines as they are."""
    headers: dict[str, str | None] = {**aim.headers(method)}
    if body:
        headers["Content-Type"] = content_type
    headers["Content-Length"] = str(len(body))
    headers.update(change or {})
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return assemble(f"{method} {uri or aim.uri} {version}", [*lines, *extra], body)


def invite(aim: Aim, **options: object) -> bytes:
    """An INVITE with an offer."""
    return request(aim, "INVITE", **{"body": offer(aim), **options})  # type: ignore[arg-type]


def options_of(aim: Aim) -> bytes:
    """Asks whether the target lives."""
    return request(aim, "OPTIONS", uri=f"sip:{aim.host_port}")


def response(aim: Aim, status_line: str, change: Mapping[str, str | None] | None = None) -> bytes:
    """A response that answers nothing we sent."""
    headers: dict[str, str | None] = {**aim.headers("OPTIONS"), "Content-Length": "0", **(change or {})}
    return assemble(status_line, [f"{name}: {value}" for name, value in headers.items() if value is not None])
