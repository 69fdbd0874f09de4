"""What a round of reviews tells of agreement: rule by rule, standard by standard, rater by rater."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ledger.states import Verdict
from qa_scoring.agreement.cws import Cws
from qa_scoring.agreement.estimates import Estimate
from qa_scoring.agreement.scales import (
    KRIPPENDORFF,
    LANDIS_KOCH,
    Reliance,
    Strength,
    reliance_of,
    strength_of,
)
from qa_scoring.agreement.shares import Beside


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """One rater's review of one call, and what the machine had found of it then."""

    unit: str  # the call in its round: the same call in another round is another unit
    rater: str
    verdicts: Mapping[str, Verdict]  # by rule
    marks: Mapping[str, int]  # by standard, 0 to 5
    score: float  # out of 100
    occasion: int = 1  # 2: the same rater once more; tells of consistency alone
    is_reference: bool = False  # the expert's
    machine: Mapping[str, Verdict] | None = None
    machine_score: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleRow:
    """How far verdicts on one rule agree. `n` of each estimate is the number of calls."""

    rule: str
    agreement: Estimate
    kappa: Estimate
    alpha: Estimate
    beside: Beside

    @property
    def strength(self) -> Strength | None:
        """Landis and Koch's word for the kappa."""
        return strength_of(self.kappa.value)

    @property
    def reliance(self) -> Reliance | None:
        """Krippendorff's for the alpha."""
        return reliance_of(self.alpha.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleRow:
    """How far marks or scores agree."""

    scale: str  # a standard, or SCORE
    alpha: Estimate  # ordinal of marks, interval of scores
    kappa: Estimate | None  # quadratically weighted; None: not just two raters, or scores
    difference: float | None  # mean distance of two raters, in steps or points

    @property
    def reliance(self) -> Reliance | None:
        """Krippendorff's word for the alpha."""
        return reliance_of(self.alpha.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class RaterRow:
    """One rater beside the others, the expert, the machine and herself."""

    rater: str
    is_reference: bool
    judged: int  # calls, repeats not counted
    with_others: Estimate  # kappa over all rules; so are the next two
    with_reference: Estimate | None  # None: there is no expert, or it is the expert
    with_machine: Estimate
    fails: float | None  # share of verdicts that are fail
    score_difference: float | None  # mean of own score less the others' (the expert's, where there is one)
    retest: Estimate  # share of verdicts that were the same the second time
    cws: Cws  # of the scores


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All of it. The expert is no rater among others: her reviews stand in `with_reference`."""

    units: int  # calls that anybody has judged
    judgements: int  # repeats not counted
    raters: tuple[str, ...]  # without the expert
    between: tuple[RuleRow, ...]  # rater against rater
    machine: tuple[RuleRow, ...]  # raters against the machine; bias: raters fail more often than it
    scales: tuple[ScaleRow, ...]
    people: tuple[RaterRow, ...]
    seed: int  # of the bootstrap

    @property
    def document(self) -> dict[str, Any]:
        """For JSON, with the words that are conventions and where they are from."""
        document = asdict(self)
        for name in ("between", "machine"):
            for row, told in zip(getattr(self, name), document[name], strict=True):
                told |= {"landis_koch": row.strength, "krippendorff": row.reliance}
        for scale, told in zip(self.scales, document["scales"], strict=True):
            told["krippendorff"] = scale.reliance
        return {**document, "conventions": {"landis_koch": LANDIS_KOCH, "krippendorff": KRIPPENDORFF}}


SCORE = "score"
