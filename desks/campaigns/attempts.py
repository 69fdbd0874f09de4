"""Repository of attempts: one call to one person, claimed by a line before anything is dialled.

A claim makes the call's row, the attempt and the person's state in one transaction. Its line's death ends it:
`settle` finds attempts whose call is over, so that the person is called again, after a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desks.campaigns import bars, people, registry
from desks.campaigns.campaign import Campaign
from desks.campaigns.history import attempt_row
from desks.campaigns.people import Person
from desks.campaigns.questions import is_satisfied
from desks.campaigns.scheduling import Candidate, Terms, after, next_due
from desks.campaigns.states import REACHED, Mode, Outcome, PersonState, outcome_of
from ledger import calls
from ledger.clock import now
from ledger.states import FactKey, Origin, Reason
from ledger.tables import CallRow, CampaignAttemptRow, CampaignPersonRow, DoNotCallRow
from ledger.turns import Turn, take_turns

LOOKED_AT = 50  # people at once of whom one may be called

Reserve = Callable[[Session, str, str], str | None]  # (desk, call id): an operator's number


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A call that a line is to place now."""

    call_id: str
    person: Person
    campaign: Campaign
    operator: str | None  # reserved for it


def is_any_due(session: Session) -> bool:
    """Whether somebody may be called now, as far as campaigns and hours say. Only reads."""
    moment = now()
    mine = [campaign.id for campaign in registry.running(session) if campaign.hours.allow(moment)]
    return bool(mine) and bool(_candidates(session, mine, moment, limit=1))


def is_claimed(session: Session, call_id: str) -> bool:
    """Whether the call is an attempt's already."""
    return session.get(CampaignAttemptRow, call_id) is not None


def claim(
    session: Session,
    *,
    call_id: str,
    line: str,
    shown: str,
    can_say: Collection[str] | None = None,
    reserve: Reserve | None = None,
    at: datetime | None = None,
) -> Attempt | None:
    """The next attempt for a line that has a place, with its row in `calls`; None where nobody is due.

    `shown`: the number that the person sees; `can_say`: the prompts that there are, a campaign that needs
    another one calls nobody; `reserve` finds an operator for a progressive call. Harmless where the line asks
    again, the clerk having died between the entry and its answer.
    """
    take_turns(session, Turn.CALL_BACKS)
    known = session.get(CampaignAttemptRow, call_id)
    if known is not None:
        return _attempt(session, known)
    settle(session)
    moment = at or now()
    running = {campaign.id: campaign for campaign in registry.running(session)}
    if can_say is not None:
        running = {one.id: one for one in running.values() if not one.prompts - set(can_say)}
    while found := _next(session, running, moment):
        campaign = running[found.campaign_id]
        _open_call(session, call_id=call_id, line=line, shown=shown, found=found)
        operator = None
        if campaign.mode is Mode.PROGRESSIVE:
            operator = reserve(session, campaign.desk, call_id) if reserve else None
            if operator is None:
                session.delete(session.get_one(CallRow, call_id))
                session.flush()
                del running[campaign.id]
                continue
        return _begin(session, found, campaign, call_id=call_id, operator=operator, at=moment)
    return None


def note_answer(session: Session, call_id: str, question_id: str, key: str) -> None:
    """A question was answered: kept at once, whatever becomes of the call."""
    row = attempt_row(session, call_id)
    row.answers = {**row.answers, question_id: key}


def opt_out(session: Session, call_id: str) -> None:
    """The person wants no such calls any more."""
    bars.bar(session, attempt_row(session, call_id).number, why="通话中按键要求", call_id=call_id)


def finish(session: Session, call_id: str, reason: Reason, *, talked: bool = False) -> Outcome | None:
    """The attempt's call has ended. Only the first end counts: None where it was over already.

    It ends by what its campaign said when it began; whoever waits on does so by what the campaign says now.
    """
    take_turns(session, Turn.CALL_BACKS)  # a campaign that is changed finds everybody who waits
    row = attempt_row(session, call_id)
    if row.ended_at is not None:
        return None
    campaign = registry.get(session, row.campaign_id)
    asked, answered = len(campaign.questions), len(row.answers)
    row.ended_at = now()
    row.outcome = outcome_of(reason, asked=asked, answered=answered, talked=talked)
    _settle_person(session, row, campaign)
    return Outcome(row.outcome)


def write_down(session: Session, call_id: str, answers: Mapping[str, str], remark: str) -> None:
    """What an operator was told, during the call or after it. Raises NotFound.

    Keys that answer nothing are left out; those of questions that are not named stay.
    """
    row = attempt_row(session, call_id)
    campaign = registry.get(session, row.campaign_id)
    valid = {
        question.id: answers[question.id]
        for question in campaign.questions
        if question.answer(answers.get(question.id))
    }
    row.answers, row.remark = {**row.answers, **valid}, remark[:1000]
    if row.ended_at is None or row.outcome not in REACHED:
        return  # `finish` will count them
    complete = len(row.answers) >= len(campaign.questions)
    row.outcome = Outcome.COMPLETED if complete else Outcome.PARTIAL if row.answers else Outcome.TALKED
    if session.get_one(CampaignPersonRow, row.person_id).added_at <= row.started_at:
        _settle_person(session, row, campaign)  # else a second repair waits for a call of its own


