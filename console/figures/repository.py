"""What the figures' pages ask of the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.blind_reviews import blind_calls, count_blind, shown_reviews
from ledger.blind_rounds import Round, list_rounds
from ledger.sample_verdicts import verdicts_of_draw
from ledger.samples import draws_within, sampled_calls
from ledger.statistics.appeals import appeal_tally
from ledger.statistics.behind import calls_behind, count_behind
from ledger.statistics.counting import rule_tallies, tallies, total
from ledger.teams import list_teams

__all__ = [
    "appeal_tally",
    "calls_behind",
    "closed_rounds",
    "count_behind",
    "count_blind",
    "draws_within",
    "ids_of_blind_calls",
    "list_teams",
    "rule_tallies",
    "sampled_calls",
    "shown_reviews",
    "tallies",
    "total",
    "verdicts_of_draw",
]


def ids_of_blind_calls(session: Session, user_id: int) -> frozenset[str]:
    """Calls of which somebody may see no finding yet."""
    return frozenset(session.scalars(blind_calls(user_id)))


def closed_rounds(session: Session, since: datetime, until: datetime) -> list[tuple[Round, datetime]]:
    """Rounds that were closed in a time, and when, the newest first."""
    ends = ((one, one.closed_at or one.closes_at) for one in list_rounds(session))
    return [(one, at) for one, at in ends if at is not None and since <= at < until and one.is_closed(until)]
