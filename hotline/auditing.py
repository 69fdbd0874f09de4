"""The measured error of every rule: what three sources know of it, never added up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger import canaries, rule_audits
from ledger.rule_audits import Reviewed
from ledger.states import Decision, EvidenceSource, Verdict
from qa_scoring import Conversation, judge
from qa_scoring.auditing import (
    Case,
    RuleError,
    Share,
    errors_of,
    precision_of,
    recall_of,
)
from qa_scoring.pack_files import Packs

NO_DRAWS = (
    "no call that was drawn at random has been reviewed whole; what monitors pick out cannot show what a "
    "rule misses"
)

Content = tuple[str, str]  # a rule's id and the hash of its content


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one source knows of rules."""

    source: EvidenceSource
    errors: Mapping[Content, RuleError]
    flagged: Sequence[Case]  # those that precision is counted from

    def error_of(self, content: Content) -> RuleError:
        """The error of a content, which may have no cases."""
        nothing = Share(why_not=f"no {self.source} cases of this content of the rule")
        rule, rule_hash = content
        unknown = RuleError(
            rule=rule, rule_hash=rule_hash, precision=nothing, recall=nothing, cannot_tell=nothing
        )
        return self.errors.get(content, unknown)

    def precision(self, content: Content, since: datetime | None) -> Share:
        """The precision of a content; with `since` only from what was told later."""
        own = [case for case in self.flagged if (case.rule, case.rule_hash) == content]
        return precision_of(
            case for case in own if since is None or (case.at is not None and case.at > since)
        )

    def other_contents(self, content: Content) -> int:
        """How many fails of other contents of the same rule are left out."""
        return sum(case.rule == content[0] and case.rule_hash != content[1] for case in self.flagged)


Labelled = tuple[Conversation, Mapping[Any, Verdict], str]  # with its truth by rule, and its id


def labelled_evidence(packs: Packs, heard: Iterable[Labelled]) -> Evidence:
    """From conversations whose truth is known."""
    cases = [
        Case(
            rule=finding.rule,
            rule_hash=str(finding.rule_hash),
            truth=truth[finding.rule],
            got=finding.verdict,
            where=name,
            reason=finding.reason,
        )
        for conversation, truth, name in heard
        for finding in judge(conversation, packs.of(conversation)).findings
        if finding.rule in truth
    ]
    return _evidence(EvidenceSource.LABELLED, cases)


def canary_evidence(session: Session, since: datetime) -> Evidence:
    """From canaries that were whole and went as written."""
    cases = [
        Case(
            rule=each.finding.rule,
            rule_hash=str(each.finding.rule_hash),
            truth=each.truth,
            got=each.finding.verdict,
            where=each.call_id,
            reason=each.finding.reason,
            at=each.at,
        )
        for each in canaries.findings(session, since)
        if each.finding.rule_hash
    ]
    return _evidence(EvidenceSource.CANARY, cases)


def people_evidence(session: Session, since: datetime) -> Evidence:
    """From people's decisions.

    Precision: of the fails that somebody decided on. Recall: only from calls that were drawn at random and
    in which every finding was decided on, as they were drawn and not weighted. Cannot tell: of all calls.
    """
    reviewed = rule_audits.reviewed_findings(session, since)
    drawn = rule_audits.drawn_calls(session) & {each.call_id for each in reviewed}
    whole = rule_audits.wholly_reviewed(session, drawn)
    counts = rule_audits.verdict_counts(session, since)
    told = [_case(each) for each in reviewed if each.verdict in {Verdict.FAIL, Verdict.PASS}]
    contents = dict.fromkeys([*counts, *((case.rule, case.rule_hash) for case in told)])
    errors = {
        content: _people_error(content, [c for c in told if (c.rule, c.rule_hash) == content], whole, counts)
        for content in contents
    }
    flagged = [case for case in told if case.got is Verdict.FAIL]
    return Evidence(source=EvidenceSource.PEOPLE, errors=errors, flagged=flagged)


def _case(reviewed: Reviewed) -> Case:
    """Who rejects a fail says that the norm was kept, who rejects a pass that it was broken."""
    is_broken = (reviewed.verdict is Verdict.FAIL) == (reviewed.decision is Decision.CONFIRMED)
    return Case(
        rule=reviewed.rule,
        rule_hash=reviewed.rule_hash,
        truth=Verdict.FAIL if is_broken else Verdict.PASS,
        got=reviewed.verdict,
        where=reviewed.call_id,
        reason=reviewed.reason,
        at=reviewed.at,
    )


def _people_error(
    content: Content,
    told: Sequence[Case],
    whole: Collection[str],
    counts: Mapping[Content, Mapping[Verdict, int]],
) -> RuleError:
    drawn = [case for case in told if case.where in whole]
    judged = {
        verdict: count
        for verdict, count in counts.get(content, {}).items()
        if verdict is not Verdict.NOT_APPLICABLE
    }
    return RuleError(
        rule=content[0],
        rule_hash=content[1],
        precision=precision_of(told),
        recall=recall_of(drawn) if whole else Share(why_not=NO_DRAWS),
        cannot_tell=Share(hits=judged.get(Verdict.CANNOT_TELL, 0), of=sum(judged.values())),
        misses=tuple(case for case in told if case.is_miss),
    )


def _evidence(source: EvidenceSource, cases: Sequence[Case]) -> Evidence:
    return Evidence(
        source=source,
        errors={(error.rule, error.rule_hash): error for error in errors_of(cases)},
        flagged=[case for case in cases if case.got is Verdict.FAIL],
    )
