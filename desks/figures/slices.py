"""Which rows are counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from desks.campaigns.states import Kind as CampaignKind
from desks.campaigns.states import Outcome
from desks.figures.measures import MOMENTS, Source
from desks.figures.states import EnquiryKind, RefusalReason
from desks.tickets import Nature
from ledger.blind_reviews import blind_calls
from ledger.statistics.days import Period
from ledger.statistics.measures import IS_OURS
from ledger.tables import (
    CallRow,
    CampaignPersonRow,
    CampaignRow,
    EnquiryRow,
    TicketCallRow,
    TicketCauseRow,
    TicketRow,
)

NO_CAUSE = 0  # asks for tickets without one


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """A period and what is asked within it; what is None or empty does not matter."""

    period: Period
    desks: frozenset[str] = frozenset()  # which the viewer may see; empty: all
    nature: Nature | None = None  # of tickets
    branch_id: int | None = None
    service: str = ""
    cause_id: int | None = None  # NO_CAUSE: those without
    cause_group: str = ""
    enquiry_kind: EnquiryKind | None = None
    refusal: RefusalReason | None = None
    campaign_kind: CampaignKind | None = None
    outcome: Outcome | None = None  # of the newest attempt
    teams: frozenset[str] = frozenset()  # whose calls the viewer may see; empty: all
    blind_for: int | None = None  # a user: calls that they judge blind are left out

    def conditions(self, source: Source) -> Iterator[ColumnElement[bool]]:
        """Of a source's rows."""
        moment = MOMENTS[source]
        yield moment >= self.period.starts_at
        yield moment < self.period.ends_at
        yield from _OF[source](self)


def _of_rows(wanted: Slice, row: type[TicketRow | EnquiryRow]) -> Iterator[ColumnElement[bool]]:
    """What tickets and enquiries both have."""
    if wanted.desks:
        yield row.desk.in_(sorted(wanted.desks))
    if wanted.branch_id is not None:
        yield row.branch_id == wanted.branch_id
    if wanted.service:
        yield row.service == wanted.service


def _of_tickets(wanted: Slice) -> Iterator[ColumnElement[bool]]:
    row = TicketRow
    yield from _of_rows(wanted, row)
    if wanted.nature is not None:
        yield row.nature == wanted.nature
    if wanted.cause_id is not None:
        yield row.cause_id == wanted.cause_id if wanted.cause_id != NO_CAUSE else row.cause_id.is_(None)
    if wanted.cause_group:
        ids = select(TicketCauseRow.id).where(TicketCauseRow.cause_group == wanted.cause_group)
        yield row.cause_id.in_(ids)


def _of_enquiries(wanted: Slice) -> Iterator[ColumnElement[bool]]:
    row = EnquiryRow
    yield from _of_rows(wanted, row)
    if wanted.enquiry_kind is not None:
        yield row.kind == wanted.enquiry_kind
    if wanted.refusal is not None:
        yield row.reason == wanted.refusal


def _of_call_backs(wanted: Slice) -> Iterator[ColumnElement[bool]]:
    row = CampaignPersonRow
    if wanted.desks:
        yield CampaignRow.desk.in_(sorted(wanted.desks))
    if wanted.campaign_kind is not None:
        yield CampaignRow.kind == wanted.campaign_kind
    if wanted.outcome is not None:
        yield row.outcome == wanted.outcome
    if wanted.branch_id is not None:
        yield row.ticket.in_(select(TicketRow.number).where(TicketRow.branch_id == wanted.branch_id))
    if wanted.service:
        yield row.ticket.in_(select(TicketRow.number).where(TicketRow.service == wanted.service))


def _of_surveyed(wanted: Slice) -> Iterator[ColumnElement[bool]]:
    """Calls that callers placed; one that touched several tickets is of the one that was opened first."""
    yield IS_OURS
    another = aliased(TicketCallRow)
    earlier = select(another.ticket_id).where(
        another.call_id == TicketCallRow.call_id, another.ticket_id < TicketCallRow.ticket_id
    )
    yield ~earlier.exists()
    if wanted.desks:
        yield CallRow.desk.in_(sorted(wanted.desks))
    if wanted.teams:
        yield CallRow.team.in_(sorted(wanted.teams))
    if wanted.blind_for is not None:
        yield CallRow.id.not_in(blind_calls(wanted.blind_for))
    if wanted.branch_id is not None:
        yield TicketRow.branch_id == wanted.branch_id
    if wanted.service:
        yield TicketRow.service == wanted.service


_OF = {
    Source.TICKETS: _of_tickets,
    Source.PAUSES: _of_tickets,
    Source.ENQUIRIES: _of_enquiries,
    Source.CALL_BACKS: _of_call_backs,
    Source.SURVEYED: _of_surveyed,
}
