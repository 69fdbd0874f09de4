"""What came in by RTP, on one timeline: audio with losses as silence, levels, and how late each slot was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from callers.codec import Codec, Samples
from callers.g711 import SAMPLE_RATE_HZ
from callers.hearing import (
    BAND_FLOOR_DB,
    BANDS,
    FRAME_S,
    FRAME_SAMPLES,
    SILENT_DB,
    Bands,
    Levels,
    bands_db,
    levels_db,
)
from callers.pacer import SLOT_S
from callers.rtp import SLOT_SAMPLES, Packet

LATE_S = 0.04  # a slot is late when its packet comes more than this after it is due
AUDIBLE_DB = -60.0  # quieter packets are silence or comfort noise
AHEAD_S = 0.5  # a packet this early, or
BEHIND_S = 2.0  # this late, says that the far end's clock began anew
_GRACE_SLOTS = 3  # at the end of a call its last packets may still be on their way


@dataclass(frozen=True, kw_only=True, slots=True)
class Slots:
    """The lateness of every 20 ms slot, in seconds after its due time; inf where no packet came."""

    lateness_s: npt.NDArray[np.float64]

    @property
    def count(self) -> int:
        """All slots that were due."""
        return len(self.lateness_s)

    @property
    def late(self) -> int:
        """Slots whose packet came too late or never."""
        return int(np.count_nonzero(self.lateness_s > LATE_S))

    @property
    def lost(self) -> int:
        """Slots whose packet never came."""
        return int(np.count_nonzero(np.isinf(self.lateness_s)))

    @property
    def late_share(self) -> float:
        """Late slots among all; 0 where none was due."""
        return self.late / self.count if self.count else 0.0


@dataclass(slots=True)
class _Segment:
    """Packets of one clock: the schedule that its first packet sets."""

    ssrc: int
    first_timestamp: int
    first_arrival_s: float
    lateness_s: dict[int, float] = field(default_factory=dict)  # by slot

    def due_s(self, packet: Packet) -> float:
        ahead = (packet.timestamp - self.first_timestamp + (1 << 31)) % (1 << 32) - (1 << 31)
        return self.first_arrival_s + ahead / SAMPLE_RATE_HZ

    def note(self, due_s: float, arrival_s: float, count: int) -> None:
        slot = round((due_s - self.first_arrival_s) / SLOT_S)
        for covered in range(slot, slot + count):
            self.lateness_s.setdefault(covered, arrival_s - due_s)

    def expected(self, until_s: float) -> int:
        """How many slots were due before `until_s`; those that came count in any case."""
        last = max(self.lateness_s, default=-1) + 1
        return max(last, int((until_s - self.first_arrival_s) / SLOT_S) - _GRACE_SLOTS)

    def slots(self, count: int) -> list[float]:
        return [self.lateness_s.get(slot, np.inf) for slot in range(count)]


@dataclass(frozen=True, slots=True)
class _Piece:
    due_s: float
    samples: Samples


class HeardAudio:
    """Takes packets with their time of arrival. The timeline begins at `begin(at_s)`, the answer."""

    def __init__(self) -> None:
        self.first_audible_s: float | None = None  # arrival of the first packet that is not silence
        self.packets = 0
        self._pieces: list[_Piece] = []
        self._decoders: dict[str, Callable[[bytes], Samples]] = {}
        self._segments: list[_Segment] = []
        self._begin_s: float | None = None
        self._levels: Levels = np.full(512, SILENT_DB)
        self._bands: Bands = np.full((512, BANDS), BAND_FLOOR_DB)
        self._measured = 0  # pieces whose level is known

    def begin(self, at_s: float) -> None:
        """The call was answered: what came earlier is no part of the timeline."""
        self._begin_s = at_s
        self.first_audible_s = None

    def add_audio(self, packet: Packet, arrival_s: float, codec: Codec) -> None:
        """Take an audio packet."""
        due_s = self._place(packet, arrival_s, max(1, len(packet.payload) // SLOT_SAMPLES))
        if codec.name not in self._decoders:
            self._decoders[codec.name] = codec.new_decoder()
        samples = self._decoders[codec.name](packet.payload)
        self._pieces.append(_Piece(due_s, samples))
        if self.first_audible_s is None and _is_audible(samples):
            self.first_audible_s = arrival_s

    def add_event(self, packet: Packet, arrival_s: float) -> None:
        """Take a telephone-event packet: it fills a slot, but is not heard."""
        samples = int.from_bytes(packet.payload[2:4], "big") if len(packet.payload) >= 4 else 0
        self._place(packet, arrival_s, max(1, samples // SLOT_SAMPLES))

    def _place(self, packet: Packet, arrival_s: float, slots: int) -> float:
        self.packets += 1
        segment = self._segments[-1] if self._segments else None
        if segment is None or not _continues(segment, packet, arrival_s):
            segment = _Segment(packet.ssrc, packet.timestamp, arrival_s)
            self._segments.append(segment)
        due_s = segment.due_s(packet)
        segment.note(due_s, arrival_s, slots)
        return due_s

    def slots(self, until_s: float) -> Slots:
        """Every slot from the first packet to `until_s`."""
        lateness: list[float] = []
        ends_s = [segment.first_arrival_s for segment in self._segments[1:]] + [until_s]
        for segment, end_s in zip(self._segments, ends_s, strict=False):  # no segment has no end
            lateness += segment.slots(segment.expected(end_s))
        return Slots(lateness_s=np.array(lateness))

    def audio(self, until_s: float) -> Samples:
        """All that was heard from the answer to `until_s`; empty before the answer."""
        return self._render(self._pieces, self._begin_s, until_s)

    def tail(self, duration_s: float, until_s: float) -> Samples:
        """The last `duration_s` before `until_s`."""
        newest = self._pieces[-round((duration_s + 1) / SLOT_S) :]
        return self._render(newest, until_s - duration_s, until_s)

    def _render(self, pieces: list[_Piece], begin_s: float | None, until_s: float) -> Samples:
        if begin_s is None or until_s <= begin_s:
            return np.zeros(0, np.int16)
        timeline = np.zeros(round((until_s - begin_s) * SAMPLE_RATE_HZ), np.int16)
        for piece in pieces:
            _write(timeline, round((piece.due_s - begin_s) * SAMPLE_RATE_HZ), piece.samples)
        return timeline

    def levels(self, until_s: float) -> Levels:
        """The level of every 20 ms frame from the answer to `until_s`, in dB."""
        return self._levels[: self._measure(until_s)]

    def bands(self, until_s: float) -> Bands:
        """The same by band."""
        return self._bands[: self._measure(until_s)]

    def _measure(self, until_s: float) -> int:
        """Measure what came since the last time; how many frames there are before `until_s`."""
        if self._begin_s is None:
            return 0
        frames = max(0, int((until_s - self._begin_s) / FRAME_S))
        for piece in self._pieces[self._measured :]:
            first = round((piece.due_s - self._begin_s) / FRAME_S)
            samples = piece.samples
            last = first + len(samples) // FRAME_SAMPLES
            self._grow(last)
            if first >= 0:
                self._levels[first:last] = levels_db(samples)
                self._bands[first:last] = bands_db(samples)
        self._measured = len(self._pieces)
        self._grow(frames)
        return frames

    def _grow(self, frames: int) -> None:
        if frames > len(self._levels):
            more = max(frames, 2 * len(self._levels)) - len(self._levels)
            self._levels = np.concatenate([self._levels, np.full(more, SILENT_DB)])
            self._bands = np.concatenate([self._bands, np.full((more, BANDS), BAND_FLOOR_DB)])


def _continues(segment: _Segment, packet: Packet, arrival_s: float) -> bool:
    early_s = segment.due_s(packet) - arrival_s
    return packet.ssrc == segment.ssrc and -BEHIND_S < early_s < AHEAD_S


def _write(timeline: Samples, at: int, samples: Samples) -> None:
    first, last = max(0, at), min(len(timeline), at + len(samples))
    if first < last:
        timeline[first:last] = samples[first - at : last - at]


def _is_audible(samples: Samples) -> bool:
    levels = levels_db(samples)
    return bool(len(levels)) and float(levels.max()) > AUDIBLE_DB
