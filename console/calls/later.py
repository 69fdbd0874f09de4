"""The later parts of a transferred call as pages show them: each with what people decided on its findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from console.calls.shown import OPEN_VERDICTS, Judged, judged_of, rank
from ledger.later_parts import LaterPart, newest_parts
from ledger.later_reviews import reviews_of
from ledger.records import Finding, Review
from ledger.redaction.hiding import Veil
from ledger.scores import score_after_review
from ledger.states import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterCard:
    """A later part with its findings in the order in which they are read."""

    part: LaterPart
    judged: tuple[Judged, ...]

    @property
    def open_findings(self) -> tuple[Judged, ...]:
        """Those that somebody should look at, the worst first."""
        return tuple(each for each in self.judged if each.finding.verdict in OPEN_VERDICTS)

    @property
    def settled_findings(self) -> tuple[Judged, ...]:
        """Those that need no look."""
        return tuple(each for each in self.judged if each.finding.verdict not in OPEN_VERDICTS)

    @property
    def has_failed(self) -> bool:
        """Whether the waveform has moments of failure to show."""
        return any(each.finding.evidence for each in self._failed)

    @property
    def kept(self) -> tuple[Judged, ...]:
        """The failed findings that nobody has rejected, the worst first."""
        return tuple(each for each in self._failed if each.counts)

    @property
    def undecided(self) -> int:
        """How many failed findings wait for a decision."""
        return sum(each.review is None for each in self._failed)

    @property
    def score(self) -> float:
        """After review."""
        card = self.part.card
        kept = [each.finding for each in self.kept]
        return score_after_review(card.score, self.part.failed, kept, (), card.limits)

    @property
    def reviewed_score(self) -> float | None:
        """The same; None where people changed nothing."""
        return None if all(each.counts for each in self._failed) else self.score

    @property
    def _failed(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if each.finding.verdict is Verdict.FAIL)


def later_cards(
    session: Session, call_id: str, version: int | None, veil: Veil | None
) -> tuple[LaterCard, ...]:
    """Of the newest transcript or an older version; without what the veil hides."""
    parts = newest_parts(session, call_id, version)
    reviews = reviews_of(session, [part.id for part in parts])
    return tuple(card_of(part, reviews.get(part.id, ()), veil) for part in parts)


def veiled(part: LaterPart, veil: Veil | None) -> LaterPart:
    """The same part, with nothing of a secret in evidence and reasons."""
    return replace(part, card=veil.over_scorecard(part.card)) if veil else part


def card_of(part: LaterPart, reviews: Sequence[Review], veil: Veil | None) -> LaterCard:
    """A part with these decisions, without what the veil hides."""
    part = veiled(part, veil)
    shown = tuple(map(veil.over_review, reviews)) if veil else tuple(reviews)
    findings: Sequence[Finding] = part.card.findings
    return LaterCard(part=part, judged=tuple(sorted((judged_of(each, shown) for each in findings), key=rank)))
