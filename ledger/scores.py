"""How a score comes about: what each finding takes off, and what a dimension may lose at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

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
