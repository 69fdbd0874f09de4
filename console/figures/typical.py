"""Typical calls of the rules that are broken most: to be heard by whoever reads the report."""

from __future__ import annotations

from sqlalchemy.orm import Session

from console.figures import repository
from console.figures.schemas import FiguresView
from ledger.statistics.behind import Behind, CountedCall

MOST_RULES = 6
MOST_CALLS = 3


def typical_of(session: Session, view: FiguresView) -> dict[str, list[CountedCall]]:
    """By rule: those that people have confirmed first, then the newest. Without words of anybody."""
    return {
        rule: _of_rule(session, view, rule)
        for rule, tally in list(view.rules.items())[:MOST_RULES]
        if tally.flags
    }


def _of_rule(session: Session, view: FiguresView, rule: str) -> list[CountedCall]:
    found: dict[str, CountedCall] = {}
    for what in ("confirmed", "flags"):
        behind = Behind(what=what, rule=rule)
        for call in repository.calls_behind(session, view.wanted, behind, limit=2 * MOST_CALLS):
            found.setdefault(call.call_id, call)
    return list(found.values())[:MOST_CALLS]
