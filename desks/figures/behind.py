"""The tickets, enquiries and call-backs behind a number: the same rows that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from desks.campaigns.states import Kind as CampaignKind
from desks.campaigns.states import Outcome, PersonState
from desks.figures.counting import joined
from desks.figures.enquiries import Enquiry, to_enquiry
from desks.figures.measures import MEASURES, Source
from desks.figures.slices import Slice
from desks.tickets import OverdueReason
from ledger.tables import (
    CallRow,
    CampaignAttemptRow,
    CampaignPersonRow,
    CampaignRow,
    EnquiryRow,
    TicketCauseRow,
    TicketPauseRow,
    TicketRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedTicket:
    """A ticket behind a number: nothing that tells who the customer is."""

    number: str
    opened_at: datetime
    branch_id: int | None
    service: str
    cause_group: str | None
    cause: str | None
    handled_minutes: int | None
    late_minutes: int | None
    overdue_reason: OverdueReason | None
    solved_at: datetime | None
    call_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedPerson:
    """Somebody to be called back, behind a number."""

    campaign: str
    kind: CampaignKind
    ticket: str
    due_from: datetime
    due_until: datetime
    reached_at: datetime | None
    state: PersonState
    outcome: Outcome | None
    attempts: int
    satisfied: bool | None
    call_ids: tuple[str, ...]  # of the attempts, the oldest first


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedCall:
    """A call that opened or touched a ticket, behind a number of the survey."""

    call_id: str
    received_at: datetime
    ticket: str
    branch_id: int | None
    mark: int | None  # that the caller gave


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Some of the rows behind a number, the oldest first, and how many there are."""

    total: int
    tickets: Sequence[CountedTicket] = ()
    enquiries: Sequence[Enquiry] = ()
    people: Sequence[CountedPerson] = ()
    calls: Sequence[CountedCall] = ()


def find_behind(
    session: Session, measure: str, wanted: Slice, at: datetime, *, limit: int, skip: int = 0
) -> Found:
    """The rows that a measure counts (KeyError: there is no such measure)."""
    of = MEASURES[measure]
    conditions = [*wanted.conditions(of.source), of.counts(at)]
    if of.source is Source.ENQUIRIES:
        return _enquiries(session, conditions, limit, skip)
    if of.source is Source.CALL_BACKS:
        return _people(session, conditions, limit, skip)
    if of.source is Source.SURVEYED:
        return _calls(session, conditions, limit, skip)
    if of.source is Source.PAUSES:  # several of one ticket are one ticket
        paused = joined(select(TicketPauseRow.ticket_id), Source.PAUSES).where(*conditions)
        conditions = [TicketRow.id.in_(paused)]
    return _tickets(session, conditions, limit, skip)


def _tickets(session: Session, conditions: list[ColumnElement[bool]], limit: int, skip: int) -> Found:
    row, cause = TicketRow, TicketCauseRow
    query = select(
        row.number,
        row.opened_at,
        row.branch_id,
        row.service,
        cause.cause_group,
        cause.name.label("cause"),
        row.handled_minutes,
        row.late_minutes,
        row.overdue_reason,
        row.solved_at,
        row.call_id,
    ).outerjoin(cause, cause.id == row.cause_id)
    page = query.where(*conditions).order_by(row.opened_at, row.id).limit(limit).offset(skip)
    found = [CountedTicket(**_with_reason(one._mapping)) for one in session.execute(page)]
    return Found(total=_total(session, select(func.count()).select_from(row), conditions), tickets=found)


def _enquiries(session: Session, conditions: list[ColumnElement[bool]], limit: int, skip: int) -> Found:
    row = EnquiryRow
    page = select(row).where(*conditions).order_by(row.at, row.id).limit(limit).offset(skip)
    found = [to_enquiry(one) for one in session.scalars(page)]
    return Found(total=_total(session, select(func.count()).select_from(row), conditions), enquiries=found)


def _people(session: Session, conditions: list[ColumnElement[bool]], limit: int, skip: int) -> Found:
    row = CampaignPersonRow
    page = joined(select(row, CampaignRow), Source.CALL_BACKS).where(*conditions)
    rows = session.execute(page.order_by(row.due_from, row.id).limit(limit).offset(skip)).all()
    calls = _calls_of(session, [person.id for person, _ in rows])
    found = [_person(person, campaign, calls.get(person.id, ())) for person, campaign in rows]
    counting = joined(select(func.count()), Source.CALL_BACKS)
    return Found(total=_total(session, counting, conditions), people=found)


def _calls(session: Session, conditions: list[ColumnElement[bool]], limit: int, skip: int) -> Found:
    row = CallRow
    columns = (
        row.id.label("call_id"),
        row.received_at,
        TicketRow.number.label("ticket"),
        TicketRow.branch_id,
        row.survey_mark.label("mark"),
    )
    page = joined(select(*columns), Source.SURVEYED).where(*conditions)
    rows = session.execute(page.order_by(row.received_at, row.id).limit(limit).offset(skip))
    counting = joined(select(func.count()), Source.SURVEYED)
    found = [CountedCall(**one._mapping) for one in rows]
    return Found(total=_total(session, counting, conditions), calls=found)


def _person(row: CampaignPersonRow, campaign: CampaignRow, call_ids: Sequence[str]) -> CountedPerson:
    return CountedPerson(
        campaign=campaign.name,
        kind=CampaignKind(campaign.kind),
        ticket=row.ticket,
        due_from=row.due_from,
        due_until=row.due_until,
        reached_at=row.reached_at,
        state=PersonState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
        attempts=row.attempts,
        satisfied=row.satisfied,
        call_ids=tuple(call_ids),
    )


def _calls_of(session: Session, people: list[int]) -> dict[int, list[str]]:
    row = CampaignAttemptRow
    query = select(row.person_id, row.call_id).where(row.person_id.in_(people)).order_by(row.started_at)
    found: dict[int, list[str]] = {}
    for person_id, call_id in session.execute(query):
        found.setdefault(person_id, []).append(call_id)
    return found


def _with_reason(columns: Any) -> dict[str, Any]:
    told = columns["overdue_reason"]
    return {**columns, "overdue_reason": OverdueReason(told) if told else None}


def _total(session: Session, query: Select[Any], conditions: list[ColumnElement[bool]]) -> int:
    return session.scalar(query.where(*conditions)) or 0
