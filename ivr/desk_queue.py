"""Waiting for an operator: reserve, ring, talk; the next one where one does not pick up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from ivr.phone import Incoming, Leg, LinePhone
from ivr.queue_books import QueueBooks
from ivr.voice import Voice
from ivr.waiting_room import WaitingRoom
from ledger.states import QueueOutcome
from ledger.waiting import Waiting
from sip_config.desk import Desk
from sip_config.menu import Step
from sip_config.plan import Plan

ASK_AGAIN_S = 0.5  # between two looks for an operator
REST_AFTER_REFUSAL_S = 3.0  # a phone that refuses does so at once, and would do so again

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An operator who has picked up, and the leg that talks."""

    number: str
    leg: Leg


class NoSeat(Enum):
    """Why there is no operator for a caller."""

    FULL = auto()  # as many wait already as the plan allows
    LATE = auto()  # waited as long as the plan allows


class DeskQueue:
    """One caller's waits, one desk after the other. Await `release` at the end, whatever happens."""

    def __init__(
        self, *, plan: Plan, phone: LinePhone, books: QueueBooks, call_id: str, invite: Incoming
    ) -> None:
        self._plan, self._phone, self._books = plan, phone, books
        self._call_id, self._caller, self._is_canary = call_id, invite.caller, invite.is_canary
        self._desk: Desk | None = None
        self._reserved: str | None = None
        self._leg: Leg | None = None

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
            if await self._ring(number, desk):
                assert self._leg
                return Seat(number=number, leg=self._leg)
            self._reserved = None

    async def _ring(self, number: str, desk: Desk) -> bool:
        """Whether the reserved operator picked up within the desk's `ring_s`."""
        self._leg = leg = self._phone.ring_operator(number, caller=self._caller, call_id=self._call_id)
        if leg and await self._is_picked_up(leg, number, desk.ring_s):
            return True
        await self._note_miss(number, desk, leg)
        return False

    async def _is_picked_up(self, leg: Leg, number: str, ring_s: float) -> bool:
        if not await self._books.rings(number):
            return False
        await leg.is_answered(ring_s)
        return leg.answered.is_set() and await self._books.picked_up(number)  # also who hung up at once

    async def _note_miss(self, number: str, desk: Desk, leg: Leg | None) -> None:
        """A ring in vain, a refusal (486, 480, ...) and a phone that cannot be reached are all misses."""
        refused = leg is None or leg.gone.is_set()
        self._hang_up()
        away = await self._books.missed(
            number, most=desk.misses_before_away, rest_s=REST_AFTER_REFUSAL_S if refused else 0.0
        )
        log.info(
            "operator_missed",
            call_id=self._call_id,
            operator=number,
            sip_status=leg.sip_status if leg else None,
            away=away,
        )

    async def release(self) -> None:
        """The caller and the operator part, or the caller left before: hang up and let the operator go."""
        await self._leave(QueueOutcome.ABANDONED)

    async def _leave(self, outcome: QueueOutcome) -> None:
        self._hang_up()
        number, self._reserved = self._reserved, None
        if self._desk is not None:
            await self._books.leave(outcome, operator=number, wrap_up_s=self._desk.wrap_up_s)

    def _hang_up(self) -> None:
        leg, self._leg = self._leg, None
        if leg:
            self._phone.dismiss(leg)
