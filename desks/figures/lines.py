"""Faults against lines in service: what the rate per thousand lines is made of."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.figures.counting import Counts, Dim, count
from desks.figures.measures import Source
from desks.figures.periods import is_whole_months, months_of
from desks.figures.slices import Slice
from ledger.tables import BranchLinesRow

MOST_MONTHS = 24


def rates_by_branch(session: Session, wanted: Slice, at: datetime) -> dict[int, Counts]:
    """`rated` tickets and `line_months` of each branch; none unless the period is made of whole months.

    Only months of which the branch's lines were entered count, with their tickets.
    """
    months = months_of(wanted.period)
    if not is_whole_months(wanted.period) or len(months) > MOST_MONTHS:
        return {}
    cells = count(session, Source.TICKETS, wanted, at, (Dim.BRANCH, Dim.PIECE), pieces=months)
    found: dict[int, Counts] = {}
    for (branch_id, place), lines in _lines(session, wanted, [f"{month.first:%Y-%m}" for month in months]):
        tickets = cells.counts.get((branch_id, place), Counter())["tickets"]
        found.setdefault(branch_id, Counter()).update(rated=tickets, line_months=lines)
    return found


def _lines(session: Session, wanted: Slice, months: list[str]) -> list[tuple[tuple[int, int], int]]:
    row = BranchLinesRow
    query = select(row.branch_id, row.month, row.lines).where(
        row.month.in_(months), row.service == wanted.service
    )
    if wanted.branch_id is not None:
        query = query.where(row.branch_id == wanted.branch_id)
    places = {month: place for place, month in enumerate(months)}
    return [
        ((branch_id, places[month]), lines) for branch_id, month, lines in session.execute(query) if lines
    ]
