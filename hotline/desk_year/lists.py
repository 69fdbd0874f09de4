"""The lists that the synthetic desk works with: branches, their lines, causes, kinds."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.campaigns.states import Kind
from desks.tickets import Nature
from hotline.desk_year import totals
from hotline.desk_year.causes import STOLEN, Cause
from hotline.desk_year.tickets import Known
from ledger.clock import now
from ledger.tables import BranchLinesRow, BranchRow, TicketCauseRow, TicketKindRow

BY = "hotline desks year"


def add_lists(session: Session, campaigns: dict[Kind, int]) -> Known:
    """Branches with their lines; stolen cable is no cable fault: the document counts without it."""
    branches = [
        BranchRow(name=name, place=place, version=1, changed_at=now(), changed_by=BY)
        for place, name in enumerate(totals.BRANCHES)
    ]
    session.add_all(branches)
    stolen = session.scalars(select(TicketCauseRow).where(TicketCauseRow.name == STOLEN.name)).one()
    stolen.cause_group, stolen.changed_by = STOLEN.group, BY
    session.flush()
    session.add_all(_lines(branches))
    return Known(
        branches=tuple((row.id, row.name) for row in branches),
        causes={Cause(row.cause_group, row.name): row.id for row in session.scalars(select(TicketCauseRow))},
        kinds={nature: _kind(session, nature) for nature in (Nature.FAULT, Nature.COMPLAINT)},
        campaigns=campaigns,
    )


def _kind(session: Session, nature: Nature) -> tuple[int, str]:
    query = select(TicketKindRow).where(TicketKindRow.desk == totals.DESK, TicketKindRow.nature == nature)
    row = session.scalars(query).one()
    return row.id, row.name


def _lines(branches: list[BranchRow]) -> Iterator[BranchLinesRow]:
    months = [f"{year}-{month:02}" for year in (2006, 2007, 2008) for month in range(1, 13)]
    for place, month in enumerate(months):
        whole = totals.LINES_AT_FIRST * (1 + totals.LINES_GROWTH) ** place
        for row in branches:
            lines = round(whole * totals.BRANCHES[row.name])
            yield BranchLinesRow(
                branch_id=row.id, month=month, service="", lines=lines, changed_at=now(), changed_by=BY
            )
