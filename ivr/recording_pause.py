"""A pause of the recording (录音暂停) while a caller says what nobody may keep, e.g. a card's number.

The operator dials a code in the conversation, or the operator or a lead presses a button on a page. No
pause outlasts the conversation or the plan's `limits.longest_pause_s`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from ivr.journey import Journey
from ivr.phone import CallAudio, Leg
from ledger.records import Mark
from ledger.states import Place
from sip_config.plan import Plan

CODE_WITHIN_S = 3.0  # between two keys of a code
LONGEST_CODE = 5

log = structlog.get_logger(__name__)


class RecordingPause:
    """The pauses of one conversation; `watching` lets them happen while its block runs."""

    def __init__(self, *, plan: Plan, audio: CallAudio, journey: Journey, operator: str) -> None:
        self._features, self._longest_s = plan.features, plan.limits.longest_pause_s
        self._audio, self._journey, self._operator = audio, journey, operator
        self._since_s: float | None = None
        self._by = ""
        self._limit: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def watching(self, leg: Leg) -> AsyncIterator[None]:
        """Listen to the operator's keys while the block runs; a pause ends with it."""
        keys = asyncio.create_task(self._hear_keys(leg))
        try:
            yield
        finally:
            self.resume()
            keys.cancel()
            await asyncio.gather(keys, return_exceptions=True)

    async def _hear_keys(self, leg: Leg) -> None:
        leg.forget_digits()
        pressed = ""
        while True:
            try:
                async with asyncio.timeout(CODE_WITHIN_S if pressed else None):
                    pressed = (pressed + await leg.digits.get())[-LONGEST_CODE:]
            except TimeoutError:
                pressed = ""
            if pressed.endswith(self._features.pause):
                self.pause(self._operator)
            elif pressed.endswith(self._features.resume):
                self.resume()

    def pause(self, by: str) -> None:
        """Record silence from now on; harmless where that is so already."""
        if self._since_s is not None:
            return
        self._audio.pause_capture()
        self._since_s, self._by = self._journey.elapsed_s(), by
        self._limit = asyncio.get_running_loop().call_later(self._longest_s, self.resume)
        log.info("recording_paused", operator=self._operator, by=by)

    def resume(self) -> None:
        """Record again; harmless where nothing is paused."""
        if self._since_s is None:
            return
        if self._limit:
            self._limit.cancel()
        start_s, end_s = round(self._since_s, 3), round(self._journey.elapsed_s(), 3)
        self._journey.keep(Mark(place=Place.PAUSED, start_s=start_s, end_s=end_s, detail=self._by))
        self._since_s = None
        self._audio.resume_capture()
        log.info("recording_resumed", operator=self._operator, paused_s=round(end_s - start_s, 3))
