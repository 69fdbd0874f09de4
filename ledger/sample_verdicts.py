"""What the machine says now of a draw's calls, and what people decided on its findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.added_findings import AddedFinding, standing_of
from ledger.decisions import stands
from ledger.judgements import to_finding
from ledger.records import Finding
from ledger.scores import score_after_review
from ledger.states import Decision, Verdict
from ledger.tables import FindingRow, ReviewRow, SampledRow, ScorecardRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A rule that failed on a call's newest scorecard, or that a person added to it."""

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
    breaches: tuple[Breach, ...]  # the machine's
    added: tuple[AddedFinding, ...] = ()  # what people heard and it missed

    @property
    def undecided(self) -> int:
        """Breaches that no person has decided on."""
        return sum(breach.decision is None for breach in self.breaches)

    @property
    def standing(self) -> tuple[Breach, ...]:
        """Those that people have not rejected, and those that people added."""
        heard = (Breach(finding=one.finding, decision=Decision.CONFIRMED) for one in self.added)
        return (*self._kept, *heard)

    @property
    def reviewed_score(self) -> float:
        """The score without the points of rejected breaches, with those of added ones."""
        return score_after_review(
            self.score,
            [breach.finding for breach in self.breaches],
            [breach.finding for breach in self._kept],
            self.added,
            self.limits,
        )

    @property
    def _kept(self) -> tuple[Breach, ...]:
        return tuple(breach for breach in self.breaches if breach.decision is not Decision.REJECTED)


def verdicts_of_draw(session: Session, draw_id: int) -> dict[str, MachineVerdict]:
    """By call, of those drawn calls that have a scorecard now."""
    return _verdicts(session, select(SampledRow.call_id).where(SampledRow.draw_id == draw_id))


def verdict_of_call(session: Session, call_id: str) -> MachineVerdict | None:
    """The same of one call."""
    return verdicts_of(session, [call_id]).get(call_id)


def verdicts_of(session: Session, call_ids: Sequence[str]) -> dict[str, MachineVerdict]:
    """The same of some calls, by call: those that have a scorecard."""
    return _verdicts(session, call_ids)


def _verdicts(session: Session, call_ids: Select[str] | Sequence[str]) -> dict[str, MachineVerdict]:
    newest = (
        select(func.max(ScorecardRow.id))
        .where(ScorecardRow.call_id.in_(call_ids))
        .group_by(ScorecardRow.call_id)
    )
    breaches = _breaches(session, newest)
    added = standing_of(session, call_ids)
    return {
        card.call_id: MachineVerdict(
            score=card.score,
            limits=dict(card.limits),
            breaches=tuple(breaches.get(card.id, ())),
            added=added.get(card.call_id, ()),
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
        .where(FindingRow.scorecard_id.in_(card_ids), stands())
        .order_by(ReviewRow.id)
    )
    decisions = {finding_id: Decision(said) for finding_id, said in session.execute(reviews)}
    found: dict[int, list[Breach]] = defaultdict(list)
    for row in session.scalars(failed.order_by(FindingRow.id)):
        found[row.scorecard_id].append(Breach(finding=to_finding(row), decision=decisions.get(row.id)))
    return found
