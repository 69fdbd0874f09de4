"""Verdicts beside the truth, counted for each rule, with Wilson's intervals.

A pair is one rule of one call. Precision: of what was judged a breach, how much is one. Recall: of all
breaches, how many were judged so; one that cannot be told is not found. Cannot tell: of all pairs to which
the rule applies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from callers.dialogue import RULES, RuleId
from callers.labelled_call import LabelledCall
from ledger.records import Finding
from ledger.states import Verdict

Z_95: Final = 1.959964  # of the normal distribution, both sides


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209. All, where there is nothing."""
        if not self.whole:
            return 0.0, 1.0
        share, squared = self.part / self.whole, Z_95**2
        middle = share + squared / (2 * self.whole)
        reach = Z_95 * sqrt(share * (1 - share) / self.whole + squared / (4 * self.whole**2))
        scale = 1 + squared / self.whole
        return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


@dataclass(frozen=True, kw_only=True, slots=True)
class Miss:
    """A verdict that is not the truth, and what the finding says of it."""

    call: str
    rule: str
    truth: Verdict
    verdict: Verdict
    reason: str


@dataclass(kw_only=True)
class Tally:
    """Pairs of truth and verdict of one rule."""

    pairs: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)

    def add(self, truth: Verdict, verdict: Verdict) -> None:
        """One call more."""
        self.pairs[truth, verdict] += 1

    def __add__(self, other: Tally) -> Tally:
        return Tally(pairs=self.pairs + other.pairs)

    @property
    def precision(self) -> Share:
        """Of what was judged a breach."""
        return Share(part=self._count(Verdict.FAIL, Verdict.FAIL), whole=self._count(None, Verdict.FAIL))

    @property
    def recall(self) -> Share:
        """Of all breaches."""
        return Share(part=self._count(Verdict.FAIL, Verdict.FAIL), whole=self._count(Verdict.FAIL, None))

    @property
    def cannot_tell(self) -> Share:
        """Of all pairs to which the rule applies."""
        told_nothing = self._count(None, Verdict.CANNOT_TELL)
        beside = self._count(Verdict.NOT_APPLICABLE, None)
        needless = self._count(Verdict.NOT_APPLICABLE, Verdict.CANNOT_TELL)
        return Share(part=told_nothing, whole=self.all_pairs - beside + needless)

    @property
    def false_fails(self) -> Share:
        """Deducted though there was no breach, of all pairs."""
        return Share(part=self.precision.whole - self.precision.part, whole=self.all_pairs)

    @property
    def all_pairs(self) -> int:
        """Of this rule and every call."""
        return self.pairs.total()

    def _count(self, truth: Verdict | None, verdict: Verdict | None) -> int:
        return sum(
            count
            for (true, judged), count in self.pairs.items()
            if truth in {None, true} and verdict in {None, judged}
        )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Every rule's tally, and every miss in the order of the calls."""

    tallies: dict[RuleId, Tally]
    misses: tuple[Miss, ...]

    @property
    def whole(self) -> Tally:
        """All rules together."""
        return sum(self.tallies.values(), Tally())


Judged = tuple[LabelledCall, tuple[Finding, ...]]


def count(judged: Iterable[Judged]) -> Counted:
    """Calls and what was found in them; rules of which the contract knows nothing are left out."""
    tallies: dict[RuleId, Tally] = {rule: Tally() for rule in RULES}
    misses: list[Miss] = []
    for call, findings in judged:
        by_rule = {finding.rule: finding for finding in findings}
        for rule, truth in call.truth.items():
            finding = by_rule[rule]
            tallies[rule].add(truth, finding.verdict)
            misses.extend(_missed(call, finding, truth))
    return Counted(tallies=tallies, misses=tuple(misses))


def _missed(call: LabelledCall, finding: Finding, truth: Verdict) -> Iterator[Miss]:
    if finding.verdict is not truth:
        yield Miss(
            call=call.id,
            rule=finding.rule,
            truth=truth,
            verdict=finding.verdict,
            reason=finding.reason,
        )
