"""`say`: what the norm asks for must be heard in the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.records import Evidence
from ledger.states import Verdict
from qa_scoring import logic
from qa_scoring.rules.catching import best_within, catches_within
from qa_scoring.rules.counting import Counted, counted, told_times
from qa_scoring.rules.listening import Catch, Degree
from qa_scoring.rules.placing import placed
from qa_scoring.rules.scene import Opinion, Scene, evidence_of, likeness_told, searched
from qa_scoring.rules.windows import Stretch
from qa_scoring.saying import Group, Say
from qa_scoring.sound import Hit

BY_DEGREE = {
    Degree.SAID: Verdict.PASS,
    Degree.IN_DOUBT: Verdict.CANNOT_TELL,
    Degree.NOT_HEARD: Verdict.FAIL,
}
SAID_SO_OFTEN = "{where}说了{count}次（要求{missing}）：“{heard}”"
PERHAPS_SO_OFTEN = "{where}可能说了{count}次（要求{missing}），不能确定，请复听"
NOT_CLEAR = "{{where}}未听到{{missing}}，但{unclear}，无法判定，请复听"
NOT_TOGETHER = "{where}都说到了，但{missing}：“{heard}”"
NOT_SURE_TOGETHER = "{where}的“{heard}”不能确定是否{missing}，请复听"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was heard of one group."""

    group: Group
    verdict: Verdict
    catch: Catch | None  # the best of its phrases
    count: Counted | None = None  # where the group counts

    @property
    def title(self) -> str:
        """How a sentence names what is missing."""
        return (
            f"{self.group.title}（{told_times(self.group.times)}）" if self.group.times else self.group.title
        )


def judge_say(scene: Scene, stretch: Stretch, check: Say) -> Opinion:
    """As good as the groups that it needs; then in their order and near each other where that is asked."""
    if check.times:
        return _counted(scene, stretch, check)
    told = [_told(scene, stretch, group) for group in check.groups]
    verdict = _together(told, check.needed)
    if verdict is Verdict.FAIL or not (check.in_order or check.near):
        return _opinion(stretch, check, told, verdict)
    return _placed(scene, stretch, check, told)


def _told(scene: Scene, stretch: Stretch, group: Group) -> Told:
    best = best_within(scene, stretch.who, stretch.spans, group.any)
    if group.times is None:
        return Told(group=group, verdict=BY_DEGREE[best.degree if best else Degree.NOT_HEARD], catch=best)
    count = counted(catches_within(scene, stretch.who, stretch.spans, group.any))
    return Told(group=group, verdict=count.verdict(group.times), catch=best, count=count)


def _together(told: Sequence[Told], needed: int) -> Verdict:
    """At least so many of the groups; all of them is and, one of them is or."""
    certain = sum(one.verdict is Verdict.PASS for one in told)
    possible = certain + sum(one.verdict is Verdict.CANNOT_TELL for one in told)
    if certain >= needed:
        return Verdict.PASS
    return Verdict.CANNOT_TELL if possible >= needed else Verdict.FAIL


def _opinion(stretch: Stretch, check: Say, told: Sequence[Told], verdict: Verdict) -> Opinion:
    passing = [one for one in told if one.verdict is Verdict.PASS]
    worst = logic.all_of(one.verdict for one in told)
    missing = [one for one in told if one.verdict is worst] if verdict is not Verdict.PASS else []
    shown = missing[0].catch if missing else None
    words = _words(stretch, shown, missing="、".join(one.title for one in missing))
    if verdict is not Verdict.PASS and check.needed < len(told):
        words["missing"] = f"{words['missing']}（{len(told)}项中至少{check.needed}项）"
    if verdict is Verdict.FAIL:
        return Opinion(
            verdict=verdict, evidence=searched(stretch.around, shown.hit if shown else None), words=words
        )
    rests_on = passing if verdict is Verdict.PASS else told
    catches = [one.catch for one in rests_on if one.catch and one.catch.degree is not Degree.NOT_HEARD]
    opinion = _resting_on(catches, stretch, verdict, words)
    why = shown.unclear if shown else ""
    return replace(opinion, sentence=NOT_CLEAR.format(unclear=why)) if why else opinion


def _resting_on(
    catches: Sequence[Catch], stretch: Stretch, verdict: Verdict, words: dict[str, str]
) -> Opinion:
    """Of what was heard: from the first words to the last, as alike as the least alike of them."""
    if not catches:  # at most so often, and not at all said
        return Opinion(verdict=verdict, evidence=searched(stretch.around), words=words)
    evidence = _joined(catches)
    if verdict is Verdict.PASS:
        words = {**words, "heard": evidence.text, "likeness": _lowest(catches)}
    hits = tuple(evidence_of(catch.hit) for catch in catches)
    return Opinion(verdict=verdict, evidence=evidence, words=words, hits=hits)


