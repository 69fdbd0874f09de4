"""How a score comes about: what each finding takes off, and what a dimension may lose at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.added_findings import AddedFinding
from ledger.records import Finding
from ledger.states import Verdict

FULL_SCORE: Final = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What one dimension takes off."""

    dimension: str  # empty: of findings from before dimensions were kept
    points: float  # of its findings together
    limit: float | None  # the most that it may take off; None: all

    @property
    def taken(self) -> float:
        """What it does take off."""
        return self.points if self.limit is None else min(self.points, self.limit)


def losses(findings: Iterable[Finding], limits: Mapping[str, float]) -> tuple[Loss, ...]:
    """By dimension, in the order of the findings; fatal ones stand beside them and are limited by nothing."""
    points: dict[str, float] = {}
    for finding in findings:
        if finding.points and not finding.is_fatal:
            points[finding.dimension] = points.get(finding.dimension, 0.0) + finding.points
    return tuple(
        Loss(dimension=dimension, points=lost, limit=limits.get(dimension))
        for dimension, lost in points.items()
    )


def score_of(findings: Iterable[Finding], limits: Mapping[str, float]) -> float:
    """Out of 100, never below nothing; nothing at all with one failed finding that is fatal and counts."""
    findings = tuple(findings)
    if any(each.is_fatal and each.verdict is Verdict.FAIL and not each.held for each in findings):
        return 0.0
    return max(0.0, FULL_SCORE - sum(loss.taken for loss in losses(findings, limits)))


def score_after_review(
    score: float,
    findings: Sequence[Finding],
    standing: Sequence[Finding],
    added: Sequence[AddedFinding],
    limits: Mapping[str, float],
) -> float:
    """The score once people have had their say: the one place that knows.

    `score` and `findings` are the machine's, `standing` those of them that nobody rejected, `added` what
    people heard beside them. Where people changed nothing it is the machine's own.
    """
    if len(standing) == len(findings) and not added:
        return score
    return score_of((*standing, *counted(standing, added)), limits)


def counted(standing: Sequence[Finding], added: Sequence[AddedFinding]) -> tuple[Finding, ...]:
    """The added ones with the points that they do take off: a rule never more than it may take off at all."""
    taken: dict[str, float] = {}
    for finding in standing:
        taken[finding.rule] = taken.get(finding.rule, 0.0) + finding.points
    found = []
    for one in added:
        most, before = one.missed.most_points, taken.get(one.missed.rule, 0.0)
        points = one.missed.points if most is None else max(0.0, min(one.missed.points, most - before))
        taken[one.missed.rule] = before + points
        found.append(replace(one.finding, points=points))
    return tuple(found)
