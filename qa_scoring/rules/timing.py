"""Measured, not heard: talking at once, the pace of speech, the time to the first word."""

from __future__ import annotations

from ledger.records import Evidence
from ledger.states import Role, Verdict
from qa_scoring.checks import AnswerDelay, Overtalk, SpeechRate
from qa_scoring.conversation import Conversation, Span
from qa_scoring.rules.clarity import NOISY, is_noisy
from qa_scoring.rules.pace import pace_of
from qa_scoring.rules.scene import Opinion, Scene, searched

STARTS_LATER_S = 0.2  # who begins at least so much later is the one who talks into the other's words


def judge_overtalk(scene: Scene, check: Overtalk) -> Opinion:
    """Only where the operator begins while the caller is speaking: being interrupted is no breach."""
    clashes = [clash for clash in _clashes(scene) if clash.length_s >= check.least_s]
    total_s = sum(clash.length_s for clash in clashes)
    talk_s = sum(span.length_s for span in scene.speech)
    share = total_s / talk_s if talk_s else 0.0
    longest = max(clashes, key=lambda clash: clash.length_s, default=None)
    longest_s = longest.length_s if longest else 0.0
    failed = longest_s >= check.longest_s or share > check.share
    words = {"seconds": f"{total_s:.1f}", "longest": f"{longest_s:.1f}", "share": f"{share:.1%}"}
    span = longest if longest and failed else scene.conversation.operator_spans[0]
    evidence = searched(span) if not failed else _said_at_once(scene, span)
    if failed and _is_noisy_at(scene, span):
        sentence = f"{NOISY}，不能确定是否抢话"
        return Opinion(verdict=Verdict.CANNOT_TELL, evidence=evidence, words=words, sentence=sentence)
    return Opinion(verdict=Verdict.FAIL if failed else Verdict.PASS, evidence=evidence, words=words)


def judge_speech_rate(scene: Scene, check: SpeechRate) -> Opinion:
    """The pace of speech, pauses left out; in noise the recogniser hears too little to tell it."""
    heard = scene.heard(Role.OPERATOR)
    count, rate = heard.count, pace_of(heard)
    whole = Span(start_s=scene.operator_speech[0].start_s, end_s=scene.operator_speech[-1].end_s)
    words = {
        "rate": f"{rate:.1f}",
        "slowest": f"{check.slowest:g}",
        "fastest": f"{check.fastest:g}",
        "count": str(count),
    }
    if count < check.least_syllables or not rate:
        return Opinion(verdict=Verdict.CANNOT_TELL, evidence=searched(whole), words=words)
    if any(map(is_noisy, heard.turns)):
        return Opinion(
            verdict=Verdict.CANNOT_TELL,
            evidence=searched(whole),
            words=words,
            sentence=f"{NOISY}，不能计算语速",
        )
    verdict = Verdict.PASS if check.slowest <= rate <= check.fastest else Verdict.FAIL
    return Opinion(verdict=verdict, evidence=searched(whole), words=words)


def judge_answer_delay(scene: Scene, check: AnswerDelay) -> Opinion:
    """From the bridge to the operator's first word. Imports have no bridge unless a fact says when it was."""
    bridged_s = _bridged_at(scene.conversation)
    words = {"limit": f"{check.within_s:g}", "seconds": ""}
    if bridged_s is None:
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words=words)
    first_s = scene.operator_speech[0].start_s
    delay = Span(start_s=bridged_s, end_s=max(bridged_s, first_s))
    words["seconds"] = f"{delay.length_s:.1f}"
    if delay.length_s <= check.within_s:
        return Opinion(verdict=Verdict.PASS, evidence=searched(delay), words=words)
    if is_noisy(scene.heard(Role.OPERATOR).turns[0]):
        sentence = f"{NOISY}，此前话务员是否已应答无法判定"
        return Opinion(verdict=Verdict.CANNOT_TELL, evidence=searched(delay), words=words, sentence=sentence)
    return Opinion(verdict=Verdict.FAIL, evidence=searched(delay), words=words)


def _bridged_at(conversation: Conversation) -> float | None:
    if conversation.marks:
        return conversation.operator_spans[0].start_s
    try:
        return float(conversation.facts["bridged_at_s"])
    except (KeyError, ValueError):
        return None


def _clashes(scene: Scene) -> list[Span]:
    return [
        Span(start_s=operator.start_s, end_s=min(operator.end_s, caller.end_s))
        for operator in scene.operator_speech
        for caller in scene.caller_speech
        if caller.start_s + STARTS_LATER_S <= operator.start_s < caller.end_s
    ]


def _is_noisy_at(scene: Scene, span: Span) -> bool:
    """Whether either speaker's turns there bear no judgement."""
    turns = (turn for role in (Role.OPERATOR, Role.CALLER) for turn in scene.heard(role).turns)
    return any(is_noisy(turn) for turn in turns if turn.start_s <= span.end_s and turn.end_s >= span.start_s)


def _said_at_once(scene: Scene, span: Span) -> Evidence:
    heard = scene.heard(Role.OPERATOR)
    first, past = heard.places_within(span)
    return Evidence(
        start_s=round(span.start_s, 3),
        end_s=round(span.end_s, 3),
        text=heard.text(first, past - 1) if past else "",
        likeness=1.0,  # measured on the clock, nothing was compared
    )
