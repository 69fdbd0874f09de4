"""The audio of one call: what is said, what is heard, and waiting for what is heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from callers.codec import Codec, Samples
from callers.dtmf import HeardKey, KeyPress, KeysHeard
from callers.errors import CallOver, NotHeard
from callers.g711 import SAMPLE_RATE_HZ
from callers.g722 import ALL_CODECS
from callers.heard_audio import HeardAudio, Slots
from callers.hearing import FRAME_S, SPEECH_DB, KnownSpeech, Levels, has_tone
from callers.network import Network
from callers.pacer import SLOT_S, Pacer, shared_pacer
from callers.rtp import SLOT_SAMPLES, RtpSender, RtpSocket, unpack
from callers.sdp import Description
from callers.sip_transport import SocketAddress

SETTLE_S = 0.06  # what is newer than this may still be on its way, so it is not listened to yet
SPEECH_FRAMES = 5  # frames of speech among the last ten that make somebody speak: no click does
TONE_S = 0.1
_BY_TYPE = {codec.payload_type: codec for codec in ALL_CODECS.values()}


class CallMedia:
    """One RTP stream each way. Slots of the sender are the clock of all waiting: nothing polls."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.socket = RtpSocket(host, self._on_packet)
        self.heard = HeardAudio()
        self.keys = KeysHeard()
        self.network = Network()  # what is sent goes through it
        self.pacer: Pacer | None = None  # a clock of its own; None: the one that all share
        self._sender: RtpSender | None = None
        self._remote: SocketAddress | None = None
        self._source: SocketAddress | None = None  # where its packets come from
        self._event_type: int | None = None
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._answered_s: float | None = None
        self._sending_since_s = 0.0
        self._closed_s: float | None = None

    def connect(self, theirs: Description, codec: Codec) -> None:
        """Know the far end: it may be heard from now on (early media), it is not yet spoken to."""
        if self._remote != (theirs.host, theirs.port):
            self._remote, self._source = (theirs.host, theirs.port), None
        self._event_type = theirs.event_type
        if self._sender is not None:  # a re-INVITE moved the stream
            self._sender.event_type = theirs.event_type
            if codec != self._sender.codec:
                self._sender.use(codec)
            self._sender.paused = theirs.on_hold

    def start(self, codec: Codec) -> None:
        """The call is answered: the timeline begins and every slot gets a packet."""
        if self._closed_s is not None:
            return
        self._answered_s = self._sending_since_s = time.monotonic()
        self.heard.begin(self._answered_s)
        self._sender = RtpSender(self._send, codec, self._event_type)
        self.pacer = self.pacer or shared_pacer()
        self.pacer.join(self._slot)

    def close(self) -> None:
        """Stop sending and hearing; whoever waits learns that the call is over."""
        if self._closed_s is not None:
            return
        self._closed_s = time.monotonic()
        if self.pacer is not None:
            self.pacer.leave(self._slot)
        self.socket.close()
        over = CallOver("the call ended meanwhile; `call.end` says who ended it")
        if self._sender is not None:
            self._sender.stop(over)
        for _, future in self._waiting:
            if not future.done():
                future.set_exception(over)
        self._waiting.clear()

    @property
    def until_s(self) -> float:
        """The end of the timeline: the call's end, or now."""
        return self._closed_s or time.monotonic()

    @property
    def answered_s(self) -> float | None:
        """When the call was answered, on the monotonic clock."""
        return self._answered_s

    def levels(self) -> Levels:
        """The level of every frame that has surely come."""
        return self.heard.levels(self.until_s - SETTLE_S)

    def slots(self) -> Slots:
        """How late every slot was."""
        return self.heard.slots(self.until_s)

    async def play(self, samples: Samples) -> None:
        """Say samples; returns when the last has been sent. Cancelling falls silent at once."""
        await self._speaker().play(samples)

    async def press(self, key: KeyPress) -> None:
        """Send one key as RFC 4733 events. Raises CallOver."""
        await self._speaker().press(key)

    def can_press(self) -> bool:
        """Whether the far end takes telephone-events."""
        return self._event_type is not None

    async def pause(self, duration_s: float) -> None:
        """Be silent for so many slots."""
        slots = len(self._speaker().said) + round(duration_s / SLOT_S)
        await self.until(lambda: len(self._speaker().said) >= slots, None, "")

    async def hear_speech(self, timeout_s: float) -> None:
        """Wait until somebody speaks from now on. Raises NotHeard, CallOver."""
        begin = len(self.levels())

        def spoken() -> bool:
            newest = self.levels()[begin:][-2 * SPEECH_FRAMES :]
            return int(np.count_nonzero(newest > SPEECH_DB)) >= SPEECH_FRAMES

        await self.until(spoken, timeout_s, "no speech came")

    async def hear_quiet(self, quiet_s: float, timeout_s: float) -> None:
        """Wait until it has been quiet for `quiet_s` from now on. Raises NotHeard, CallOver."""
        begin, frames = len(self.levels()), max(1, round(quiet_s / FRAME_S))

        def quiet() -> bool:
            newest = self.levels()[begin:][-frames:]
            return len(newest) == frames and bool(np.all(newest <= SPEECH_DB))

        await self.until(quiet, timeout_s, "it did not become quiet")

    async def hear_tone(self, hz: float, timeout_s: float) -> None:
        """Wait until the last 100 ms are a tone of `hz`. Raises NotHeard, CallOver."""

        def ringing() -> bool:
            return has_tone(self.heard.tail(TONE_S, self.until_s - SETTLE_S), hz)

        await self.until(ringing, timeout_s, f"no tone of {hz:g} Hz came")

    async def hear_known(self, speech: KnownSpeech, quiet_s: float, timeout_s: float) -> None:
        """Wait for the end of speech whose audio is known, and some quiet. Raises NotHeard, CallOver."""
        frames = round(quiet_s / FRAME_S)

        def heard() -> bool:
            until_s = self.until_s - SETTLE_S
            return speech.heard_whole(self.heard.levels(until_s), self.heard.bands(until_s), frames)

        await self.until(heard, timeout_s, "that speech did not come")

    async def hear_keys(self, count: int, timeout_s: float) -> list[HeardKey]:
        """Wait until `count` keys were pressed in all. Raises NotHeard, CallOver."""
        await self.until(lambda: len(self.keys.keys) >= count, timeout_s, f"not {count} keys came")
        return self.keys.keys[:count]

    async def until(self, happened: Callable[[], bool], timeout_s: float | None, missing: str) -> None:
        """Wait until `happened`, asked once a slot. Raises NotHeard after `timeout_s`, CallOver."""
        self._speaker()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (happened, future)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(timeout_s):
                await future
        except TimeoutError as error:
            raise NotHeard(f"{missing} within {timeout_s:g} s; listen to the call's recording") from error
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)

    @property
    def sent(self) -> list[tuple[float, Samples | None]]:
        """Every slot that was sent: when, on the monotonic clock, and what; None is silence."""
        sender = self._sender
        return [] if sender is None else list(zip(sender.sent_s, sender.said, strict=True))

    def move(self) -> None:
        """Listen at and send from another port; tell the far end by `in_dialog.reinvite`."""
        self.socket.close()
        self.socket = RtpSocket(self._host, self._on_packet)

    def record_to(self, folder: Path) -> tuple[Path, Path]:
        """Write said.wav and heard.wav, both from the answer to the end (or now), mono, 8 kHz, 16 bit."""
        folder.mkdir(parents=True, exist_ok=True)
        heard = self.heard.audio(self.until_s)
        said = np.zeros(len(heard), np.int16)
        if self._sender is not None and self._answered_s is not None:
            shift = round((self._sending_since_s - self._answered_s) * SAMPLE_RATE_HZ)
            for slot, frame in enumerate(self._sender.said):
                at = shift + slot * SLOT_SAMPLES
                if frame is not None and at < len(said):
                    said[at : at + SLOT_SAMPLES] = frame[: len(said) - at]
        for name, samples in (("said.wav", said), ("heard.wav", heard)):
            soundfile.write(folder / name, samples, SAMPLE_RATE_HZ, subtype="PCM_16")
        return folder / "said.wav", folder / "heard.wav"

    def _slot(self) -> None:
        if self._sender is None:
            return
        if not self._sender.said:
            self._sending_since_s = time.monotonic()
        self._sender.slot()
        for happened, future in list(self._waiting):
            if not future.done():
                _settle(future, happened)

    def _speaker(self) -> RtpSender:
        if self._sender is None or self._closed_s is not None:
            raise CallOver("there is no conversation: the call is not answered yet, or over")
        return self._sender

    def _send(self, data: bytes) -> None:
        if self._remote is not None:
            self.network.carry(data, self._remote, self._transmit)

    def _transmit(self, data: bytes, address: SocketAddress) -> None:
        if self._closed_s is None:
            self.socket.send(data, address)

    def _on_packet(self, data: bytes, source: SocketAddress, arrival_s: float) -> None:
        packet = unpack(data)
        if packet is None or not packet.payload or not self._is_far_end(source):
            return
        if packet.payload_type == self._event_type:
            self.keys.take_event(packet.ssrc, packet.timestamp, packet.payload)
            self.heard.add_event(packet, arrival_s)
        elif packet.payload_type in _BY_TYPE:
            self.heard.add_audio(packet, arrival_s, _BY_TYPE[packet.payload_type])

    def _is_far_end(self, source: SocketAddress) -> bool:
        """What the SDP names, else whoever was heard first: many send from elsewhere than they listen."""
        if self._source is None or source == self._remote:
            self._source = source
        return source == self._source


def _settle(future: asyncio.Future[None], happened: Callable[[], bool]) -> None:
    """Ask once; what goes wrong in asking is the waiter's, and must not stop the clock of all calls."""
    try:
        if happened():
            future.set_result(None)
    except Exception as error:  # noqa: BLE001 - handed on, whatever it is
        future.set_exception(error)
