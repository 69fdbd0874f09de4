"""Telling a caller how far the line's ticket (工单) is, so that nobody waits for an operator to ask."""

from __future__ import annotations

from functools import partial

import structlog

from desks import tickets
from desks.tickets import CallPart, LineState
from desks.tickets.numbers import FAULT_NUMBER
from ivr.books import Books
from ivr.clerk import EntryFailed, Office
from ivr.journey import Journey
from ivr.voice import Voice
from ledger.clock import now
from ledger.errors import HotlineError
from ledger.records import Facts
from ledger.states import Place
from sip_config.plan import Plan
from sip_config.speech import Values

log = structlog.get_logger(__name__)


class TicketBooks:
    """The tickets as one call looks them up."""

    def __init__(self, books: Books, call_id: str, caller: str | None) -> None:
        self._books, self._call_id, self._caller = books, call_id, caller

    async def look_up(self, keyed: str | None, desks: tuple[str, ...]) -> LineState | None:
        """The ticket of the line that was keyed in, else of the line that calls.

        What cannot be looked up is passed over: the call goes on.
        """
        number = keyed or self._caller
        if not number:
            return None
        work = partial(_look_up, number=number, desks=desks, call_id=self._call_id)
        try:
            return await self._books.run(work)
        except (HotlineError, EntryFailed) as error:
            log.warning("ticket_not_looked_up", call_id=self._call_id, cause=str(error))
            return None


class TicketTelling:
    """Says it to one caller."""

    def __init__(
        self, plan: Plan, tickets: TicketBooks, voice: Voice, journey: Journey, facts: Facts
    ) -> None:
        self._plan, self._tickets = plan, tickets
        self._voice, self._journey, self._facts = voice, journey, facts

    async def tell(self, name: str) -> None:
        """Say the state of the line's ticket; that there is none only to whoever keyed the line in."""
        telling = self._plan.ticket_states[name]
        keyed = self._facts.get(FAULT_NUMBER)
        found = await self._tickets.look_up(keyed, telling.desks)
        prompt = telling.prompt_for(found.state if found else None)
        if prompt is None or (found is None and not keyed):
            return
        with self._journey.at(Place.ANNOUNCEMENT, prompt):
            await self._voice.say(prompt, self._values(found))

    def _values(self, found: LineState | None) -> Values:
        if found is None or found.until is None:
            return self._facts
        until = self._plan.local_time(found.until)
        return {**self._facts, "until": until.isoformat(timespec="minutes")}


# What follows runs at the clerk's.


def _look_up(office: Office, *, number: str, desks: tuple[str, ...], call_id: str) -> LineState | None:
    """Writes only where there is a ticket: that the call has heard of it."""
    with office.ledger.reading() as session:
        found = tickets.state_of_line(session, number, desks=desks)
    if found is not None:
        with office.ledger.transaction() as session:
            ticket = tickets.get_ticket(session, found.number)
            tickets.link_call(session, ticket.id, call_id, CallPart.HEARD, now())
    return found
