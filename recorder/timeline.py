"""When the sounds of a capture were said: notes of a line, by which sealing sets both channels right.

What comes by RTP waits in a jitter buffer until it is captured. How long differs between the two legs of
a call, grows where packets came later than the buffer had waited, and wanders with the phones' clocks. So
the line notes how long the buffer is, and sealing moves what was captured back to when it came. Where the
wait has changed, the cut lies at the quietest moment nearby: what is cut out there is what the buffer had
put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from itertools import groupby
from pathlib import Path
from typing import Literal

import numpy as np
import structlog
from numpy.typing import NDArray

Channel = Literal["said", "heard"]
RATE_HZ = 8000
BEGINS, ENDS = "begins", "ends"
MEAN_OF = 61  # notes: one alone is 10 ms off, since packets come and go by 20 ms
FEWEST = 4  # notes of which a mean is taken
JITTER_MEANS = 1.25  # how late the mean packet is, in jitters (RFC 3550): 1.5 if evenly, 1 if seldom late
CLOCK = "clock"  # a source whose "waits" say by how much the capture is ahead of the call
CLOCK_STEP_S = 0.025  # from one note to the next: more than the ticks of 20 ms make of themselves
HALF_TICK_S = 0.01
LEAST_MOVE_S = 0.006  # a smaller change is noise of the measurement

Samples = NDArray[np.int16]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """How long the packets of a leg wait, at one moment."""

    at_s: float
    buffered_s: float  # how long the newest packet will have waited in the socket and the jitter buffer
    jitter_s: float  # of the packets' arrival (RFC 3550)
    steps: int  # how often the buffer has been empty or too full: where it rises, the wait has changed

    @property
    def wait_s(self) -> float:
        """From when a packet would have come that the network does not keep waiting."""
        return self.buffered_s + JITTER_MEANS * self.jitter_s


class TimelineNotes:
    """What a line writes while it captures: a line of text a note, so that a crash loses none.

    A full disk ends them; what follows is sealed as it was captured.
    """

    def __init__(self, path: Path) -> None:
        self._file: FileIO | None = path.open("ab", buffering=0)
        self._ahead_s, self._clock_steps = 0.0, 0
        self._write(f"0.000 {CLOCK} {BEGINS}")

    def begins(self, channel: Channel, at_s: float) -> None:
        """Another source from now on; without notes of its wait it has none."""
        self._write(f"{at_s:.3f} {channel} {BEGINS}")

    def waits(self, channel: Channel, wait: Wait) -> None:
        """How long what is captured now has waited."""
        self._note(channel, wait)

    def clock(self, at_s: float, captured_s: float) -> None:
        """How much was captured by now: pjsip's ticks begin late, and may stumble."""
        ahead_s = captured_s - at_s
        if abs(ahead_s - self._ahead_s) > CLOCK_STEP_S:
            self._clock_steps += 1
        self._ahead_s = ahead_s
        self._note(
            CLOCK, Wait(at_s=at_s, buffered_s=ahead_s - HALF_TICK_S, jitter_s=0.0, steps=self._clock_steps)
        )

    def _note(self, channel: str, wait: Wait) -> None:
        numbers = f"{wait.buffered_s:.3f} {wait.jitter_s:.4f} {wait.steps}"
        self._write(f"{wait.at_s:.3f} {channel} {numbers}")

    def close(self, length_s: float) -> None:
        """The call is over."""
        self._write(f"{length_s:.3f} call {ENDS}")
        if self._file:
            self._file.close()

    def _write(self, note: str) -> None:
        if self._file is None:
            return
        try:
            self._file.write(f"{note}\n".encode())
        except OSError as error:
            log.warning("timeline_not_noted", cause=str(error))
            self._file.close()
            self._file = None


