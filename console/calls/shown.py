"""A call's turns and findings as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.calls.talk import Gap
from ledger.corrections import Correction
from ledger.records import Finding, Review
from ledger.states import Clearness, Decision, Role, Verdict

# What a monitor has to decide on comes first, what needs no look last.
ORDER: Final = (Verdict.FAIL, Verdict.CANNOT_TELL, Verdict.PASS, Verdict.NOT_APPLICABLE)
OPEN_VERDICTS: Final = (Verdict.FAIL, Verdict.CANNOT_TELL)
UNCLEAR: Final = {Clearness.DOUBTFUL: "d", Clearness.UNUSABLE: "u"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a turn's text with its time: mostly one recognised word."""

    text: str
    start_s: float
    end_s: float
    is_evidence: bool  # a failed finding rests on it
    clearness: Clearness | None = None  # of its word; None: not told, or a person heard it


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownTurn:
    """A turn as the page shows it."""

    role: Role
    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]
    number: int = 0  # which of the transcript's turns
    correction: Correction | None = None  # the turn's newest, be it taken back
    machine: str | None = None  # the machine's text, where a person heard something else
    lost_share: float = 0.0  # of its packets, 0 to 1
    gap: Gap | None = None  # between the turn before and this one

    @property
    def is_unusable(self) -> bool:
        """Whether some of it cannot be understood."""
        return any(piece.clearness is Clearness.UNUSABLE for piece in self.pieces)

    @property
    def text(self) -> str:
        """What is shown."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def timing(self) -> str:
        """Its pieces for the script: `characters,since,long[,marks]`, in hundredths of a second.

        `since` is from when the piece before began. The script makes a word of each; without it the text
        stands there as it is, and the page is light.
        """
        reached, told = 0, []
        for piece in self.pieces:
            start, end = round(piece.start_s * 100), round(piece.end_s * 100)
            unclear = {Clearness.DOUBTFUL: "d", Clearness.UNUSABLE: "u"}.get(
                piece.clearness or Clearness.CLEAR, ""
            )
            marks = ("e" if piece.is_evidence else "") + unclear
            told.append(f"{len(piece.text)},{start - reached},{end - start}{marks and ',' + marks}")
            reached = start
        return " ".join(told)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A finding and what people said of it."""

    finding: Finding
    review: Review | None  # the one that counts
    history: tuple[Review, ...] = ()  # every decision, those that were undone too, the oldest first

    @property
    def version(self) -> int:
        """Grows by every decision and every undoing: whoever has seen an older one is told."""
        return len(self.history) + sum(review.is_undone for review in self.history)

    @property
    def counts(self) -> bool:
        """Whether its points are taken off once people have had their say."""
        return self.review is None or self.review.decision is not Decision.REJECTED


def judged_of(finding: Finding, reviews: Sequence[Review]) -> Judged:
    """A finding with those decisions that are on it."""
    history = tuple(review for review in reviews if review.finding_id == finding.id)
    counting = [review for review in history if not review.is_undone]
    return Judged(finding=finding, review=counting[-1] if counting else None, history=history)


def rank(judged: Judged) -> tuple[int, float]:
    """By which findings are read: what is to be decided on first, the worst before the rest."""
    return ORDER.index(judged.finding.verdict), -judged.finding.points


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """What one standard takes off the score, and the findings that a monitor should look at."""

    dimension: str  # empty: of findings from before dimensions were kept
    points: float  # of its findings that count
    limit: float | None  # the most that it may take off
    taken: float
    judged: tuple[Judged, ...]
