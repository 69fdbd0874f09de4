"""Waiting for an operator: reserve, ring, talk; the next one where one does not pick up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from ivr.books import Books
from ivr.phone import Leg, LinePhone
from ivr.voice import Voice
from ledger.states import OperatorState
from sip_config.plan import Plan

ASK_AGAIN_S = 0.5  # between two looks for an idle operator

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An operator who is reserved for this caller, and the leg that rings or talks."""

    number: str
    leg: Leg


class DeskQueue:
    """One caller's wait at one desk. Whatever happens, `release` must be awaited at the end."""

    def __init__(self, plan: Plan, phone: LinePhone, books: Books, call_id: str, caller: str | None) -> None:
        self._plan, self._phone, self._books = plan, phone, books
        self._call_id, self._caller = call_id, caller
        self._seat: Seat | None = None
        self._reserved: str | None = None

    async def wait_for_operator(self, desk_id: str, voice: Voice) -> Seat | None:
        """An operator who has picked up, while the caller hears music; None after the longest wait."""
        music = asyncio.create_task(self._entertain(desk_id, voice))
        try:
            async with asyncio.timeout(self._plan.desk(desk_id).longest_wait_s):
                return await self._ring_until_answered(desk_id)
        except TimeoutError:
            log.info("queue_gave_up", call_id=self._call_id, desk=desk_id)
            return None
        finally:
            music.cancel()
            await asyncio.wait({music})

    async def _entertain(self, desk_id: str, voice: Voice) -> None:
        desk = self._plan.desk(desk_id)
        await voice.say(desk.wait_prompt)
        with voice.playing_music(desk.hold_music):
            await asyncio.Event().wait()

    async def _ring_until_answered(self, desk_id: str) -> Seat:
        desk = self._plan.desk(desk_id)
        while True:
            self._reserved = await self._books.reserve(desk.operators, self._call_id)
            if self._reserved and await self._ring(self._reserved, desk.ring_s):
                assert self._seat
                return self._seat
            await self.release()
            await asyncio.sleep(ASK_AGAIN_S)

    async def _ring(self, number: str, ring_s: float) -> bool:
        """Whether the reserved operator picked up within `ring_s`."""
        leg = self._phone.ring_operator(number, caller=self._caller, call_id=self._call_id)
        if leg is None:
            return False
        self._seat = Seat(number=number, leg=leg)
        await self._books.operator_is(number, OperatorState.RINGING, self._call_id)
        if await leg.is_answered(ring_s):
            await self._books.operator_is(number, OperatorState.TALKING, self._call_id)
            return True
        log.info("operator_missed", call_id=self._call_id, operator=number, sip_status=leg.sip_status)
        return False

    async def release(self) -> None:
        """Hang up and set the operator free: last in line among the idle, so that others ring first."""
        seat, self._seat = self._seat, None
        number, self._reserved = self._reserved, None
        if seat:
            self._phone.dismiss(seat.leg)
        if number:
            await self._books.operator_is(number, OperatorState.IDLE, None)
