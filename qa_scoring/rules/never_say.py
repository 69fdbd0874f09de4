"""`never_say`: nothing forbidden (服务忌语) may be heard in the window."""

from __future__ import annotations

from ledger.states import Verdict
from qa_scoring.rules.catching import catches_within
from qa_scoring.rules.harshness import Harsh, harsh_turns
from qa_scoring.rules.listening import NARROW_DOUBT_WIDTH, Catch, Degree, in_noise, surety
from qa_scoring.rules.scene import Opinion, Scene, evidence_of, likeness_told, searched
from qa_scoring.rules.windows import Stretch
from qa_scoring.saying import NeverSay

UNSURE = "“{{heard}}”听起来像服务忌语“{{phrase}}”，但{unclear}，请复听"
HARSH = "话语生硬或推诿：“{heard}”（同类例句：“{phrase}”，字眼：{runs}，共 {count} 处）"
PERHAPS_HARSH = "“{heard}”像是生硬或推诿的话（同类例句：“{phrase}”，字眼：{runs}），但不能确定，请复听"


def judge_never_say(scene: Scene, stretch: Stretch, check: NeverSay) -> Opinion:
    """The surest breach is the evidence, a phrase before a turn's tone; a near one alone cannot be told."""
    said = _said(scene, stretch, check)
    if said.verdict is Verdict.FAIL or check.tone is None:
        return said
    turns = harsh_turns(scene, stretch, check.tone)
    sure = [turn for turn in turns if turn.is_sure]
    if sure:
        return _harsh(stretch, sure, Verdict.FAIL)
    if turns and said.verdict is Verdict.PASS:
        return _harsh(stretch, turns, Verdict.CANNOT_TELL)
    return said


def _said(scene: Scene, stretch: Stretch, check: NeverSay) -> Opinion:
    """What the phrases come to."""
    catches = [
        in_noise(scene, role, catch)
        for role in stretch.who
        for catch in catches_within(scene, (role,), stretch.spans, check.any, NARROW_DOUBT_WIDTH)
    ]
    if not catches:
        words = {"where": stretch.told, **_told(None, 0)}
        return Opinion(verdict=Verdict.PASS, evidence=searched(stretch.around), words=words)
    surest = max(catches, key=surety)
    as_sure = [catch for catch in catches if catch.degree is surest.degree]
    verdict = Verdict.FAIL if surest.degree is Degree.SAID else Verdict.CANNOT_TELL
    words = {"where": stretch.told, **_told(surest, len(as_sure))}
    hits = tuple(evidence_of(catch.hit) for catch in as_sure)
    sentence = UNSURE.format(unclear=surest.unclear) if surest.unclear else ""
    evidence = evidence_of(surest.hit)
    return Opinion(verdict=verdict, evidence=evidence, words=words, hits=hits, sentence=sentence)


def _told(catch: Catch | None, count: int) -> dict[str, str]:
    return {
        "heard": catch.hit.text if catch else "",
        "phrase": catch.phrase if catch else "",
        "likeness": likeness_told(catch.hit if catch else None),
        "count": str(count),
    }


def _harsh(stretch: Stretch, turns: list[Harsh], verdict: Verdict) -> Opinion:
    """What the harshest turn comes to; `turns` are in the order of their tone."""
    worst = turns[0]
    words = {
        "where": stretch.told,
        "heard": worst.evidence.text,
        "phrase": worst.evidence.phrase,
        "likeness": f"{worst.evidence.likeness:.2f}",
        "count": str(len(turns)),
        "runs": "、".join(worst.runs),
    }
    sentence = HARSH if verdict is Verdict.FAIL else PERHAPS_HARSH
    if verdict is Verdict.CANNOT_TELL and worst.unclear:
        sentence = UNSURE.format(unclear=worst.unclear)
    hits = tuple(turn.evidence for turn in turns)
    return Opinion(verdict=verdict, evidence=worst.evidence, words=words, hits=hits, sentence=sentence)
