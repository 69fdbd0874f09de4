"""RTP packets (RFC 3550), their socket, and the sender that fills every 20 ms slot."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from callers.codec import Codec, Samples
from callers.dtmf import KeyPress, event_payloads
from callers.sip_transport import SocketAddress
from ledger.errors import PortTaken

SLOT_SAMPLES = 160
_SILENCE = np.zeros(SLOT_SAMPLES, np.int16)
RTCP_TYPES = range(64, 96)  # what RTCP's types look like in an RTP header (RFC 5761, 4)
_HEADER = struct.Struct("!BBHII")
_STAMP = struct.Struct("@ll")
_SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)  # Linux; Python has no name for it before 3.13


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def pack(packet: Packet) -> bytes:
    """The packet as a datagram."""
    second = packet.payload_type | (0x80 if packet.marker else 0)
    return _HEADER.pack(0x80, second, packet.sequence, packet.timestamp, packet.ssrc) + packet.payload


def unpack(data: bytes) -> Packet | None:
    """A datagram as a packet; None for what is no RTP: RTCP, STUN, rubbish."""
    if len(data) < _HEADER.size or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if second & 0x7F in RTCP_TYPES:
        return None
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10 and len(data) >= start + 4:  # a header extension
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    end = len(data) - (data[-1] if first & 0x20 else 0)  # padding
    if start > end:
        return None
    return Packet(second & 0x7F, bool(second & 0x80), sequence, timestamp, ssrc, data[start:end])


class RtpSocket:
    """A UDP socket on an even port whose packets carry the kernel's time of arrival.

    The kernel's time is what makes lateness the sender's own: a busy event loop does not add to it.
    """

    def __init__(self, host: str, receive: Callable[[bytes, SocketAddress, float], None]) -> None:
        self._receive = receive
        self._socket = _even_port(host)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.port: int = self._socket.getsockname()[1]
        self.unsent = 0
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)

    def send(self, data: bytes, address: SocketAddress) -> None:
        """Send a packet; what the kernel does not take is lost, as on a wire, and counted."""
        try:
            self._socket.sendto(data, address)
        except OSError:
            self.unsent += 1

    def close(self) -> None:
        """Give the port back."""
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()

    def _read(self) -> None:
        """Read one packet; the loop calls again while there are more."""
        try:
            data, ancillary, _, source = self._socket.recvmsg(2048, 64)
        except OSError:  # nothing there after all, or the ICMP error of a packet that we sent
            return
        self._receive(data, (source[0], source[1]), _arrival_s(ancillary))


def _arrival_s(ancillary: list[tuple[int, int, bytes]]) -> float:
    now_s = time.monotonic()
    for _, kind, data in ancillary:
        if kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = map(int, _STAMP.unpack(data[: _STAMP.size]))
            return now_s - max(0.0, time.time() - seconds - nanoseconds * 1e-9)
    return now_s


def _even_port(host: str) -> socket.socket:
    """RFC 3550 section 11: RTP has the even port; the odd one above is left to RTCP."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    refused: list[socket.socket] = []
    try:
        for _ in range(64):
            candidate = socket.socket(family, socket.SOCK_DGRAM)
            candidate.bind((host, 0))
            if candidate.getsockname()[1] % 2 == 0:
                return candidate
            refused.append(candidate)  # kept open until the end, or we would be given it again
    except OSError as error:
        raise PortTaken(
            f"no UDP port for audio on {host}: {error.strerror}; is it an address of here?"
        ) from error
    finally:
        for odd in refused:
            odd.close()
    raise PortTaken(f"no even UDP port is free on {host}; close programs that hold ports")


@dataclass(slots=True)
class _Speech:
    frames: deque[Samples]
    done: asyncio.Future[None]


class RtpSender:
    """Fills every slot: with keys first, then with what is played, else with silence."""

    def __init__(self, send: Callable[[bytes], None], codec: Codec, event_type: int | None) -> None:
        self._send = send
        self.use(codec)
        self.event_type = event_type
        self.said: list[Samples | None] = []  # one a slot since the start; None is silence
        self.sent_s: list[float] = []  # when each slot was sent, on the monotonic clock
        self.paused = False  # on hold: slots pass, nothing is sent
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._queue: deque[_Speech] = deque()
        self._keys: deque[tuple[deque[tuple[bytes, bool]], asyncio.Future[None]]] = deque()
        self._key_stamp = 0
        self._fresh = True  # the next audio packet begins a talkspurt

    def use(self, codec: Codec) -> None:
        """Send by this codec from now on."""
        self.codec, self._encode = codec, codec.new_encoder()

    def play(self, samples: Samples) -> asyncio.Future[None]:
        """Queue samples (int16, 8 kHz); the future is done when the last of them has been sent."""
        padded = np.pad(samples.astype(np.int16, copy=False), (0, -len(samples) % SLOT_SAMPLES))
        frames = deque(padded.reshape(-1, SLOT_SAMPLES))
        speech = _Speech(frames, asyncio.get_running_loop().create_future())
        if not frames:
            speech.done.set_result(None)
        else:
            self._queue.append(speech)
        return speech.done

    def press(self, key: KeyPress) -> asyncio.Future[None]:
        """Queue one key as RFC 4733 events; done when its pause afterwards has passed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keys.append((deque(event_payloads(key)), done))
        return done

    def slot(self) -> None:
        """Send this slot's packet."""
        self.sent_s.append(time.monotonic())
        key = self._next_key_payload()
        if key is not None and self.event_type is not None:
            payload, begins = key
            self._key_stamp = self._timestamp if begins else self._key_stamp
            self._emit(self.event_type, payload, self._key_stamp, marker=begins)
            self.said.append(None)
            self._fresh = True
        else:
            frame = self._next_frame()
            payload = self._encode(_SILENCE if frame is None else frame)
            self._emit(self.codec.payload_type, payload, self._timestamp, marker=self._fresh)
            self.said.append(frame)
            self._fresh = False
        self._timestamp = (self._timestamp + SLOT_SAMPLES) & 0xFFFFFFFF

    def stop(self, why: Exception) -> None:
        """Nothing more will be sent: whoever waits for the end of it gets `why`."""
        for done in [speech.done for speech in self._queue] + [done for _, done in self._keys]:
            if not done.done():
                done.set_exception(why)
        self._queue.clear()
        self._keys.clear()

    def _emit(self, payload_type: int, payload: bytes, timestamp: int, *, marker: bool) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        if not self.paused:
            self._send(pack(Packet(payload_type, marker, self._sequence, timestamp, self._ssrc, payload)))

    def _next_key_payload(self) -> tuple[bytes, bool] | None:
        while self._keys:
            payloads, done = self._keys[0]
            if payloads:
                payload, begins = payloads.popleft()
                return (payload, begins) if payload else None
            self._keys.popleft()
            if not done.done():
                done.set_result(None)
        return None

    def _next_frame(self) -> Samples | None:
        while self._queue:
            speech = self._queue[0]
            if speech.done.cancelled():  # whoever played it has given up: be silent at once
                self._queue.popleft()
                continue
            frame: Samples = speech.frames.popleft()
            if not speech.frames:
                self._queue.popleft()
                speech.done.set_result(None)
            return frame
        return None
