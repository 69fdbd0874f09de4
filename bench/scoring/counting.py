"""Verdicts beside the truth, counted for each rule, with Wilson's intervals.

A pair is one rule of one call. Precision: of what was judged a breach, how much is one. Recall: of all
breaches, how many were judged so; one that cannot be told is not found. Cannot tell: of all pairs to which
the rule applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from callers.dialogue import RULES
from callers.labelled_call import LabelledCall
from ledger.records import Finding
from ledger.states import Verdict
from qa_scoring.auditing import Case, Share, precision_of, recall_of


@dataclass(kw_only=True)
class Tally:
    """The cases of one rule, or of several."""

    cases: list[Case] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(cases=[*self.cases, *other.cases])

    @property
    def precision(self) -> Share:
        """Of what was judged a breach."""
        return precision_of(self.cases)

    @property
    def recall(self) -> Share:
        """Of all breaches."""
        return recall_of(self.cases)

    @property
    def cannot_tell(self) -> Share:
        """Of the pairs to which the rule applies, and those in which it could not tell that it does not."""
        told_nothing = [case for case in self.cases if case.got is Verdict.CANNOT_TELL]
        beside = sum(
            case.truth is Verdict.NOT_APPLICABLE and case.got is not Verdict.CANNOT_TELL
            for case in self.cases
        )
        return Share(hits=len(told_nothing), of=self.all_pairs - beside)

    @property
    def false_fails(self) -> Share:
        """Deducted though there was no breach, of all pairs."""
        return Share(hits=self.precision.of - self.precision.hits, of=self.all_pairs)

    @property
    def all_pairs(self) -> int:
        """Of this rule and every call."""
        return len(self.cases)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Every rule's tally, and every miss in the order of the calls."""

    tallies: Mapping[str, Tally]
    misses: tuple[Case, ...]  # verdicts that are not the truth

    @property
    def whole(self) -> Tally:
        """All rules together."""
        return sum(self.tallies.values(), Tally())


Judged = tuple[LabelledCall, tuple[Finding, ...]]


def count(judged: Iterable[Judged]) -> Counted:
    """Calls and what was found in them; rules of which the contract knows nothing are left out."""
    return counted(RULES, (case for call, findings in judged for case in _cases(call, findings)))


def counted(rules: Iterable[str], cases: Iterable[Case]) -> Counted:
    """Cases of these rules, in their order."""
    tallies = {rule: Tally() for rule in rules}
    misses: list[Case] = []
    for case in cases:
        tallies[case.rule].cases.append(case)
        misses.extend([case] if case.got is not case.truth else [])
    return Counted(tallies=tallies, misses=tuple(misses))


def _cases(call: LabelledCall, findings: Iterable[Finding]) -> Iterator[Case]:
    by_rule = {finding.rule: finding for finding in findings}
    for rule, truth in call.truth.items():
        yield case_of(call.id, by_rule[rule], truth)


def case_of(where: str, finding: Finding, truth: Verdict) -> Case:
    """What was found of one pair, beside what is true of it."""
    return Case(
        rule=finding.rule,
        rule_hash=finding.rule_hash or "",
        truth=truth,
        got=finding.verdict,
        where=where,
        reason=finding.reason,
    )
