"""What the campaigns' pages and programs are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desks.campaigns.campaign import Campaign
from desks.campaigns.figures import Figures
from desks.campaigns.history import Told
from desks.campaigns.pasted import BadLine
from desks.campaigns.people import Person
from desks.campaigns.questions import Question
from desks.campaigns.states import CampaignState

HOUR_S, MINUTE_S = 3600.0, 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignView:
    """A campaign with its figures, as the list shows it."""

    campaign: Campaign
    figures: Figures
    moves: tuple[CampaignState, ...]  # what it may become now


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerCount:
    """How often an answer was given."""

    meaning: str
    key: str
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionView:
    """A question and what was answered."""

    question: Question
    answers: tuple[AnswerCount, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonView:
    """A person with the calls."""

    person: Person
    attempts: tuple[Told, ...]  # the oldest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What became of numbers that were pasted or uploaded: no line is left out."""

    added: int
    barred: tuple[str, ...]
    known: tuple[str, ...]
    bad: tuple[BadLine, ...]


def campaign_document(view: CampaignView) -> dict[str, Any]:
    """A campaign for programs, with its figures."""
    campaign, told = view.campaign, view.figures
    return {
        "id": campaign.id,
        "name": campaign.name,
        "kind": campaign.kind.value,
        "desk": campaign.desk,
        "mode": campaign.mode.value,
        "state": campaign.state.value,
        "version": campaign.version,
        "most_attempts": campaign.most_attempts,
        "pauses_min": {
            outcome.value: pause.total_seconds() / MINUTE_S for outcome, pause in campaign.pauses.items()
        },
        "earliest_h": campaign.earliest.total_seconds() / HOUR_S,
        "takes_tickets": campaign.takes_tickets,
        "greeting": campaign.greeting,
        "limit_h": campaign.limit.total_seconds() / HOUR_S,
        "hours": campaign.hours.document,
        "questions": [question.document for question in campaign.questions],
        "figures": {
            "people": told.people,
            "reached": told.reached,
            "in_time": told.in_time,
            "states": {state.value: count for state, count in told.states.items()},
            "reasons": {outcome.value: count for outcome, count in told.reasons.items()},
            "attempts": told.attempts,
            "asked": told.asked,
            "satisfied": told.satisfied,
        },
    }


def person_document(view: PersonView, visible: frozenset[str]) -> dict[str, Any]:
    """A person for programs; calls that the asker may not see have no id."""
    person = view.person
    return {
        "id": person.id,
        "number": person.number,
        "ticket": person.ticket or None,
        "language": person.language,
        "state": person.state.value,
        "outcome": person.outcome.value if person.outcome else None,
        "due_until": person.due_until.isoformat(),
        "reached_at": person.reached_at.isoformat() if person.reached_at else None,
        "in_time": person.in_time,
        "answers": person.answers,
        "satisfied": person.satisfied,
        "attempts": [
            {
                "call_id": told.call_id if told.call_id in visible else None,
                "started_at": told.started_at.isoformat(),
                "outcome": told.outcome.value if told.outcome else None,
            }
            for told in view.attempts
        ],
    }


def filled_document(filled: Filled) -> dict[str, Any]:
    """What became of pasted numbers, for programs."""
    return {
        "added": filled.added,
        "barred": list(filled.barred),
        "known": list(filled.known),
        "bad": [{"line": bad.line, "text": bad.text, "why": bad.why} for bad in filled.bad],
    }