def _counted(scene: Scene, stretch: Stretch, check: Say) -> Opinion:
    """How often all the phrases together."""
    assert check.times is not None, "judge_say() asks"
    specs = tuple(check.phrases())
    count = counted(catches_within(scene, stretch.who, stretch.spans, specs))
    verdict = count.verdict(check.times)
    best = best_within(scene, stretch.who, stretch.spans, specs)
    words = _words(stretch, best, missing=told_times(check.times), count=str(len(count.said)))
    if verdict is Verdict.CANNOT_TELL:
        words["count"] = f"{len(count.said)}至{len(count.said) + len(count.in_doubt)}"
    sentence = PERHAPS_SO_OFTEN if verdict is Verdict.CANNOT_TELL else SAID_SO_OFTEN
    catches = count.said if verdict is not Verdict.CANNOT_TELL else (*count.said, *count.in_doubt)
    hits = tuple(evidence_of(catch.hit) for catch in catches)
    words["heard"] = "、".join(hit.text for hit in hits) or words["heard"]
    evidence = hits[0] if hits else searched(stretch.around, best.hit if best else None)
    return Opinion(verdict=verdict, evidence=evidence, words=words, sentence=sentence, hits=hits)


def _placed(scene: Scene, stretch: Stretch, check: Say, told: Sequence[Told]) -> Opinion:
    """First among what was certainly said, then with what may have been."""
    every = [catches_within(scene, stretch.who, stretch.spans, group.any) for group in check.groups]
    certain = [[catch for catch in catches if catch.degree is Degree.SAID] for catches in every]
    for verdict, catches in ((Verdict.PASS, certain), (Verdict.CANNOT_TELL, every)):
        chosen = placed(scene, stretch, check, catches)
        if chosen:
            opinion = _resting_on(chosen, stretch, verdict, _words(stretch, chosen[0], missing=""))
            return opinion if verdict is Verdict.PASS else _misplaced(opinion, check, NOT_SURE_TOGETHER)
    sure = _together(told, check.needed) is Verdict.PASS
    verdict = Verdict.FAIL if sure else Verdict.CANNOT_TELL
    best = [one.catch for one in told if one.catch and one.catch.degree is not Degree.NOT_HEARD]
    opinion = _resting_on(best, stretch, verdict, _words(stretch, best[0], missing=""))
    return _misplaced(opinion, check, NOT_TOGETHER if sure else NOT_SURE_TOGETHER)


def _misplaced(opinion: Opinion, check: Say, sentence: str) -> Opinion:
    assert opinion.evidence is not None, "something was heard of every group"
    asked = ["按“" + "、".join(group.title for group in check.groups) + "”的顺序"] if check.in_order else []
    if check.near:
        far = f"{check.near.seconds:g}秒" if check.near.seconds else f"{check.near.turns}轮"
        asked.append(f"相隔不超过{far}")
    missing = ("没有" if sentence is NOT_TOGETHER else "") + "、".join(asked)
    words = {**opinion.words, "heard": opinion.evidence.text, "missing": missing}
    return Opinion(
        verdict=opinion.verdict,
        evidence=opinion.evidence,
        words=words,
        sentence=sentence,
        hits=opinion.hits,
    )


def _words(stretch: Stretch, shown: Catch | None, *, missing: str, count: str = "") -> dict[str, str]:
    return {
        "where": stretch.told,
        "missing": missing,
        "heard": shown.hit.text if shown else "",
        "likeness": likeness_told(shown.hit if shown else None),
        "count": count,
    }


def _joined(catches: Sequence[Catch]) -> Evidence:
    hits = sorted((catch.hit for catch in catches), key=lambda hit: (hit.start_s, -hit.end_s))
    shown = [hit for at, hit in enumerate(hits) if not any(_covers(other, hit) for other in hits[:at])]
    return Evidence(
        start_s=round(hits[0].start_s, 3),
        end_s=round(max(hit.end_s for hit in hits), 3),
        text=" ".join(hit.text for hit in shown),
        likeness=round(min(hit.likeness for hit in hits), 3),
        phrase=" ".join(hit.phrase.text for hit in shown),
    )


def _covers(one: Hit, other: Hit) -> bool:
    return one.start_s <= other.start_s and other.end_s <= one.end_s


def _lowest(catches: Sequence[Catch]) -> str:
    return likeness_told(min((catch.hit for catch in catches), key=lambda hit: hit.likeness))
