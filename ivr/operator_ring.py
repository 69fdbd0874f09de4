"""Ringing the phone of an operator who is reserved for a call; who does not pick up has missed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ivr.phone import Leg, LinePhone
from ivr.queue_books import QueueBooks
from ledger.conversations import Known
from sip_config.desk import Desk

REST_AFTER_REFUSAL_S = 3.0  # a phone that refuses does so at once, and would do so again

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An operator who has picked up, and the leg that talks."""

    number: str
    leg: Leg


class OperatorRing:
    """One call's rings, one operator after the other. `known` tells what is shown to whoever picks up."""

    def __init__(
        self,
        *,
        phone: LinePhone,
        books: QueueBooks,
        call_id: str,
        caller: str | None,  # whom the operator's phone shows
        known: Callable[[], Known],
    ) -> None:
        self._phone, self._books, self._call_id = phone, books, call_id
        self._caller, self._known = caller, known
        self._leg: Leg | None = None

    async def ring(self, number: str, desk: Desk, desk_id: str) -> Seat | None:
        """The reserved operator who picked up within the desk's `ring_s`; None where nobody did."""
        self._leg = leg = self._phone.ring_operator(number, caller=self._caller, call_id=self._call_id)
        if leg and await self._books.rings(number):
            await leg.is_answered(desk.ring_s)
            if leg.answered.is_set() and await self._picked_up(number, desk_id):  # also who hung up at once
                return Seat(number=number, leg=leg)
        await self._note_miss(number, desk, leg)
        return None

    async def _picked_up(self, number: str, desk_id: str) -> bool:
        return await self._books.picked_up(number, desk=desk_id, known=self._known())

    async def _note_miss(self, number: str, desk: Desk, leg: Leg | None) -> None:
        """A ring in vain, a refusal (486, 480, ...) and a phone that cannot be reached are all misses."""
        refused = leg is None or leg.gone.is_set()
        self.hang_up()
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

    def hang_up(self) -> None:
        """The phone rings or talks no more; harmless where that is so already."""
        leg, self._leg = self._leg, None
        if leg:
            self._phone.dismiss(leg)
