"""Brings campaigns and tickets together: whose tickets wait for a call-back, and who is told what came of it.

Campaigns know no tickets, and tickets no campaigns: `hotline.ticket_call_backs` speaks for tickets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from desks.campaigns import attempts, feeding
from desks.campaigns.feeding import PeopleSource, ResultSink
from hotline.ticket_call_backs import SolvedTickets, TicketResults
from ledger.database import Ledger

SOURCES: Final[tuple[PeopleSource, ...]] = (SolvedTickets(),)
SINKS: Final[tuple[ResultSink, ...]] = (TicketResults(),)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one round has done."""

    lost: int  # attempts that ended with their line
    taken: int  # tickets that became people
    told: int  # results that went back


def go_round(ledger: Ledger) -> Round:
    """Once a minute: what the lines need not wait for."""
    with ledger.transaction() as session:
        lost = len(attempts.settle(session))
        taken = sum(feeding.take_in(session, source) for source in SOURCES)
    done = Round(lost=lost, taken=taken, told=sum(feeding.tell(ledger, sink) for sink in SINKS))
    if done.taken or done.told or done.lost:
        log.info("call_backs_went_round", lost=done.lost, taken=done.taken, told=done.told)
    return done
