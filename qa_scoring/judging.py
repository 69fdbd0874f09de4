"""Judging one conversation by one pack: a finding for each rule, a score, flags."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

import structlog

from ledger.records import Finding, Scorecard
from ledger.states import Role, Verdict
from qa_scoring.checks import (
    AnswerDelay,
    HoldNotice,
    LongSilence,
    NeverSay,
    Overtalk,
    Readback,
    Say,
    SpeechRate,
    WaitApology,
)
from qa_scoring.conversation import Conversation
from qa_scoring.pack_files import Pack
from qa_scoring.pack_schema import RuleSpec
from qa_scoring.rules.never_say import judge_never_say
from qa_scoring.rules.readback import judge_readback
from qa_scoring.rules.say import judge_say
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.timing import judge_answer_delay, judge_overtalk, judge_speech_rate
from qa_scoring.rules.waits import judge_hold_notice, judge_long_silence, judge_wait_apology

log = structlog.get_logger(__name__)

FULL_SCORE = 100.0
NEVER_CONNECTED = "来电未接通话务员，本项不适用"
SUSPENDED = "本规则近期准确率不足，暂不扣分"
ON_TRIAL = "本规则尚在试用，暂不扣分"
ROLES_UNKNOWN = "录音只有一个混合声道，分不清话务员和用户，无法判定"
NOTHING_HEARD = {
    Role.OPERATOR: "已接通，但没有可供判定的话务员语音文字，无法判定",
    Role.CALLER: "没有可供判定的用户语音文字，无法判定",
}


def judge(
    conversation: Conversation,
    pack: Pack,
    suspended: Set[str] = frozenset(),
    on_trial: Set[str] = frozenset(),
) -> Scorecard:
    """Every rule of the pack, in its order. No rule sees another's finding.

    `suspended` and `on_trial` are ids of rules that judge and show what they find, and deduct nothing.
    """
    scene = Scene(conversation, pack)
    holds = dict.fromkeys(on_trial, ON_TRIAL) | dict.fromkeys(suspended, SUSPENDED)
    findings = tuple(_held(_finding(scene, rule), holds) for rule in pack.rules)
    flags = _flags(pack, findings)
    score = _score(pack, findings)
    log.debug("judged", pack=pack.id, score=score, flags=flags)
    return Scorecard(pack=pack.id, pack_version=pack.version, score=score, flags=flags, findings=findings)


def _flags(pack: Pack, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    flagging = {rule.id for rule in pack.rules if rule.flag}
    return tuple(each.rule for each in findings if each.verdict is Verdict.FAIL and each.rule in flagging)


def _score(pack: Pack, findings: tuple[Finding, ...]) -> float:
    fatal = {rule.id for rule in pack.rules if rule.fatal}
    if any(
        finding.verdict is Verdict.FAIL and finding.rule in fatal and not finding.held for finding in findings
    ):
        return 0.0
    return max(0.0, FULL_SCORE - sum(finding.points for finding in findings))


def _held(finding: Finding, holds: Mapping[str, str]) -> Finding:
    """The finding; without points where its rule is not trusted, which it says."""
    why = holds.get(finding.rule)
    if why is None or finding.verdict is not Verdict.FAIL:
        return finding
    return replace(finding, points=0.0, held=True, reason=f"{finding.reason}；{why}")


def _finding(scene: Scene, rule: RuleSpec) -> Finding:
    return replace(_opinion_of(scene, rule), rule_hash=scene.pack.fingerprints[rule.id])


def _opinion_of(scene: Scene, rule: RuleSpec) -> Finding:
    unheard = _unheard(scene, rule)
    if unheard:
        return unheard
    opinion = _opinion(scene, rule)
    return Finding(
        rule=rule.id,
        verdict=opinion.verdict,
        evidence=opinion.evidence,
        reason=rule.reason(opinion.verdict, opinion.words),
        points=rule.weight if opinion.verdict is Verdict.FAIL else 0.0,
    )


def _unheard(scene: Scene, rule: RuleSpec) -> Finding | None:
    """A finding where there is nothing to judge by: nobody was reached, or nobody knows who spoke."""
    conversation = scene.conversation
    if not conversation.reached_operator:
        verdict = Verdict.NOT_APPLICABLE
        return Finding(rule=rule.id, verdict=verdict, evidence=None, reason=NEVER_CONNECTED)
    if rule.check.needs_roles and not conversation.roles_known:
        return _cannot_tell(scene, rule, ROLES_UNKNOWN)
    if rule.check.needs_roles and not scene.heard(rule.who).count:
        return _cannot_tell(scene, rule, NOTHING_HEARD[rule.who])
    return None


def _cannot_tell(scene: Scene, rule: RuleSpec, reason: str) -> Finding:
    evidence = searched(scene.conversation.operator_spans[0])
    return Finding(rule=rule.id, verdict=Verdict.CANNOT_TELL, evidence=evidence, reason=reason)


def _opinion(scene: Scene, rule: RuleSpec) -> Opinion:  # noqa: C901, PLR0911 - one line a kind of check
    match rule.check:
        case Say() as check:
            return judge_say(scene, rule, check)
        case NeverSay() as check:
            return judge_never_say(scene, rule, check)
        case HoldNotice() as check:
            return judge_hold_notice(scene, check)
        case WaitApology() as check:
            return judge_wait_apology(scene, check)
        case LongSilence() as check:
            return judge_long_silence(scene, check)
        case Overtalk() as check:
            return judge_overtalk(scene, check)
        case SpeechRate() as check:
            return judge_speech_rate(scene, check)
        case AnswerDelay() as check:
            return judge_answer_delay(scene, check)
        case Readback() as check:
            return judge_readback(scene, check)
    raise AssertionError(f"no judge for {type(rule.check).__name__}")
