"""`say`: everything that the norm asks for must be heard in the window."""

from __future__ import annotations

from ledger.records import Evidence
from ledger.states import Verdict
from qa_scoring.checks import Say
from qa_scoring.conversation import Span
from qa_scoring.pack_schema import RuleSpec
from qa_scoring.rules.listening import Catch, Degree, catch_best
from qa_scoring.rules.scene import Opinion, Scene, described, likeness_told, searched

BY_DEGREE = {
    Degree.SAID: Verdict.PASS,
    Degree.IN_DOUBT: Verdict.CANNOT_TELL,
    Degree.NOT_HEARD: Verdict.FAIL,
}


def judge_say(scene: Scene, rule: RuleSpec, check: Say) -> Opinion:
    """As good as its worst group: missing fails, in doubt cannot be told."""
    window = scene.window(rule.who, rule.where)
    assert window is not None, "judge() answers for speakers who say nothing"
    catches = {group.title: catch_best(scene, rule.who, group.any, window) for group in check.all}
    worst = min(_degree(catch) for catch in catches.values())
    missing = [title for title, catch in catches.items() if _degree(catch) is worst]
    shown = catches[missing[0]]
    words = {
        "where": described(rule.where),
        "missing": "、".join(missing),
        "heard": shown.hit.text if shown else "",
        "likeness": likeness_told(shown.hit if shown else None),
    }
    if worst is Degree.NOT_HEARD:
        evidence = searched(window, shown.hit if shown else None)
        return Opinion(verdict=Verdict.FAIL, evidence=evidence, words=words)
    evidence = _together([catch for catch in catches.values() if catch])
    if worst is Degree.SAID:
        words["heard"] = evidence.text
    return Opinion(verdict=BY_DEGREE[worst], evidence=evidence, words=words)


def _degree(catch: Catch | None) -> Degree:
    return catch.degree if catch else Degree.NOT_HEARD


def _together(catches: list[Catch]) -> Evidence:
    """From the first words to the last; as alike as the least alike of them."""
    hits = sorted((catch.hit for catch in catches), key=lambda hit: hit.first)
    span = Span(start_s=hits[0].start_s, end_s=max(hit.end_s for hit in hits))
    return Evidence(
        start_s=round(span.start_s, 3),
        end_s=round(span.end_s, 3),
        text=" ".join(dict.fromkeys(hit.text for hit in hits)),
        likeness=round(min(hit.likeness for hit in hits), 3),
    )
