"""What the machine says now of a draw's calls, and what people decided on its findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.judgements import to_finding
from ledger.records import Finding
from ledger.scores import score_of
from ledger.states import Decision, Verdict
from ledger.tables import FindingRow, ReviewRow, SampledRow, ScorecardRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A rule that failed on a call's newest scorecard."""

    finding: Finding
    decision: Decision | None  # the newest of a person

    @property
    def rule(self) -> str:
        """Which rule."""
        return self.finding.rule


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineVerdict:
    """A call's newest scorecard, short."""

    score: float
    limits: Mapping[str, float]  # the most that a dimension may take off
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
        return score_of((breach.finding for breach in self.standing), self.limits)


def verdicts_of_draw(session: Session, draw_id: int) -> dict[str, MachineVerdict]:
    """By call, of those drawn calls that have a scorecard now."""
    return _verdicts(session, select(SampledRow.call_id).where(SampledRow.draw_id == draw_id))


def verdict_of_call(session: Session, call_id: str) -> MachineVerdict | None:
    """The same of one call."""
    return _verdicts(session, [call_id]).get(call_id)


def _verdicts(session: Session, call_ids: Select[str] | Sequence[str]) -> dict[str, MachineVerdict]:
    newest = (
        select(func.max(ScorecardRow.id))
        .where(ScorecardRow.call_id.in_(call_ids))
        .group_by(ScorecardRow.call_id)
    )
    breaches = _breaches(session, newest)
    return {
        card.call_id: MachineVerdict(
            score=card.score, limits=dict(card.limits), breaches=tuple(breaches.get(card.id, ()))
        )
        for card in session.scalars(select(ScorecardRow).where(ScorecardRow.id.in_(newest)))
    }


def _breaches(session: Session, card_ids: Select[int]) -> dict[int, list[Breach]]:
    """By scorecard."""
    failed = select(FindingRow).where(
        FindingRow.scorecard_id.in_(card_ids), FindingRow.verdict == Verdict.FAIL
    )
    reviews = (
        select(ReviewRow.finding_id, ReviewRow.decision)
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .where(FindingRow.scorecard_id.in_(card_ids))
        .order_by(ReviewRow.id)
    )
    decisions = {finding_id: Decision(said) for finding_id, said in session.execute(reviews)}
    found: dict[int, list[Breach]] = defaultdict(list)
    for row in session.scalars(failed.order_by(FindingRow.id)):
        found[row.scorecard_id].append(Breach(finding=to_finding(row), decision=decisions.get(row.id)))
    return found
