"""A pause of the recording (录音暂停) while a caller says what nobody may keep, e.g. a card's number.

The operator dials a code in the conversation, or the operator or a lead presses a button on a page. No
pause outlasts the conversation or the plan's `limits.longest_pause_s`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog

from ivr.books import Books
from ivr.clerk import EntryFailed, Office
from ivr.journey import Journey
from ivr.phone import CallAudio, Leg
from ledger import calls
from ledger.errors import HotlineError
from ledger.records import Mark
from ledger.states import Place
from sip_config.plan import Plan

LOOK_EVERY_S = 0.7  # for what a page asked for, which is to happen within a second
CODE_WITHIN_S = 3.0  # between two keys of a code
LONGEST_CODE = 5

log = structlog.get_logger(__name__)


class RecordingPause:
    """The pauses of one conversation; `watching` lets them happen while its block runs."""

    def __init__(
        self, *, plan: Plan, audio: CallAudio, journey: Journey, books: Books, call_id: str, operator: str
    ) -> None:
        self._features, self._longest_s = plan.features, plan.limits.longest_pause_s
        self._audio, self._journey, self._books = audio, journey, books
        self._call_id, self._operator = call_id, operator
        self._since_s: float | None = None
        self._by = ""
        self._limit: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def watching(self, leg: Leg) -> AsyncIterator[None]:
        """Listen to the operator's keys and to the pages while the block runs; a pause ends with it."""
        tasks = {asyncio.create_task(self._hear_keys(leg)), asyncio.create_task(self._look_for_wishes())}
        try:
            yield
        finally:
            self._resume()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

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
                self._pause(self._operator)
            elif pressed.endswith(self._features.resume):
                self._resume()

    async def _look_for_wishes(self) -> None:
        done = await self._wish()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            wish = await self._wish()
            if wish is None or wish == done:
                continue
            done = wish
            if wish.paused:
                self._pause(wish.by)
            else:
                self._resume()

    async def _wish(self) -> calls.PauseWish | None:
        try:
            return await self._books.run(partial(_wish_of, call_id=self._call_id))
        except (HotlineError, EntryFailed) as error:  # the next look comes soon
            log.warning("pause_wish_unread", call_id=self._call_id, cause=str(error))
            return None

    def _pause(self, by: str) -> None:
        if self._since_s is not None:
            return
        self._audio.pause_capture()
        self._since_s, self._by = self._journey.elapsed_s(), by
        self._limit = asyncio.get_running_loop().call_later(self._longest_s, self._resume)
        log.info("recording_paused", call_id=self._call_id, by=by)

    def _resume(self) -> None:
        if self._since_s is None:
            return
        if self._limit:
            self._limit.cancel()
        start_s, end_s = round(self._since_s, 3), round(self._journey.elapsed_s(), 3)
        self._journey.keep(Mark(place=Place.PAUSED, start_s=start_s, end_s=end_s, detail=self._by))
        self._since_s = None
        self._audio.resume_capture()
        log.info("recording_resumed", call_id=self._call_id, paused_s=round(end_s - start_s, 3))


def _wish_of(office: Office, *, call_id: str) -> calls.PauseWish | None:
    """Asked by every conversation: the clerk reads them all together."""
    return office.wishes.of(call_id)
