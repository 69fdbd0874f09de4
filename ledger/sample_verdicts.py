"""What the machine says now of a draw's calls, and what people decided on its findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.states import Decision, Verdict
from ledger.tables import FindingRow, ReviewRow, SampledRow, ScorecardRow

TOP_SCORE = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A rule that failed on a call's newest scorecard."""

    rule: str
    points: float
    decision: Decision | None  # the newest of a person


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineVerdict:
    """A call's newest scorecard, short."""

    score: float
    breaches: tuple[Breach, ...]

    @property
    def undecided(self) -> int:
        """Breaches that no person has decided on."""
        return sum(breach.decision is None for breach in self.breaches)

    @property
    def standing(self) -> tuple[Breach, ...]:
        """Those that people have not rejected."""
        return tuple(breach for breach in self.breaches if breach.decision is not Decision.REJECTED)

    @property
    def reviewed_score(self) -> float:
        """The score without the points of rejected breaches."""
        if len(self.standing) == len(self.breaches):
            return self.score
        return max(0.0, TOP_SCORE - sum(breach.points for breach in self.standing))


def verdicts_of_draw(session: Session, draw_id: int) -> dict[str, MachineVerdict]:
    """By call, of those drawn calls that have a scorecard now."""
    drawn = select(SampledRow.call_id).where(SampledRow.draw_id == draw_id)
    newest = select(func.max(ScorecardRow.id)).where(ScorecardRow.call_id.in_(drawn))
    cards = list(
        session.scalars(
            select(ScorecardRow).where(ScorecardRow.id.in_(newest.group_by(ScorecardRow.call_id)))
        )
    )
    breaches = _breaches(session, draw_id)
    return {
        card.call_id: MachineVerdict(score=card.score, breaches=tuple(breaches.get(card.id, ())))
        for card in cards
    }


def verdict_of_call(session: Session, call_id: str) -> MachineVerdict | None:
    """The same of one call."""
    query = select(ScorecardRow).where(ScorecardRow.call_id == call_id).order_by(ScorecardRow.id.desc())
    card = session.scalars(query.limit(1)).first()
    if card is None:
        return None
    failed = select(FindingRow).where(FindingRow.scorecard_id == card.id, FindingRow.verdict == Verdict.FAIL)
    found = list(session.scalars(failed.order_by(FindingRow.id)))
    reviews = select(ReviewRow).where(ReviewRow.finding_id.in_([row.id for row in found]))
    decisions = {
        row.finding_id: Decision(row.decision) for row in session.scalars(reviews.order_by(ReviewRow.id))
    }
    breaches = (_breach(row, decisions.get(row.id)) for row in found)
    return MachineVerdict(score=card.score, breaches=tuple(breaches))


def _breaches(session: Session, draw_id: int) -> dict[int, list[Breach]]:
    """By scorecard, of all scorecards of the draw's calls."""
    drawn = select(SampledRow.call_id).where(SampledRow.draw_id == draw_id)
    cards = select(ScorecardRow.id).where(ScorecardRow.call_id.in_(drawn))
    failed = select(FindingRow).where(FindingRow.scorecard_id.in_(cards), FindingRow.verdict == Verdict.FAIL)
    reviews = (
        select(ReviewRow.finding_id, ReviewRow.decision)
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .where(FindingRow.scorecard_id.in_(cards))
        .order_by(ReviewRow.id)
    )
    decisions = {finding_id: Decision(said) for finding_id, said in session.execute(reviews)}
    found: dict[int, list[Breach]] = defaultdict(list)
    for row in session.scalars(failed.order_by(FindingRow.id)):
        found[row.scorecard_id].append(_breach(row, decisions.get(row.id)))
    return found


def _breach(row: FindingRow, decision: Decision | None) -> Breach:
    return Breach(rule=row.rule, points=row.points, decision=decision)
