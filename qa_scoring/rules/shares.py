"""Shares and lengths: how much one talks, how many turns, how long, who hangs up, who interrupts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.records import Evidence
from ledger.states import Role, Verdict
from qa_scoring.checks import Overtalk
from qa_scoring.conversation import Span
from qa_scoring.measures import Duration, HangUpBy, TalkShare, Turns
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.timing import STARTS_LATER_S, judge_overtalk
from qa_scoring.rules.windows import Stretch, rounds_of

TOLD = {Role.CALLER: "用户", Role.OPERATOR: "话务员"}
TOO_OFTEN = "话务员 {share} 的话在用户说话时开口（{count} 轮），超过规定的 {most}"


def judge_talk_share(scene: Scene, stretch: Stretch, check: TalkShare) -> Opinion:
    """The speaker's time of all time in which anybody speaks, within the window."""
    own = scene.operator_speech if Role.OPERATOR in stretch.who else scene.caller_speech
    both = _length_s((*scene.operator_speech, *scene.caller_speech), stretch.spans)
    share = _length_s(own, stretch.spans) / both if both else 0.0
    words = {
        "where": stretch.told,
        "share": f"{share:.0%}",
        "wanted": _bounds(check.at_least, check.at_most, "{:.0%}"),
        "least": f"{check.least_s:g}",
    }
    verdict = _verdict(share, check.at_least, check.at_most)
    if both < check.least_s:
        verdict = Verdict.CANNOT_TELL
    return Opinion(verdict=verdict, evidence=searched(stretch.around), words=words)


def judge_turns(scene: Scene, stretch: Stretch, check: Turns) -> Opinion:
    """Turns that begin within the window."""
    starts = [turns[0].start_s for turns in rounds_of(scene, stretch.who)]
    count = sum(any(span.holds(start_s) for span in stretch.spans) for start_s in starts)
    words = {
        "where": stretch.told,
        "count": str(count),
        "wanted": _bounds(check.at_least, check.at_most, "{}轮"),
    }
    verdict = _verdict(count, check.at_least, check.at_most)
    return Opinion(verdict=verdict, evidence=searched(stretch.around), words=words)


def judge_duration(scene: Scene, check: Duration) -> Opinion:
    """Of the bridged spans together, without pauses; of a call from its answer to its end."""
    spans = scene.conversation.operator_spans
    if check.of == "call":
        spans = (Span(start_s=0.0, end_s=scene.conversation.duration_s),)
    seconds = sum(span.length_s for span in spans)
    words = {
        "what": "通话" if check.of == "call" else "与话务员的通话",
        "seconds": f"{seconds:.0f}",
        "wanted": _bounds(check.at_least_s, check.at_most_s, "{:g}秒"),
    }
    span = Span(start_s=spans[0].start_s, end_s=spans[-1].end_s)
    verdict = _verdict(seconds, check.at_least_s, check.at_most_s)
    return Opinion(verdict=verdict, evidence=searched(span), words=words)


def judge_hang_up_by(scene: Scene, check: HangUpBy) -> Opinion:
    """By the fact `hung_up_by`; the evidence is the end of the conversation."""
    by = scene.conversation.facts.get("hung_up_by", "")
    if by not in set(TOLD):
        return Opinion(verdict=Verdict.NOT_APPLICABLE, words={"who": "", "wanted": ""})
    words = {"who": TOLD[Role(by)], "wanted": TOLD[check.speaker]}
    end_s = scene.whole.end_s
    evidence = Evidence(start_s=round(end_s, 3), end_s=round(end_s, 3), text="", likeness=0.0)
    verdict = Verdict.PASS if by == check.speaker else Verdict.FAIL
    return Opinion(verdict=verdict, evidence=evidence, words=words)


def judge_interrupting(scene: Scene, check: Overtalk) -> Opinion:
    """Talking at once by its length, and where that is asked by how many turns begin with it."""
    opinion = judge_overtalk(scene, check)
    if check.turn_share is None or opinion.verdict is not Verdict.PASS:
        return opinion
    starts = [turns[0].start_s for turns in rounds_of(scene, (Role.OPERATOR,))]
    clashes = [clash for start_s in starts for clash in _clashes(scene, start_s, check.least_s)]
    share = len(clashes) / len(starts) if starts else 0.0
    if share <= check.turn_share:
        return opinion
    words = {
        **opinion.words,
        "share": f"{share:.0%}",
        "count": str(len(clashes)),
        "most": f"{check.turn_share:.0%}",
    }
    hits = tuple(searched(clash) for clash in clashes)
    return replace(
        opinion, verdict=Verdict.FAIL, evidence=hits[0], words=words, sentence=TOO_OFTEN, hits=hits
    )


def _clashes(scene: Scene, start_s: float, least_s: float) -> list[Span]:
    """The caller's words into which a turn that starts there begins, from there on; one at most."""
    inside = (
        Span(start_s=start_s, end_s=caller.end_s)
        for caller in scene.caller_speech
        if caller.start_s + STARTS_LATER_S <= start_s < caller.end_s
    )
    return [clash for clash in inside if clash.length_s >= least_s][:1]


def _length_s(speech: Iterable[Span], within: Iterable[Span]) -> float:
    within = tuple(within)
    return sum(
        max(0.0, min(one.end_s, other.end_s) - max(one.start_s, other.start_s))
        for one in speech
        for other in within
    )


def _verdict(value: float, least: float | None, most: float | None) -> Verdict:
    too_little = least is not None and value < least
    too_much = most is not None and value > most
    return Verdict.FAIL if too_little or too_much else Verdict.PASS


def _bounds(least: float | None, most: float | None, unit: str) -> str:
    parts = ((least, "不少于"), (most, "不超过"))
    return "、".join(told + unit.format(bound) for bound, told in parts if bound is not None)
