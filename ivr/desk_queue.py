"""Waiting for an operator: reserve, ring, talk; the next one where one does not pick up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto

import structlog

from ivr.operator_ring import OperatorRing, Seat
from ivr.phone import Incoming, LinePhone
from ivr.queue_books import QueueBooks
from ivr.voice import Voice
from ivr.waiting_room import WaitingRoom
from ledger.conversations import Known
from ledger.states import QueueOutcome
from ledger.waiting import Waiting
from sip_config.desk import Desk
from sip_config.handing_over import ReadBackSettings
from sip_config.menu import Step
from sip_config.plan import Plan

ASK_AGAIN_S = 0.5  # between two looks for an operator

log = structlog.get_logger(__name__)


class NoSeat(Enum):
    """Why there is no operator for a caller."""

    FULL = auto()  # as many wait already as the plan allows
    LATE = auto()  # waited as long as the plan allows


class DeskQueue:
    """One caller's waits, one desk after the other. Await `release` at the end, whatever happens."""

    def __init__(
        self,
        *,
        plan: Plan,
        phone: LinePhone,
        books: QueueBooks,
        call_id: str,
        invite: Incoming,
        known: Callable[[], Known],
    ) -> None:
        self._plan, self._books = plan, books
        self._call_id, self._caller, self._is_canary = call_id, invite.caller, invite.is_canary
        self._ring = OperatorRing(
            phone=phone, books=books, call_id=call_id, caller=invite.caller, known=known
        )
        self._desk: Desk | None = None
        self._reserved: str | None = None

    async def wait_for_operator(self, step: Step, voice: Voice) -> Seat | NoSeat:
        """An operator of the step's desk who has picked up, while the caller hears music."""
        if self._is_canary:
            if self._plan.canary is None:  # the plan was changed after it was placed
                return NoSeat.LATE
            step = Step(desk=self._plan.canary.desk)  # wherever it was going: it rings nobody's phone
        self._desk = desk = self._plan.desk(str(step.desk))
        place = await self._books.join(desk, step, caller=self._caller, language=voice.language)
        if place is None:
            log.info("queue_full", call_id=self._call_id, desk=step.desk)
            return NoSeat.FULL
        try:
            async with WaitingRoom(desk, place, voice, self._books), asyncio.timeout(desk.longest_wait_s):
                return await self._ring_until_answered(desk, place)
        except TimeoutError:
            log.info("queue_gave_up", call_id=self._call_id, desk=step.desk)
            await self._leave(QueueOutcome.OVERFLOWED)
            return NoSeat.LATE

    async def _ring_until_answered(self, desk: Desk, place: Waiting) -> Seat:
        while True:
            number = await self._books.find_operator(place)
            if number is None:
                await asyncio.sleep(ASK_AGAIN_S)
                continue
            self._reserved = number
            seat = await self._ring.ring(number, desk, place.desk)
            if seat:
                return seat
            self._reserved = None

    async def release(self, *, after: ReadBackSettings | None = None) -> None:
        """The caller and the operator part, or the caller left before: hang up and let the operator go.

        `after`: the machine goes on and reads a number out; then the plan says how the conversation is
        wrapped up, and whether the operator has time for it.
        """
        await self._leave(QueueOutcome.ABANDONED, after)

    async def _leave(self, outcome: QueueOutcome, after: ReadBackSettings | None = None) -> None:
        self._ring.hang_up()
        number, self._reserved = self._reserved, None
        if self._desk is None:
            return
        reason = after.reason if after and after.reason in self._desk.reasons else None
        wrap_up_s = 0.0 if after and not after.wraps_up else self._desk.wrap_up_s
        await self._books.leave(outcome, operator=number, wrap_up_s=wrap_up_s, reason=reason)
