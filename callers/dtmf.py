"""Keys of the phone: named events in RTP (RFC 4733) and SIP INFO with application/dtmf-relay."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from callers.errors import PhoneError

KEYS = "0123456789*#ABCD"  # a key's place is its event code
KeyMethod = Literal["rfc4733", "info"]
END_PACKETS = 3  # RFC 4733 2.5.1.4: the last one is sent three times
INFO_TYPE = "application/dtmf-relay"
_SLOT_SAMPLES = 160
_SLOT_MS = 20
_EVENT = struct.Struct("!BBH")
_END_BIT = 0x80
_VOLUME = 10  # dBm0 below zero


class UnknownKey(PhoneError):
    """A phone has no such key: use 0 to 9, *, # and A to D."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPress:
    """A key to be pressed."""

    key: str
    duration_ms: int = 100
    pause_ms: int = 100  # until the next one


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardKey:
    """A key that the far end pressed."""

    key: str
    by: KeyMethod
    duration_ms: int


def check_keys(keys: str) -> str:
    """The keys in capitals. Raises UnknownKey."""
    wrong = sorted(set(keys.upper()) - set(KEYS))
    if wrong:
        raise UnknownKey(f"a phone has no key {wrong[0]!r}; use 0 to 9, *, # and A to D")
    return keys.upper()


def event_payloads(press: KeyPress) -> Iterator[tuple[bytes, bool]]:
    """One payload a slot, and whether it begins the event; empty payloads are the pause after it.

    The duration is counted in timestamp units from the event's first sample, the end is said three times.
    """
    slots = max(1, round(press.duration_ms / _SLOT_MS))
    code = KEYS.index(press.key)
    for slot in range(1, slots + 1):
        ends = slot == slots
        volume = _VOLUME | (_END_BIT if ends else 0)
        yield _EVENT.pack(code, volume, slot * _SLOT_SAMPLES), slot == 1
    for _ in range(END_PACKETS - 1):
        yield _EVENT.pack(code, _VOLUME | _END_BIT, slots * _SLOT_SAMPLES), False
    for _ in range(max(0, round(press.pause_ms / _SLOT_MS) - END_PACKETS + 1)):
        yield b"", False


def info_body(press: KeyPress) -> bytes:
    """The body of an INFO that reports one key."""
    return f"Signal={press.key}\r\nDuration={press.duration_ms}\r\n".encode()


def parse_info(body: bytes) -> HeardKey | None:
    """The key in an INFO's body; None where it reports none."""
    text = body.decode("ascii", "replace")
    signal = re.search(r"(?im)^signal\s*=\s*([0-9A-D*#])\s*$", text)
    duration = re.search(r"(?im)^duration\s*=\s*(\d+)", text)
    if signal is None:
        return None
    return HeardKey(key=signal[1].upper(), by="info", duration_ms=int(duration[1]) if duration else 0)


class KeysHeard:
    """Turns events in RTP into keys: all packets of one event share a timestamp."""

    def __init__(self) -> None:
        self.keys: list[HeardKey] = []
        self._last: tuple[int, int] | None = None  # ssrc and timestamp of the event that was heard last

    def take_event(self, ssrc: int, timestamp: int, payload: bytes) -> None:
        """Take the payload of one telephone-event packet."""
        if len(payload) < _EVENT.size or payload[0] >= len(KEYS):
            return
        code, _, samples = _EVENT.unpack_from(payload)
        key = HeardKey(key=KEYS[code], by="rfc4733", duration_ms=samples // 8)
        if (ssrc, timestamp) == self._last:
            self.keys[-1] = key if key.duration_ms > self.keys[-1].duration_ms else self.keys[-1]
        elif not self._is_older(ssrc, timestamp):
            self._last = (ssrc, timestamp)
            self.keys.append(key)

    def take_info(self, body: bytes) -> bool:
        """Take the body of an INFO; whether it reported a key."""
        key = parse_info(body)
        if key is not None:
            self.keys.append(key)
        return key is not None

    def _is_older(self, ssrc: int, timestamp: int) -> bool:
        """Whether a packet of an earlier event was overtaken on its way."""
        if self._last is None or self._last[0] != ssrc:
            return False
        return (timestamp - self._last[1]) & 0xFFFFFFFF >= 1 << 31
