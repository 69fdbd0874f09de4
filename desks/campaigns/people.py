"""Repository of the people of campaigns: who is to be called, and what each answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desks.campaigns import bars
from desks.campaigns.campaign import Campaign
from desks.campaigns.choosing import EVERYBODY, Chosen, condition
from desks.campaigns.errors import CampaignStopped
from desks.campaigns.languages import Spoken
from desks.campaigns.states import CampaignState, Outcome, PersonState
from ledger.clock import now
from ledger.errors import NotFound
from ledger.tables import CampaignPersonRow

LONGEST_NOTE = 200
AT_ONCE = 500  # numbers that one query asks for


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Somebody who shall be called."""

    number: str
    ticket: str = ""
    note: str = ""
    happened_at: datetime | None = None  # the event that the time limit counts from; None: now
    language: Spoken | None = None  # None: not known


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody of a campaign."""

    id: int
    campaign_id: int
    number: str
    ticket: str
    note: str
    language: Spoken | None  # None: not known, so the plan's own is spoken
    happened_at: datetime  # the event
    due_from: datetime
    due_until: datetime
    next_at: datetime
    state: PersonState
    attempts: int
    outcome: Outcome | None
    reached_at: datetime | None
    answers: dict[str, str]
    satisfied: bool | None

    @property
    def in_time(self) -> bool:
        """Whether the person was reached within the time limit."""
        return self.reached_at is not None and self.reached_at <= self.due_until


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What became of a list of people."""

    added: int  # barred ones among them: nobody is lost, and nobody barred is called
    barred: tuple[str, ...]
    known: tuple[str, ...]  # in the campaign already, with the same ticket or none


def add_people(session: Session, campaign: Campaign, wanted: Iterable[Wanted]) -> Added:
    """Add people to a campaign. Raises CampaignStopped."""
    if campaign.state is CampaignState.STOPPED:
        raise CampaignStopped(f"campaign {campaign.id} is stopped; make another one for further people")
    moment, people = now(), list(wanted)
    numbers = [one.number for one in people]
    seen, shut = _known(session, campaign.id, numbers), _barred(session, numbers, moment)
    known, added = [], 0
    for one in people:
        if (one.number, one.ticket) in seen:
            known.append(one.number)
            continue
        seen.add((one.number, one.ticket))
        session.add(_row(campaign, one, moment, is_barred=one.number in shut))
        added += 1
    session.flush()
    return Added(added=added, barred=tuple(sorted(shut)), known=tuple(known))


def get(session: Session, person_id: int) -> Person:
    """One person. Raises NotFound."""
    row = session.get(CampaignPersonRow, person_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no person {person_id} in any campaign; load the campaign again")
    return person(row)


def list_people(
    session: Session,
    campaign_id: int,
    chosen: Chosen = EVERYBODY,
    *,
    first: int = 0,
    limit: int | None = None,
) -> list[Person]:
    """People of a campaign in the order of adding, from the place `first` on."""
    query = select(CampaignPersonRow).where(CampaignPersonRow.campaign_id == campaign_id, condition(chosen))
    query = query.order_by(CampaignPersonRow.id).offset(first).limit(limit)
    return [person(row) for row in session.scalars(query)]


def count_people(session: Session, campaign_id: int, chosen: Chosen = EVERYBODY) -> int:
    """How many of them a campaign has."""
    mine = (CampaignPersonRow.campaign_id == campaign_id, condition(chosen))
    return session.scalar(select(func.count()).select_from(CampaignPersonRow).where(*mine)) or 0


def waiting_on(
    campaign: Campaign, *, happened_at: datetime, attempts: int, next_at: datetime
) -> dict[str, Any]:
    """The columns of somebody who waits for an attempt after so many, not before a moment."""
    due_from, due_until = campaign.due(happened_at)
    is_spent = attempts >= campaign.most_attempts
    return {
        "due_from": due_from,
        "due_until": due_until,
        "next_at": max(next_at, due_from),
        "state": PersonState.GIVEN_UP if is_spent else PersonState.WAITING,
    }


def count_languages(session: Session, campaign_id: int) -> dict[Spoken, int]:
    """How many of those who are still to be called speak a language that is known."""
    row = CampaignPersonRow
    open_states = (PersonState.WAITING, PersonState.CALLING)
    query = select(row.language, func.count()).where(
        row.campaign_id == campaign_id, row.language != "", row.state.in_(open_states)
    )
    return {Spoken(language): int(count) for language, count in session.execute(query.group_by(row.language))}


def person(row: CampaignPersonRow) -> Person:
    """A row as a record."""
    return Person(
        id=row.id,
        campaign_id=row.campaign_id,
        number=row.number,
        ticket=row.ticket,
        note=row.note,
        language=Spoken(row.language) if row.language else None,
        happened_at=row.happened_at,
        due_from=row.due_from,
        due_until=row.due_until,
        next_at=row.next_at,
        state=PersonState(row.state),
        attempts=row.attempts,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reached_at=row.reached_at,
        answers=row.answers,
        satisfied=row.satisfied,
    )


def _known(session: Session, campaign_id: int, numbers: list[str]) -> set[tuple[str, str]]:
    row = CampaignPersonRow
    query = select(row.number, row.ticket).where(row.campaign_id == campaign_id)
    found = (session.execute(query.where(row.number.in_(group))) for group in _groups(numbers))
    return {(number, ticket) for rows in found for number, ticket in rows}


def _barred(session: Session, numbers: list[str], at: datetime) -> set[str]:
    return {number for group in _groups(numbers) for number in bars.barred(session, group, at=at)}


def _groups(numbers: list[str]) -> Iterator[list[str]]:
    return (numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE))


def _row(campaign: Campaign, one: Wanted, moment: datetime, *, is_barred: bool) -> CampaignPersonRow:
    happened_at = one.happened_at or moment
    due_from, due_until = campaign.due(happened_at)
    return CampaignPersonRow(
        campaign_id=campaign.id,
        number=one.number,
        ticket=one.ticket,
        note=one.note[:LONGEST_NOTE],
        language=one.language or "",
        happened_at=happened_at,
        due_from=due_from,
        due_until=due_until,
        next_at=due_from,
        state=PersonState.DECLINED if is_barred else PersonState.WAITING,
        outcome=Outcome.OPTED_OUT if is_barred else None,
        attempts=0,
        answers={},
        added_at=moment,
    )
