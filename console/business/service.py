"""Brings together what a page of business figures shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, tzinfo
from itertools import chain

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.business.schemas import BusinessView, CauseBy, Lists, Sales, Survey, Tickets, Wish
from desks.figures import changes, periods
from desks.figures.counting import Cells, Dim, add_up, add_up_by_name, count
from desks.figures.lines import rates_by_branch
from desks.figures.measures import Source
from desks.figures.slices import Slice
from desks.figures.source import Checked, check
from desks.figures.source_claims import CLAIMS
from desks.figures.source_rows import Rows
from desks.tickets import Nature, lists
from ledger.records import User
from ledger.statistics.counting import Selection, total
from ledger.statistics.days import Period
from ledger.statistics.tally import Tally, total_of
from ledger.tables import TicketRow

_TICKET_DIMS = (Dim.BRANCH, Dim.CAUSE, Dim.CAUSE_GROUP, Dim.SERVICE)


def open_view(session: Session, wish: Wish, zone: tzinfo, viewer: User | None, at: datetime) -> BusinessView:
    """All figures of a period."""
    period = wish.period(zone)
    pieces = periods.pieces_of(period)
    view = BusinessView(
        wish=wish,
        period=period,
        pieces=pieces,
        before=periods.before(period),
        year_before=periods.year_before(period),
        at=at,
        lists=lists_of(session),
        tickets=open_tickets(session, wish, zone, viewer, at),
        sales=_sales(session, wish.slice(zone, viewer), at, pieces),
        call_backs=count(session, Source.CALL_BACKS, wish.slice(zone, viewer), at, (Dim.KIND, Dim.OUTCOME)),
        survey=_survey(session, wish.slice(zone, viewer), viewer, at),
    )
    return replace(view, newest=_newest(session, viewer, zone)) if view.is_empty else view


def open_analysis(
    session: Session, wish: Wish, zone: tzinfo, viewer: User | None, at: datetime
) -> tuple[BusinessView, Tickets]:
    """A month's figures, and its complaints."""
    complained = replace(wish, nature=Nature.COMPLAINT)
    return open_view(session, wish, zone, viewer, at), open_tickets(session, complained, zone, viewer, at)


def check_claims(session: Session, zone: tzinfo, viewer: User, at: datetime) -> list[Checked]:
    """The published figures beside ours."""
    rows = Rows(session=session, at=at, zone=zone, desks=frozenset(viewer.desks))
    return [check(claim, rows) for claim in CLAIMS]


def lists_of(session: Session) -> Lists:
    """Branches, causes and services, the retired ones too."""
    return Lists(
        branches={each.id: each.name for each in lists.branches(session, with_retired=True)},
        causes={each.id: f"{each.group}·{each.name}" for each in lists.causes(session, with_retired=True)},
        services=[each.name for each in lists.services(session, with_retired=True)],
    )


def open_tickets(session: Session, wish: Wish, zone: tzinfo, viewer: User | None, at: datetime) -> Tickets:
    """The figures of tickets alone."""
    wanted = wish.slice(zone, viewer)
    period = wanted.period
    cells = _cut(session, wanted, at)
    earlier = replace(wanted, period=periods.before(period))
    before = count(session, Source.TICKETS, earlier, at, _TICKET_DIMS)
    year_before = _cut(session, replace(wanted, period=periods.year_before(period)), at)
    by_branch = add_up_by_name(
        chain(
            cells.by(Dim.BRANCH).items(),
            count(session, Source.PAUSES, wanted, at, (Dim.BRANCH,)).by(Dim.BRANCH).items(),
            rates_by_branch(session, wanted, at).items(),
        )
    )
    dim = Dim.CAUSE_GROUP if wish.causes is CauseBy.GROUP else Dim.CAUSE
    ranked = changes.ranking(cells.by(dim), before.by(dim), year_before.by(dim))
    return Tickets(
        cells=cells,
        before=before,
        year_before=year_before,
        total=add_up(by_branch.values()),
        by_branch=by_branch,
        causes=ranked,
        rest=changes.rest_of(ranked, before.by(dim), year_before.by(dim)),
    )


def _cut(session: Session, wanted: Slice, at: datetime) -> Cells:
    pieces = periods.pieces_of(wanted.period)
    return count(session, Source.TICKETS, wanted, at, (Dim.PIECE, *_TICKET_DIMS), pieces=pieces)


def _sales(session: Session, wanted: Slice, at: datetime, pieces: Iterable[Period]) -> Sales:
    dims = (Dim.PIECE, Dim.KIND, Dim.SERVICE, Dim.BRANCH)
    earlier = replace(wanted, period=periods.before(wanted.period))
    year_earlier = replace(wanted, period=periods.year_before(wanted.period))
    cells = count(session, Source.ENQUIRIES, wanted, at, dims, pieces=tuple(pieces))
    return Sales(
        cells=cells,
        total=cells.total(),
        before=count(session, Source.ENQUIRIES, earlier, at).total(),
        year_before=count(session, Source.ENQUIRIES, year_earlier, at).total(),
        reasons=count(session, Source.ENQUIRIES, wanted, at, (Dim.REASON,)).by(Dim.REASON),
    )


def _survey(session: Session, wanted: Slice, viewer: User | None, at: datetime) -> Survey:
    """By the branch of the ticket that a call opened or touched; all other calls are told apart."""
    cells = count(session, Source.SURVEYED, wanted, at, (Dim.BRANCH,))
    by_branch = {branch: Tally(sums=counts) for branch, counts in cells.by(Dim.BRANCH).items()}
    if wanted.branch_id is not None or wanted.service:
        return Survey(whole=total_of(by_branch.values()), by_branch=by_branch)
    whole = total(session, Selection(period=wanted.period, viewer=viewer))
    known = total_of(tally for branch, tally in by_branch.items() if branch is not None)
    return Survey(whole=whole, by_branch={**by_branch, None: whole - known})


def _newest(session: Session, viewer: User | None, zone: tzinfo) -> date | None:
    query = select(func.max(TicketRow.opened_at))
    if viewer and viewer.desks:
        query = query.where(TicketRow.desk.in_(viewer.desks))
    moment = session.scalar(query)
    return moment.astimezone(zone).date() if moment else None
