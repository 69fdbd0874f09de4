"""One metronome for all streams of a process: a slot every 20 ms on a schedule that never drifts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

SLOT_S = 0.02
PHASES = 4  # streams are spread over a slot, so that two hundred packets do not leave at once

Stream = Callable[[], None]

_pacers: WeakKeyDictionary[asyncio.AbstractEventLoop, Pacer] = WeakKeyDictionary()


def shared_pacer() -> Pacer:
    """The running loop's pacer."""
    loop = asyncio.get_running_loop()
    if loop not in _pacers:
        _pacers[loop] = Pacer(loop)
    return _pacers[loop]


class Pacer:
    """Calls every stream once a slot. A loop that was held up catches up: no slot is ever left out.

    `fast_ppm`: by how many millionths its clock is fast.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, fast_ppm: float = 0.0) -> None:
        slot_s = SLOT_S / (1 + fast_ppm * 1e-6)
        self._phases = [_Phase(loop, phase * SLOT_S / PHASES, slot_s) for phase in range(PHASES)]

    def join(self, stream: Stream) -> None:
        """Call `stream` every slot from now on."""
        min(self._phases, key=lambda phase: len(phase.streams)).join(stream)

    def leave(self, stream: Stream) -> None:
        """Stop calling `stream`; harmless where it has left."""
        for phase in self._phases:
            phase.leave(stream)


class _Phase:
    """The streams whose slots begin together."""

    def __init__(self, loop: asyncio.AbstractEventLoop, offset_s: float, slot_s: float) -> None:
        self.streams: dict[Stream, None] = {}  # an ordered set
        self._loop = loop
        self._offset_s = offset_s
        self._slot_s = slot_s
        self._start_s = 0.0
        self._slot = 0
        self._timer: asyncio.TimerHandle | None = None

    def join(self, stream: Stream) -> None:
        self.streams[stream] = None
        if self._timer is None:
            self._start_s = self._loop.time() + self._offset_s
            self._slot = 0
            self._timer = self._loop.call_at(self._start_s, self._tick)

    def leave(self, stream: Stream) -> None:
        self.streams.pop(stream, None)
        if not self.streams and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        self._slot += 1
        self._timer = self._loop.call_at(self._start_s + self._slot * self._slot_s, self._tick)
        for stream in list(self.streams):
            stream()
