"""An answered call from its first packet to its last, whoever called whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

import structlog

from ivr.books import Books
from ivr.journey import Journey
from ivr.phone import CallAudio, Leg
from ivr.taping import Taping
from ivr.vigil import vigil
from ledger.records import Ending, Facts
from ledger.states import Reason, Result
from sip_config.plan import Limits

log = structlog.get_logger(__name__)


class Cut(Enum):
    """What ends a way before its end."""

    LEFT = auto()  # the far end hung up, or vanished
    TOO_LONG = auto()  # the plan's longest call
    DRAINING = auto()  # the line stops


@dataclass(frozen=True, kw_only=True)
class AnsweredCall:
    """What is needed of it. `facts` are added to."""

    call_id: str
    leg: Leg
    audio: CallAudio
    journey: Journey
    facts: Facts
    taping: Taping
    limits: Limits

    async def hold(
        self,
        walk: Callable[[], Coroutine[Any, Any, Ending]],
        *,
        books: Books,
        ending_of: Callable[[Cut, float], Ending],  # of a way that was cut so many seconds after the answer
    ) -> tuple[Ending, datetime]:
        """How the call ended and when; its recording is closed then, and what is missing of it is marked."""
        watching = asyncio.create_task(self.taping.watch(self.audio))
        try:
            await self.taping.note_answer(books, self.call_id, self.audio.began_at)
            async with vigil(self.leg, self.limits.quiet_s):
                ended = await self._until_someone_leaves(walk, ending_of)
        finally:
            length_s = self.journey.elapsed_s()
            watching.cancel()
            await self.audio.close()
        self.facts.update(self.audio.packets_lost())
        self.taping.note_loss(self.journey, self.facts, length_s)
        return ended

    async def _until_someone_leaves(
        self, walk: Callable[[], Coroutine[Any, Any, Ending]], ending_of: Callable[[Cut, float], Ending]
    ) -> tuple[Ending, datetime]:
        """Also until the line cancels us because it stops: an end like others, and the row says so."""
        walking = asyncio.create_task(walk())
        cut = await self._cut_of(walking)
        ended_at, after_s = self.audio.end(), self.journey.elapsed_s()
        if cut is None:
            return self._outcome(walking), ended_at
        walking.cancel()
        await asyncio.wait({walking})  # a message that the caller was leaving is kept meanwhile
        return ending_of(cut, after_s), ended_at

    async def _cut_of(self, walking: asyncio.Task[Ending]) -> Cut | None:
        """What cuts the way; None where it has come to its own end."""
        gone = asyncio.create_task(self.leg.gone.wait())
        both = {walking, gone}
        try:
            await asyncio.wait(both, timeout=self.limits.longest_call_s, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            return Cut.DRAINING
        finally:
            gone.cancel()
        if walking.done():
            return None
        return Cut.LEFT if self.leg.gone.is_set() else Cut.TOO_LONG

    def _outcome(self, walking: asyncio.Task[Ending]) -> Ending:
        cause = walking.exception()
        if cause is None:
            return walking.result()
        log.error("call_failed", call_id=self.call_id, exc_info=cause)
        return Ending(result=Result.FAILED, reason=Reason.INTERNAL_ERROR, place=self.journey.place)