def settle(session: Session) -> list[str]:
    """End the attempts whose call is over without having said so: their line died. Returns their calls."""
    query = (
        select(CampaignAttemptRow.call_id, CallRow.reason, CallRow.operator)
        .join(CallRow, CallRow.id == CampaignAttemptRow.call_id)
        .where(CampaignAttemptRow.ended_at.is_(None), CallRow.state.not_in(calls.IN_PROGRESS))
    )
    lost = list(session.execute(query))
    for call_id, reason, operator in lost:
        finish(session, call_id, Reason(reason or Reason.LINE_DIED), talked=operator is not None)
    session.flush()
    return [call_id for call_id, _, _ in lost]


def count_running(session: Session) -> int:
    """How many attempts run now."""
    query = select(func.count()).select_from(CampaignAttemptRow)
    return session.scalar(query.where(CampaignAttemptRow.ended_at.is_(None))) or 0


def _next(session: Session, running: Mapping[int, Campaign], at: datetime) -> Candidate | None:
    open_now = {campaign_id: one for campaign_id, one in running.items() if one.hours.allow(at)}
    terms = {campaign_id: one.terms for campaign_id, one in open_now.items()}
    return next_due(_candidates(session, list(open_now), at), terms, at=at)


def _candidates(
    session: Session, campaigns: list[int], at: datetime, *, limit: int = LOOKED_AT
) -> list[Candidate]:
    """Who waits in these campaigns, has no call and is not barred, the first to be called first."""
    row = CampaignPersonRow
    busy = select(CampaignAttemptRow.number).where(CampaignAttemptRow.ended_at.is_(None))
    shut = select(DoNotCallRow.number).where(bars.stands(at))
    query = (
        select(row)
        .where(
            row.state == PersonState.WAITING,
            row.next_at <= at,
            row.campaign_id.in_(campaigns),
            row.number.not_in(busy),
            row.number.not_in(shut),
        )
        .order_by(row.due_until, row.next_at, row.id)
        .limit(limit)
    )
    return [
        Candidate(
            person_id=one.id,
            campaign_id=one.campaign_id,
            number=one.number,
            due_from=one.due_from,
            due_until=one.due_until,
            next_at=one.next_at,
            attempts=one.attempts,
        )
        for one in session.scalars(query)
    ]


def _open_call(session: Session, *, call_id: str, line: str, shown: str, found: Candidate) -> None:
    calls.add_call(
        session, call_id=call_id, hotline=shown, origin=Origin.OUTBOUND, caller=found.number, line=line
    )
    session.flush()
    calls.add_facts(session, call_id, {FactKey.CAMPAIGN: str(found.campaign_id)})


def _begin(
    session: Session,
    found: Candidate,
    campaign: Campaign,
    *,
    call_id: str,
    operator: str | None,
    at: datetime,
) -> Attempt:
    session.add(
        CampaignAttemptRow(
            call_id=call_id,
            person_id=found.person_id,
            campaign_id=campaign.id,
            number=found.number,
            operator=operator,
            started_at=at,
            answers={},
            remark="",
            terms=campaign.terms.document,
        )
    )
    person = session.get_one(CampaignPersonRow, found.person_id)
    person.state, person.attempts = PersonState.CALLING, found.attempts + 1
    session.flush()
    return Attempt(call_id=call_id, person=people.person(person), campaign=campaign, operator=operator)


def _settle_person(session: Session, row: CampaignAttemptRow, campaign: Campaign) -> None:
    """The person after the attempt's end, or after its answers have changed."""
    person = session.get_one(CampaignPersonRow, row.person_id)
    outcome, ended_at = Outcome(str(row.outcome)), row.ended_at or now()
    held = Terms.of(row.terms) if row.terms else campaign.terms
    turnout = after(outcome, person.attempts, ended_at, held)
    person.state, person.outcome = turnout.state, outcome
    if turnout.state is PersonState.WAITING:
        _wait_on(person, campaign, turnout.next_at or ended_at)
    person.answers = {**person.answers, **row.answers}
    person.satisfied = is_satisfied(campaign.questions, person.answers)
    if turnout.state is PersonState.REACHED:
        person.reached_at = person.reached_at or ended_at
    if person.state == PersonState.WAITING and bars.barred(session, [person.number]):
        person.state = PersonState.DECLINED
    person.told_at = None


def _wait_on(person: CampaignPersonRow, campaign: Campaign, next_at: datetime) -> None:
    columns = people.waiting_on(
        campaign, happened_at=person.happened_at, attempts=person.attempts, next_at=next_at
    )
    for name, value in columns.items():
        setattr(person, name, value)


def _attempt(session: Session, row: CampaignAttemptRow) -> Attempt:
    return Attempt(
        call_id=row.call_id,
        person=people.get(session, row.person_id),
        campaign=registry.get(session, row.campaign_id),
        operator=row.operator,
    )
