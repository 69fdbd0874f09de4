"""How often a rule is right: shares with Wilson's 95 % intervals, and what follows from them.

What a rule finds is a `fail`. Precision is the share of its fails that are right, recall the share of the
breaches that it finds (one that it cannot tell is not found), the cannot-tell rate the share of cases in
which it says nothing. The policy is in docs/audit-of-rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count
from math import inf
from typing import Any

from ledger.states import RuleState, Verdict
from qa_scoring.wilson import Bounds, wilson

Z_SURE = 3.290526731491926  # 0.05 % lie beyond it: for who looks every night, and must not be rash
FEWEST_FLAGGED = 5  # with fewer nothing is said against a rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Hits of cases; or why it cannot be estimated, and then there is no number."""

    hits: int = 0
    of: int = 0
    why_not: str = ""

    @property
    def value(self) -> float | None:
        """0 to 1; None where there is none."""
        return self.hits / self.of if self.of and not self.why_not else None

    @property
    def interval(self) -> Bounds | None:
        """95 %; None where there is no value."""
        return wilson(self.hits, self.of) if self.value is not None else None

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        value, interval = self.value, self.interval
        if value is None or interval is None:
            return {"value": None, "why_not": self.why_not or "no cases"}
        return {
            "hits": self.hits,
            "of": self.of,
            "value": round(value, 4),
            "low": round(interval.low, 4),
            "high": round(interval.high, 4),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One call whose truth about a rule is known, and what the rule said of it."""

    rule: str
    rule_hash: str  # `qa_scoring.fingerprints`
    truth: Verdict
    got: Verdict
    where: str  # the dialogue's or the call's id
    reason: str = ""  # the rule's own words, in Chinese
    at: datetime | None = None  # when the truth was told; None: it always stood

    @property
    def is_miss(self) -> bool:
        """A breach that was not found, or a finding that is none; who cannot tell has not erred elsewhere."""
        return (self.truth is Verdict.FAIL) != (self.got is Verdict.FAIL)

    @property
    def document(self) -> dict[str, str]:
        """For JSON."""
        return {
            "rule": self.rule,
            "call": self.where,
            "truth": self.truth.value,
            "got": self.got.value,
            "reason": self.reason,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleError:
    """The measured error of one content of one rule, from one source."""

    rule: str
    rule_hash: str
    precision: Share
    recall: Share
    cannot_tell: Share
    misses: tuple[Case, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "precision": self.precision.document,
            "recall": self.recall.document,
            "cannot_tell": self.cannot_tell.document,
            "misses": [miss.document for miss in self.misses],
        }


def precision_of(cases: Iterable[Case]) -> Share:
    """Of the fails: the share of breaches."""
    flagged = [case for case in cases if case.got is Verdict.FAIL]
    return Share(hits=sum(case.truth is Verdict.FAIL for case in flagged), of=len(flagged))


def recall_of(cases: Iterable[Case]) -> Share:
    """Of the breaches: the share of fails."""
    broken = [case for case in cases if case.truth is Verdict.FAIL]
    return Share(hits=sum(case.got is Verdict.FAIL for case in broken), of=len(broken))


def cannot_tell_of(cases: Iterable[Case]) -> Share:
    """Of the cases to which the rule applies: the share that it cannot tell."""
    judged = [case for case in cases if case.truth is not Verdict.NOT_APPLICABLE]
    return Share(hits=sum(case.got is Verdict.CANNOT_TELL for case in judged), of=len(judged))


def errors_of(cases: Iterable[Case]) -> tuple[RuleError, ...]:
    """The error of each rule's each content, where the truth of every case is known, in the cases' order."""
    by_rule: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        by_rule.setdefault((case.rule, case.rule_hash), []).append(case)
    return tuple(
        RuleError(
            rule=rule,
            rule_hash=rule_hash,
            precision=precision_of(own),
            recall=recall_of(own),
            cannot_tell=cannot_tell_of(own),
            misses=tuple(case for case in own if case.is_miss),
        )
        for (rule, rule_hash), own in by_rule.items()
    )


@cache
def ample(floor: float) -> float:
    """So many fails are ample evidence: with half of the errors that the floor allows, they clear it.

    For 0.9: 140, for 0.8: 70. With fewer a good rule could not show that it is good. A floor of 1 is cleared
    by no number of cases: infinite.
    """
    if floor >= 1:
        return inf
    for errors in count(1):
        cases = round(2 * errors / (1 - floor))
        if wilson(cases - errors, cases).low >= floor:
            return cases
    raise AssertionError("count never ends")


def state_of(precision: Share, floor: float) -> RuleState:
    """What evidence of one source makes of a rule.

    - trusted: the lower bound has reached the floor;
    - suspended: at least FEWEST_FLAGGED fails of which even the 99.9 % interval lies under the floor (it is
      surely too low), or `ample` fails whose lower bound is still under it (it has not shown itself);
    - on trial: otherwise.
    """
    interval = precision.interval
    if interval is None:
        return RuleState.ON_TRIAL
    if interval.low >= floor:
        return RuleState.TRUSTED
    surely_low = precision.of >= FEWEST_FLAGGED and wilson(precision.hits, precision.of, Z_SURE).high < floor
    if surely_low or precision.of >= ample(floor):
        return RuleState.SUSPENDED
    return RuleState.ON_TRIAL
