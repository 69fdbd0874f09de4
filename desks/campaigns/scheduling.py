"""Who is called next, and when again: rules without any input or output.

Of all who may be called now, the one whose time limit ends first is next, then who has waited longest; a
limit that has passed goes before all others. Nobody is called outside the hours, while the number has a call,
before the pause after the last attempt is over, once the attempts are used up, or against the person's wish.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from desks.campaigns.hours import CallingHours
from desks.campaigns.states import REACHED, Outcome, PersonState


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a campaign says of its calls."""

    hours: CallingHours
    most_attempts: int
    pauses: Mapping[Outcome, timedelta]

    @property
    def document(self) -> dict[str, Any]:
        """For the ledger."""
        pauses_s = {outcome.value: pause.total_seconds() for outcome, pause in self.pauses.items()}
        return {"hours": self.hours.document, "most_attempts": self.most_attempts, "pauses_s": pauses_s}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What `document` gave."""
        pauses_s = document["pauses_s"].items()
        return cls(
            hours=CallingHours.of(document["hours"]),
            most_attempts=document["most_attempts"],
            pauses={Outcome(outcome): timedelta(seconds=pause_s) for outcome, pause_s in pauses_s},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody who waits to be called."""

    person_id: int
    campaign_id: int
    number: str
    due_from: datetime
    due_until: datetime
    next_at: datetime
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Turnout:
    """Where an attempt leaves a person."""

    state: PersonState
    next_at: datetime | None = None  # of WAITING


def next_due(
    candidates: Iterable[Candidate],
    terms: Mapping[int, Terms],
    *,
    at: datetime,
    busy: Collection[str] = (),
    barred: Collection[str] = (),
) -> Candidate | None:
    """Whom to call at a moment; None where nobody may be. `terms` are those of the campaigns that run."""
    free = [
        one
        for one in candidates
        if one.campaign_id in terms
        and _may_be_called(one, terms[one.campaign_id], at)
        and one.number not in busy
        and one.number not in barred
    ]
    return min(free, key=lambda one: (one.due_until, one.next_at, one.person_id), default=None)


def after(outcome: Outcome, attempts: int, ended_at: datetime, terms: Terms) -> Turnout:
    """Where an attempt leaves a person who has had so many, that one included."""
    if outcome in REACHED:
        return Turnout(state=PersonState.REACHED)
    if outcome is Outcome.OPTED_OUT:
        return Turnout(state=PersonState.DECLINED)
    pause = terms.pauses.get(outcome)
    if pause is None or attempts >= terms.most_attempts:
        return Turnout(state=PersonState.GIVEN_UP)
    return Turnout(state=PersonState.WAITING, next_at=terms.hours.next_opening(ended_at + pause))


def _may_be_called(one: Candidate, terms: Terms, at: datetime) -> bool:
    is_time = max(one.due_from, one.next_at) <= at and terms.hours.allow(at)
    return is_time and one.attempts < terms.most_attempts
