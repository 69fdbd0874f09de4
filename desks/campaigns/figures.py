"""What campaigns have reached: people, within the limit, by reason, and what was answered.

Shares are of all people of the campaign, those who do not want to be called included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from desks.campaigns.states import Outcome, PersonState
from ledger.tables import CampaignAttemptRow, CampaignPersonRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Of one campaign."""

    people: int = 0
    reached: int = 0
    in_time: int = 0  # of the reached: within the time limit
    states: Mapping[PersonState, int] = field(default_factory=dict)
    reasons: Mapping[Outcome, int] = field(default_factory=dict)  # people by their newest attempt
    attempts: int = 0
    asked: int = 0  # people whose answers tell of satisfaction
    satisfied: int = 0

    @property
    def reached_share(self) -> float | None:
        """0 to 1; None where nobody is to be called."""
        return self.reached / self.people if self.people else None

    @property
    def in_time_share(self) -> float | None:
        """The same of those within the limit."""
        return self.in_time / self.people if self.people else None

    @property
    def satisfied_share(self) -> float | None:
        """Of those who told, 0 to 1; None where nobody has."""
        return self.satisfied / self.asked if self.asked else None


class _Group(NamedTuple):
    """People of one campaign in one state, whose newest attempts ended alike."""

    state: str
    outcome: str | None
    people: int
    in_time: int
    asked: int
    satisfied: int


def all_figures(session: Session, campaign_id: int | None = None) -> dict[int, Figures]:
    """The figures of every campaign that has people, or of one, by its id."""
    who = CampaignPersonRow
    query = select(
        who.campaign_id,
        who.state,
        who.outcome,
        func.count(),
        _sum(who.reached_at <= who.due_until),
        _sum(who.satisfied.is_not(None)),
        _sum(who.satisfied.is_(True)),
    ).group_by(who.campaign_id, who.state, who.outcome)
    if campaign_id is not None:
        query = query.where(who.campaign_id == campaign_id)
    groups: dict[int, list[_Group]] = {}
    for row in session.execute(query):
        groups.setdefault(row[0], []).append(_Group._make(row[1:]))
    attempts = _attempts(session, campaign_id)
    return {of: _figures(rows, attempts.get(of, 0)) for of, rows in groups.items()}


def figures_of(session: Session, campaign_id: int) -> Figures:
    """The figures of one campaign."""
    return all_figures(session, campaign_id).get(campaign_id, Figures())


def summed(parts: Iterable[Figures]) -> Figures:
    """The figures of several campaigns together."""
    some = list(parts)
    states: Counter[PersonState] = Counter()
    reasons: Counter[Outcome] = Counter()
    for one in some:
        states.update(one.states)
        reasons.update(one.reasons)
    return Figures(
        people=sum(one.people for one in some),
        reached=sum(one.reached for one in some),
        in_time=sum(one.in_time for one in some),
        states=states,
        reasons=reasons,
        attempts=sum(one.attempts for one in some),
        asked=sum(one.asked for one in some),
        satisfied=sum(one.satisfied for one in some),
    )


def answers_of(session: Session, campaign_id: int) -> dict[str, Counter[str]]:
    """How often each key was pressed, by question."""
    query = select(CampaignPersonRow.answers).where(CampaignPersonRow.campaign_id == campaign_id)
    counts: dict[str, Counter[str]] = {}
    for answers in session.scalars(query):
        for question, key in answers.items():
            counts.setdefault(question, Counter())[key] += 1
    return counts


def _figures(groups: list[_Group], attempts: int) -> Figures:
    states: Counter[PersonState] = Counter()
    reasons: Counter[Outcome] = Counter()
    for group in groups:
        states[PersonState(group.state)] += group.people
        if group.outcome is not None:
            reasons[Outcome(group.outcome)] += group.people
    return Figures(
        people=states.total(),
        reached=states[PersonState.REACHED],
        in_time=sum(group.in_time for group in groups),
        states=states,
        reasons=reasons,
        attempts=attempts,
        asked=sum(group.asked for group in groups),
        satisfied=sum(group.satisfied for group in groups),
    )


def _attempts(session: Session, campaign_id: int | None) -> dict[int, int]:
    row = CampaignAttemptRow
    query = select(row.campaign_id, func.count()).group_by(row.campaign_id)
    if campaign_id is not None:
        query = query.where(row.campaign_id == campaign_id)
    return {campaign_id: int(count) for campaign_id, count in session.execute(query)}


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
