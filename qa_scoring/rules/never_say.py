"""`never_say`: nothing forbidden (服务忌语) may be heard in the window."""

from __future__ import annotations

from ledger.states import Verdict
from qa_scoring.checks import NeverSay
from qa_scoring.pack_schema import RuleSpec
from qa_scoring.rules.listening import NARROW_DOUBT_WIDTH, Catch, Degree, catch_all, surety
from qa_scoring.rules.scene import Opinion, Scene, described, evidence_of, likeness_told, searched


def judge_never_say(scene: Scene, rule: RuleSpec, check: NeverSay) -> Opinion:
    """The surest breach is the evidence; a near one alone cannot be told."""
    window = scene.window(rule.who, rule.where)
    assert window is not None, "judge() answers for speakers who say nothing"
    catches = catch_all(scene, rule.who, check.any, window, NARROW_DOUBT_WIDTH)
    if not catches:
        words = {"where": described(rule.where), **_told(None, 0)}
        return Opinion(verdict=Verdict.PASS, evidence=searched(window), words=words)
    surest = max(catches, key=surety)
    count = sum(catch.degree is surest.degree for catch in catches)
    verdict = Verdict.FAIL if surest.degree is Degree.SAID else Verdict.CANNOT_TELL
    words = {"where": described(rule.where), **_told(surest, count)}
    return Opinion(verdict=verdict, evidence=evidence_of(surest.hit), words=words)


def _told(catch: Catch | None, count: int) -> dict[str, str]:
    return {
        "heard": catch.hit.text if catch else "",
        "phrase": catch.phrase if catch else "",
        "likeness": likeness_told(catch.hit if catch else None),
        "count": str(count),
    }
