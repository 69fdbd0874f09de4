"""Whether a call is recorded: only with room on the disk, and no longer than there is room.

A quota or a limit of file sizes is not told as room on the disk: there the capture itself stands still.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from ivr.books import Books
from ivr.journey import Journey
from ivr.phone.audio import CallAudio
from ledger.records import Facts, Mark
from ledger.states import FactKey, Place
from recorder.capture import Capture
from recorder.losses import NO_ROOM
from recorder.room import DiskWatch

LOOK_EVERY_S = 0.25  # half of what pjsip collects before it writes: no writing fails unseen
LOOKS_STANDING_STILL = 8  # silence at least is captured all the time: after so many it cannot be written

log = structlog.get_logger(__name__)


class Taping:
    """The capture of one call, or none. `watch` runs beside the call."""

    def __init__(self, capture: Capture, disk: DiskWatch) -> None:
        self._files, self._disk = capture, disk
        self.capture: Capture | None = None  # what is written, once there was room at the answer
        self._stopped = False

    @property
    def runs(self) -> bool:
        """Whether what is said now will be in a recording."""
        return self.capture is not None and not self._stopped

    def begin(self) -> Capture | None:
        """The files to write, or None where there is no room for them."""
        if self._disk.has_room():
            self.capture = self._files
        else:
            log.error("call_not_recorded", cause=NO_ROOM, least_free_mb=self._disk.least_mb)
        if self.capture and self._disk.is_short():
            log.warning("room_is_short", warn_free_mb=self._disk.warn_mb)
        return self.capture

    async def note_answer(self, books: Books, call_id: str, at: datetime) -> None:
        """Tell the ledger that the call was answered, and if it is not recorded, why."""
        if self.capture:
            await books.answered(call_id, at)
        else:
            await books.answered_unrecorded(call_id, at, NO_ROOM)

    async def watch(self, audio: CallAudio) -> None:
        """Stop the capture, both files at once, as soon as the room is gone; the call goes on."""
        growth = _Growth()
        while self.capture:
            stands_still = growth.stands_still(self.capture.captured_s())
            if stands_still or not self._disk.has_room_to_go_on():
                said = self.capture.said.name
                log.error("capture_stopped", cause=NO_ROOM, said=said, stands_still=stands_still)
                audio.stop_capture()
                self._stopped = True
                return
            await asyncio.sleep(LOOK_EVERY_S)

    def note_loss(self, journey: Journey, facts: Facts, length_s: float) -> None:
        """Mark what is missing of a call of this length, once its files are closed."""
        if self.capture is None or self.runs:
            return
        captured_s = min(self.capture.captured_s(), length_s)
        facts[FactKey.CAPTURED_S] = f"{captured_s:.2f}"
        journey.keep(Mark(place=Place.LOST, start_s=round(captured_s, 3), end_s=round(length_s, 3)))


class _Growth:
    """Whether what was captured grows. Looks are counted: the process may have stood still as well."""

    def __init__(self) -> None:
        self._captured_s, self._looks = 0.0, 0

    def stands_still(self, captured_s: float) -> bool:
        """Asked at each look."""
        self._looks = 0 if captured_s > self._captured_s else self._looks + 1
        self._captured_s = captured_s
        return self._looks >= LOOKS_STANDING_STILL
