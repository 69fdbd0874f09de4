"""A line's own calls: now and then it asks for the next one, when it has a place that may be taken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from desks.campaigns.attempts import Attempt
from desks.campaigns.states import Mode
from ivr.clerk import EntryFailed
from ivr.outbound.machine_call import MachineCall
from ivr.outbound.operator_call import OperatorCall
from ivr.outbound.outbound_books import OutboundBooks
from ivr.outbound.placed_call import PlacedCall
from ledger.clock import new_call_id
from ledger.errors import HotlineError

LOOK_S = (0.8, 1.2)  # between two looks, at random: lines that start together ask one after the other

log = structlog.get_logger(__name__)
KINDS: dict[Mode, type[PlacedCall]] = {Mode.MACHINE: MachineCall, Mode.PROGRESSIVE: OperatorCall}


@dataclass(kw_only=True)
class Outgoing:
    """The place that a call takes which we place: from the claim to the end."""

    call_id: str
    is_present: bool = True

    @property
    def sip_call_id(self) -> str:
        """What logs name it by."""
        return self.call_id


class Dialler:
    """Asks for one line. `take_place` gives the place, or None; `hold` starts a call and returns at once."""

    def __init__(
        self,
        *,
        books: OutboundBooks,
        take_place: Callable[[str], Outgoing | None],
        hold: Callable[[Outgoing, Attempt], None],
    ) -> None:
        self._books, self._take_place, self._hold = books, take_place, hold

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; a claim under way is not broken off."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), random.uniform(*LOOK_S))  # noqa: S311 - no secret
                return
            try:
                await self._look()
            except (HotlineError, EntryFailed) as error:  # the next look comes soon
                log.warning("call_backs_unread", cause=str(error))

    async def _look(self) -> None:
        if not await self._books.is_any_due():
            return
        place = self._take_place(new_call_id())
        if place is None:
            return
        attempt = None
        try:
            attempt = await self._books.claim(place.call_id)
        finally:
            place.is_present = attempt is not None
        if attempt:
            self._hold(place, attempt)
