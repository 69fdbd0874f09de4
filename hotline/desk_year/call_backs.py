"""Call-backs of the synthetic year: whom a campaign called, how often, and what the person said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from desks.campaigns import registry
from desks.campaigns.campaign import Wish
from desks.campaigns.standard import STANDARD
from desks.campaigns.states import CampaignState, Kind, Outcome, PersonState
from hotline.desk_year import totals
from hotline.desk_year.rows import Rows
from ledger.states import Reason
from ledger.tables import CampaignAttemptRow, CampaignPersonRow
from ledger.working_days import SHANGHAI

MOST_ATTEMPTS: Final = 3
BY: Final = "hotline desks year"
_OUTCOMES: Final = {
    Outcome.COMPLETED: 74,
    Outcome.PARTIAL: 4,
    Outcome.NO_ANSWER: 12,
    Outcome.BUSY: 6,
    Outcome.HUNG_UP: 4,
}
_REASONS: Final = {
    Outcome.COMPLETED: Reason.QUESTIONS_ENDED,
    Outcome.PARTIAL: Reason.CALLER_HUNG_UP,
    Outcome.NO_ANSWER: Reason.NO_ANSWER,
    Outcome.BUSY: Reason.BUSY,
    Outcome.HUNG_UP: Reason.CALLER_HUNG_UP,
}
_REACHED: Final = frozenset({Outcome.COMPLETED, Outcome.PARTIAL})
_ANSWERED: Final = _REACHED | {Outcome.HUNG_UP}


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One call of a call-back."""

    call_id: str
    ended_at: datetime
    outcome: Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of somebody's call-back."""

    attempts: tuple[Attempt, ...]
    satisfied: bool | None

    @property
    def is_reached(self) -> bool:
        """Whether the person answered a question."""
        return self.attempts[-1].outcome in _REACHED


def add_campaigns(session: Session) -> dict[Kind, int]:
    """The five standard ones, which call no more; their ids."""
    found = {}
    for kind, standard in STANDARD.items():
        wish = Wish(name=standard.title, kind=kind, desk=totals.DESK, takes_tickets=True)
        found[kind] = registry.add(session, wish, BY)
        registry.set_state(session, found[kind], CampaignState.STOPPED)
    return found


def call_back(
    rows: Rows, campaigns: Mapping[Kind, int], kind: Kind, number: str, at: datetime, *, ticket: str = ""
) -> Result:
    """Somebody is to be called back from a moment on: the person, the attempts, their calls."""
    person_id = len(rows.of[CampaignPersonRow]) + 1
    attempts = tuple(_attempts(rows, campaigns[kind], person_id, number, at))
    last = attempts[-1]
    answers = _answers(rows, kind, last.outcome)
    satisfied = _satisfied(kind, answers)
    is_reached = last.outcome in _REACHED
    rows.add(
        CampaignPersonRow,
        id=person_id,
        campaign_id=campaigns[kind],
        number=number,
        ticket=ticket,
        note="",
        language="",
        happened_at=at,
        due_from=at,
        due_until=at + STANDARD[kind].limit,
        next_at=last.ended_at,
        state=PersonState.REACHED if is_reached else PersonState.GIVEN_UP,
        attempts=len(attempts),
        outcome=last.outcome,
        reached_at=last.ended_at if is_reached else None,
        answers=answers,
        satisfied=satisfied,
        added_at=at,
        told_at=last.ended_at,
    )
    return Result(attempts=attempts, satisfied=satisfied)


def _attempts(rows: Rows, campaign_id: int, person_id: int, number: str, at: datetime) -> list[Attempt]:
    made: list[Attempt] = []
    begins = at
    while not made or (made[-1].outcome not in _REACHED and len(made) < MOST_ATTEMPTS):
        begins = _in_hours(begins + timedelta(minutes=rows.chance.randint(20, 150)))
        outcome = rows.chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
        call_id, ended_at = rows.call_out(number, begins, _REASONS[outcome], is_answered=outcome in _ANSWERED)
        made.append(Attempt(call_id=call_id, ended_at=ended_at, outcome=outcome))
        rows.add(
            CampaignAttemptRow,
            call_id=call_id,
            person_id=person_id,
            campaign_id=campaign_id,
            number=number,
            operator=None,
            started_at=begins,
            ended_at=ended_at,
            outcome=outcome,
            answers={},
            remark="",
            terms=None,
        )
    return made


def _in_hours(at: datetime) -> datetime:
    """The same moment, or the next morning at nine: nobody is called at night."""
    local = at.astimezone(SHANGHAI)
    if 9 <= local.hour < 20:
        return at
    morning = local.replace(hour=9, minute=local.minute, second=0)
    return morning if local.hour < 9 else morning + timedelta(days=1)


def _answers(rows: Rows, kind: Kind, outcome: Outcome) -> dict[str, str]:
    """A key for each question; the first answers are the good ones and the frequent ones."""
    if outcome not in _REACHED:
        return {}
    questions = STANDARD[kind].questions
    asked = questions if outcome is Outcome.COMPLETED else questions[:1]
    return {
        question.id: rows.chance.choices(
            [answer.key for answer in question.answers], [24, 3, 1, 1, 1][: len(question.answers)]
        )[0]
        for question in asked
    }


def _satisfied(kind: Kind, answers: Mapping[str, str]) -> bool | None:
    told: list[Any] = [
        answer.satisfied
        for question in STANDARD[kind].questions
        if (answer := question.answer(answers.get(question.id))) is not None
    ]
    known = [one for one in told if one is not None]
    return all(known) if known else None
