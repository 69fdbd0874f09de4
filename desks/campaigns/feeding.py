"""Tickets that wait for a call-back become people of campaigns, and get back what came of it.

Whoever keeps tickets is known here by two small protocols; the top floor brings them together
(`hotline.call_backs`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.campaigns import people, registry
from desks.campaigns.campaign import Campaign
from desks.campaigns.languages import Spoken
from desks.campaigns.people import Wanted
from desks.campaigns.questions import is_settled
from desks.campaigns.states import Kind, Outcome, PersonState
from ledger.clock import now
from ledger.database import Ledger
from ledger.tables import CampaignAttemptRow, CampaignPersonRow

_FINAL = (PersonState.REACHED, PersonState.GIVEN_UP, PersonState.DECLINED)


@dataclass(frozen=True, kw_only=True, slots=True)
class DuePerson:
    """Somebody whose ticket waits for a call-back."""

    ticket: str  # its number
    number: str  # to be called
    kind: Kind
    happened_at: datetime  # when the ticket came to wait: the time limit counts from there
    desk: str | None = None  # None: any campaign of the kind
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of a ticket's call-back."""

    ticket: str
    number: str
    kind: Kind
    state: PersonState  # REACHED, GIVEN_UP or DECLINED
    outcome: Outcome | None
    attempts: int  # calls that were tried
    reached_at: datetime | None
    in_time: bool
    satisfied: bool | None
    settled: bool | None  # whether the matter is
    answers: dict[str, str]  # the question's text and what was answered, both Chinese
    call_id: str | None  # of the newest attempt


class PeopleSource(Protocol):
    """Whoever knows which tickets wait for a call-back."""

    def waiting(self, session: Session) -> Iterable[DuePerson]:
        """All of them; one that is told again is not called again."""
        ...

    def languages(self, session: Session, tickets: Collection[str]) -> Mapping[str, Spoken]:
        """What is spoken by those of these tickets' people of whom it is known; asked of new ones only."""
        ...


class ResultSink(Protocol):
    """Whoever wants to know what came of tickets' call-backs."""

    def take(self, session: Session, result: Result) -> None:
        """In the same transaction in which the result counts as told; again where it has changed."""
        ...


def take_in(session: Session, source: PeopleSource) -> int:
    """Make people of the tickets that wait; how many there were new. Those without a campaign wait on."""
    open_for = {one.id: one for one in registry.running(session, that_take_tickets=True)}
    if not open_for:
        return 0
    fitting = ((due, _fitting(open_for.values(), due)) for due in source.waiting(session))
    taken = [(due, campaign) for due, campaign in fitting if campaign is not None]
    known = _newest_rows(session, [due.ticket for due, _ in taken])
    wanted: dict[int, list[Wanted]] = {}
    new = [due.ticket for due, _ in taken if due.ticket not in known]
    spoken = source.languages(session, new) if new else {}
    again = 0
    for due, campaign in taken:
        row = known.get(due.ticket)
        if row is None:
            wanted.setdefault(campaign.id, []).append(_wanted(due, spoken.get(due.ticket)))
        elif row.state in _FINAL and due.happened_at > row.added_at:  # after a further repair
            _rearm(row, campaign, due)
            again += 1
    added = (people.add_people(session, open_for[of], some).added for of, some in wanted.items())
    return again + sum(added)


def tell(ledger: Ledger, sink: ResultSink) -> int:
    """Give back the results that were not told yet, each in a transaction of its own; how many.

    Attempts are settled before.
    """
    row = CampaignPersonRow
    query = select(row.id).where(row.ticket > "", row.state.in_(_FINAL), row.told_at.is_(None))
    with ledger.reading() as session:
        untold = list(session.scalars(query.order_by(row.id)))
    return sum(_tell_one(ledger, sink, person_id) for person_id in untold)


def _tell_one(ledger: Ledger, sink: ResultSink, person_id: int) -> bool:
    with ledger.transaction() as session:
        row = session.get_one(CampaignPersonRow, person_id, with_for_update=True)
        if row.state not in _FINAL or row.told_at is not None:
            return False
        sink.take(session, _result(session, row))
        row.told_at = now()
        return True


def _fitting(campaigns: Iterable[Campaign], due: DuePerson) -> Campaign | None:
    """The newest that asks about this, at the ticket's desk where it names one."""
    fit = (one for one in campaigns if one.kind is due.kind and due.desk in {None, one.desk})
    return next(fit, None)


def _newest_rows(session: Session, tickets: list[str]) -> dict[str, CampaignPersonRow]:
    """The people whom tickets were made of already, by ticket."""
    found: dict[str, CampaignPersonRow] = {}
    for first in range(0, len(tickets), people.AT_ONCE):
        some = tickets[first : first + people.AT_ONCE]
        query = select(CampaignPersonRow).where(CampaignPersonRow.ticket.in_(some))
        found |= {row.ticket: row for row in session.scalars(query.order_by(CampaignPersonRow.id))}
    return found


def _wanted(due: DuePerson, language: Spoken | None) -> Wanted:
    return Wanted(
        number=due.number,
        ticket=due.ticket,
        note=due.note,
        happened_at=due.happened_at,
        language=language,
    )


def _rearm(row: CampaignPersonRow, campaign: Campaign, due: DuePerson) -> None:
    row.campaign_id, row.number, row.added_at = campaign.id, due.number, now()
    row.happened_at = due.happened_at
    row.due_from, row.due_until = campaign.due(due.happened_at)
    row.next_at = row.due_from
    row.state, row.attempts, row.outcome = PersonState.WAITING, 0, None
    row.reached_at = row.told_at = row.satisfied = None
    row.answers = {}


def _result(session: Session, row: CampaignPersonRow) -> Result:
    campaign, person = registry.get(session, row.campaign_id), people.person(row)
    answered = {
        question.text: answer.meaning
        for question in campaign.questions
        if (answer := question.answer(person.answers.get(question.id)))
    }
    return Result(
        ticket=person.ticket,
        number=person.number,
        kind=campaign.kind,
        state=person.state,
        outcome=person.outcome,
        attempts=person.attempts,
        reached_at=person.reached_at,
        in_time=person.in_time,
        satisfied=person.satisfied,
        settled=is_settled(campaign.questions, person.answers),
        answers=answered,
        call_id=_newest_call(session, person.id),
    )


def _newest_call(session: Session, person_id: int) -> str | None:
    row = CampaignAttemptRow
    query = select(row.call_id).where(row.person_id == person_id).order_by(row.started_at.desc())
    return session.scalars(query.limit(1)).first()
