"""Asks a SIP address whether it is there, as a load balancer would: OPTIONS over UDP (RFC 3261, 11)."""

from __future__ import annotations

import secrets
import socket
import time

from console.switchboard import SipAddress

RESENT_AFTER_S = 0.5  # T1
PATIENCE_S = 1.5
LONGEST_DATAGRAM = 65_535  # bytes


def answers_sip(sip: SipAddress, patience_s: float = PATIENCE_S) -> bool:
    """Whether any final or provisional answer comes in time; which one does not matter."""
    call_id = secrets.token_hex(12)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.connect((sip.host, sip.port))
            return _ask(wire, options(sip, wire.getsockname(), call_id), call_id, patience_s)
    except OSError:  # nothing listens there, or the name is unknown
        return False


def options(sip: SipAddress, own: tuple[str, int], call_id: str) -> bytes:
    """The request."""
    host, port = own
    lines = (
        f"OPTIONS sip:{sip} SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{call_id};rport",
        "Max-Forwards: 70",
        f"From: <sip:health@{host}>;tag={call_id[:8]}",
        f"To: <sip:{sip}>",
        f"Call-ID: {call_id}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:health@{host}:{port}>",
        "Accept: application/sdp",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def _ask(wire: socket.socket, request: bytes, call_id: str, patience_s: float) -> bool:
    give_up_s = time.monotonic() + patience_s
    wire.settimeout(RESENT_AFTER_S)
    while time.monotonic() < give_up_s:
        wire.send(request)
        try:
            answer = wire.recv(LONGEST_DATAGRAM)
        except TimeoutError:
            continue
        if answer.startswith(b"SIP/2.0 ") and call_id.encode() in answer:
            return True
    return False
