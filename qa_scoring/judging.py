"""Judging one conversation by one pack: a finding for each rule, a score, flags."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

import structlog

from ledger.records import Evidence, Finding, Scorecard
from ledger.scores import FULL_SCORE, score_of
from ledger.states import Verdict
from qa_scoring.conversation import Conversation, Span
from qa_scoring.pack_files import Pack
from qa_scoring.pack_schema import RuleSpec
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.trees import Judged, Look, guarded, judge_node
from qa_scoring.rules.windows import Moments

log = structlog.get_logger(__name__)

NEVER_CONNECTED = "来电未接通话务员，本项不适用"
SUSPENDED = "本规则近期准确率不足，暂不扣分"
ON_TRIAL = "本规则尚在试用，暂不扣分"


def judge(
    conversation: Conversation,
    pack: Pack,
    suspended: Set[str] = frozenset(),
    on_trial: Set[str] = frozenset(),
) -> Scorecard:
    """Every rule of the pack, in its order. What a rule says does not depend on that order.

    `suspended` and `on_trial` are ids of rules that judge and show what they find, and deduct nothing.
    """
    bench = Bench(Scene(conversation, pack))
    holds = dict.fromkeys(on_trial, ON_TRIAL) | dict.fromkeys(suspended, SUSPENDED)
    findings = tuple(_held(bench.finding(rule), pack, holds) for rule in pack.rules)
    flags = _flags(pack, findings)
    limits = {dimension.value: most for dimension, most in pack.limits.items()}
    score = score_of(findings, limits)
    log.debug("judged", pack=pack.id, score=score, flags=flags)
    return Scorecard(
        pack=pack.id,
        pack_version=pack.version,
        score=score,
        flags=flags,
        findings=findings,
        limits=limits,
    )


class Bench:
    """The rules of a scene's pack, each judged once and when it is first asked for.

    A rule whose window hangs on another's hits asks for that one: packs in which this would go round in a
    circle are refused when they are read.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._rules = {rule.id: rule for rule in scene.pack.rules}
        self._judged: dict[str, Judged] = {}

    def judged(self, rule: RuleSpec) -> Judged:
        """The rule's tree with what is said of each node."""
        if rule.id not in self._judged:
            self._judged[rule.id] = self._judge(rule)
        return self._judged[rule.id]

    def tree(self, rule: RuleSpec) -> Judged:
        """The rule's tree by itself, whatever its `when` says."""
        return judge_node(self.scene, rule, self._look(rule))

    def when(self, rule: RuleSpec) -> Judged | None:
        """The same of the rule's condition, where it has one."""
        return judge_node(self.scene, rule.when, self._look(rule)) if rule.when else None

    def finding(self, rule: RuleSpec) -> Finding:
        """What goes on the scorecard."""
        if not self.scene.conversation.reached_operator:
            return Finding(
                rule=rule.id,
                verdict=Verdict.NOT_APPLICABLE,
                evidence=None,
                reason=NEVER_CONNECTED,
                dimension=rule.dimension.value,
                is_fatal=rule.fatal,
            )
        judged = self.judged(rule)
        evidence = _evidence(self.scene, judged.opinion)
        return Finding(
            rule=rule.id,
            verdict=judged.verdict,
            evidence=evidence,
            reason=_reason(rule, judged),
            points=_points(rule, judged),
            dimension=rule.dimension.value,
            is_fatal=rule.fatal,
            more=tuple(hit for hit in judged.opinion.hits if hit != evidence),
        )

    def found_by(self, rule_id: str) -> Moments:
        """Where a rule found something."""
        judged = self.judged(self._rules[rule_id])
        spans = tuple(Span(start_s=moment.start_s, end_s=moment.end_s) for moment in judged.moments)
        if judged.verdict is Verdict.CANNOT_TELL:
            return Moments(verdict=Verdict.CANNOT_TELL)
        return Moments(verdict=Verdict.PASS if spans else Verdict.NOT_APPLICABLE, spans=spans)

    def _judge(self, rule: RuleSpec) -> Judged:
        judged = self.tree(rule)
        when = self.when(rule)
        return guarded(when, judged) if when else judged

    def _look(self, rule: RuleSpec) -> Look:
        return Look(who=rule.who, where=rule.where, found_by=self.found_by)


def _reason(rule: RuleSpec, judged: Judged) -> str:
    """The rule's own sentence for what its check says; what stands above the check has its own."""
    own = rule.reasons.get(judged.verdict)
    if own is None or (judged.opinion.sentence and judged.verdict is Verdict.NOT_APPLICABLE):
        return judged.reason
    try:
        return own.format(**judged.opinion.words)
    except KeyError:  # the words of a sentence that the check did not come to
        return judged.reason


def _evidence(scene: Scene, opinion: Opinion) -> Evidence | None:
    """Every deduction has evidence: where nothing was found or searched it is the whole conversation."""
    if opinion.verdict is Verdict.FAIL and opinion.evidence is None:
        return searched(scene.whole)
    return opinion.evidence


def _flags(pack: Pack, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    flagging = {rule.id for rule in pack.rules if rule.flag}
    return tuple(each.rule for each in findings if each.verdict is Verdict.FAIL and each.rule in flagging)


def _held(finding: Finding, pack: Pack, holds: Mapping[str, str]) -> Finding:
    """With the hash of its rule; without points where that is not trusted, which it says."""
    finding = replace(finding, rule_hash=pack.fingerprints[finding.rule])
    why = holds.get(finding.rule)
    if why is None or finding.verdict is not Verdict.FAIL:
        return finding
    return replace(finding, points=0.0, held=True, reason=f"{finding.reason}；{why}")


def _points(rule: RuleSpec, judged: Judged) -> float:
    """What a breach takes off: once, or for each moment that breaks the rule; all for a fatal one."""
    if judged.verdict is not Verdict.FAIL:
        return 0.0
    if rule.fatal:
        return FULL_SCORE
    times = max(1, len(judged.opinion.hits)) if rule.per_hit else 1
    return min(rule.weight * times, FULL_SCORE if rule.most_points is None else rule.most_points)