@dataclass(kw_only=True)
class _Source:
    """What one channel is captured from for a while."""

    begins_s: float
    notes: list[Wait] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """Captured samples that had all waited equally long."""

    start: int
    end: int
    wait: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The notes of one call. All times are seconds from the beginning of the capture."""

    length_s: float | None  # None: the line died
    sources: dict[str, list[_Source]]

    def set_right(self, channel: Channel, captured: Samples) -> Samples:
        """The same sounds at the times when they came; as long as the call where that is known."""
        length = len(captured) if self.length_s is None else round(self.length_s * RATE_HZ)
        on_time = _moved(captured, self.sources.get(CLOCK, []), length)
        return _moved(on_time, self.sources.get(channel, []), length)


def read_timeline(path: Path) -> Timeline:
    """The notes in a file; none where there is no file. What a crash left half written is passed over."""
    length_s: float | None = None
    sources: dict[str, list[_Source]] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        match line.split(" "):
            case [at, "call", "ends"]:
                length_s = float(at)
            case [at, channel, "begins"]:
                sources.setdefault(channel, []).append(_Source(begins_s=float(at)))
            case [at, channel, buffered, jitter, steps] if channel in sources:
                note = Wait(
                    at_s=float(at), buffered_s=float(buffered), jitter_s=float(jitter), steps=int(steps)
                )
                sources[channel][-1].notes.append(note)
    return Timeline(length_s=length_s, sources=sources)


def _moved(captured: Samples, sources: Sequence[_Source], length: int) -> Samples:
    """Each piece of what was captured, earlier by its wait."""
    moved = np.zeros(length, np.int16)
    for piece in _pieces(captured, sources):
        start = piece.start - piece.wait
        sound = captured[piece.start + max(0, -start) : piece.end]
        start = max(0, start)
        moved[start : start + len(sound)] = sound[: max(0, length - start)]
    return moved


def _pieces(captured: Samples, sources: Sequence[_Source]) -> Iterator[_Piece]:
    sources = sources or [_Source(begins_s=0.0)]
    ends_s = [source.begins_s for source in sources[1:]] + [len(captured) / RATE_HZ]
    for source, end_s in zip(sources, ends_s, strict=True):
        yield from _pieces_of(source, round(end_s * RATE_HZ), captured)


def _pieces_of(source: _Source, end: int, captured: Samples) -> Iterator[_Piece]:
    start = round(source.begins_s * RATE_HZ)
    waits_s = _smooth(source.notes)
    wait = round(waits_s[0] * RATE_HZ) if waits_s else 0
    noted = start
    for note, wait_s in zip(source.notes, waits_s, strict=True):
        before, noted = noted, round(note.at_s * RATE_HZ)
        if abs(wait_s - wait / RATE_HZ) < LEAST_MOVE_S:
            continue
        changed = round(wait_s * RATE_HZ)
        cut = _quietest(captured[: min(end, noted)], abs(changed - wait), max(start, before))
        yield _Piece(start=start, end=cut, wait=wait)
        start, wait = cut, changed
    yield _Piece(start=start, end=end, wait=wait)


def _smooth(notes: Sequence[Wait]) -> list[float]:
    """For each note the mean of those around it between which the wait has not changed.

    Of a few notes the largest: some may be of a buffer that was just being filled.
    """
    smooth: list[float] = []
    for _, run in groupby(notes, key=lambda note: note.steps):
        waits_s = [note.wait_s for note in run]
        if len(waits_s) < FEWEST:
            smooth += [max(waits_s)] * len(waits_s)
            continue
        last = max(0, len(waits_s) - MEAN_OF)  # where the last window begins: all are as long as can be
        begins = [min(max(0, at - MEAN_OF // 2), last) for at in range(len(waits_s))]
        smooth += [float(np.mean(waits_s[begin : begin + MEAN_OF])) for begin in begins]
    return smooth


def _quietest(captured: Samples, width: int, first: int) -> int:
    """Where after `first` the quietest `width` samples end."""
    energy = np.concatenate([[0], np.cumsum(captured[first:].astype(np.int64) ** 2)])
    if len(energy) <= width:
        return len(captured)
    return first + width + int((energy[width:] - energy[: len(energy) - width]).argmin())
