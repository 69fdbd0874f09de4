"""Judging a rule's tree: the leaves by their checks, the nodes above by four-valued logic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.records import Evidence
from ledger.states import Clearness, Role, Verdict
from qa_scoring import logic
from qa_scoring.checks import Check
from qa_scoring.nodes import TREE, Node
from qa_scoring.rules.judges import judge_check
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.sounding import with_sound
from qa_scoring.rules.windows import FoundBy, Stretch, stretch_of
from qa_scoring.wheres import Where, Who

ROLES_UNKNOWN = "录音只有一个混合声道，分不清话务员和用户，无法判定"
NOTHING_HEARD = {
    Who.OPERATOR: "已接通，但没有可供判定的话务员语音文字，无法判定",
    Who.CALLER: "没有可供判定的用户语音文字，无法判定",
    Who.ANY: "没有可供判定的语音文字，无法判定",
}
UNUSABLE = "{why}；但该段录音听不清，无法判定，请复听"
NOT_SO = "条件不成立，本项不适用：{why}"
UNKNOWN_IF = "不能确定条件是否成立：{why}；{then}"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A node of a rule's tree with what was said of it, and of those below it."""

    kind: str
    check: Check
    opinion: Opinion
    look: Look | None = None  # of a leaf: whose words and where
    stretch: Stretch | None = None  # what it came to; None where the check is of the whole call
    children: tuple[Judged, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What was said of it."""
        return self.opinion.verdict

    @property
    def reason(self) -> str:
        """Why, in one Chinese sentence."""
        sentence = self.opinion.sentence or self.check.reasons[self.verdict]
        return sentence.format(**self.opinion.words)

    @property
    def moments(self) -> tuple[Evidence, ...]:
        """Every moment that was found; none where something was searched in vain."""
        if self.opinion.hits:
            return self.opinion.hits
        found = self.opinion.evidence if self.verdict in self.check.found_by else None
        return (found,) if found else ()


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a node looks: whose words and where, unless it says so itself; and what other rules found."""

    who: Who
    where: Where
    found_by: FoundBy

    def of(self, node: Node) -> Look:
        """The same for a node, with its own who and where in place of those above."""
        return replace(self, who=node.who or self.who, where=node.where or self.where)


def judge_node(scene: Scene, node: Node, look: Look) -> Judged:
    """A node and all below it."""
    look = look.of(node)
    if not node.children:
        return _leaf(scene, node, look)
    children = tuple(judge_node(scene, child, look) for child in node.children)
    return _tree(node, children)


def guarded(when: Judged, judged: Judged) -> Judged:
    """A rule under its `when`."""
    verdict = logic.guarded(when.verdict, judged.verdict)
    if when.verdict is Verdict.PASS:
        return judged
    sentence = NOT_SO if verdict is Verdict.NOT_APPLICABLE else "不能确定条件是否成立：{why}"
    words = {"why": when.reason}
    evidence = when.opinion.evidence if verdict is Verdict.CANNOT_TELL else None
    opinion = Opinion(verdict=verdict, words=words, sentence=sentence, evidence=evidence)
    return replace(judged, opinion=opinion)


def _leaf(scene: Scene, node: Node, look: Look) -> Judged:
    check = node.check
    judged = Judged(kind=node.kind, check=check, opinion=_unheard(scene, check, look), look=look)
    if judged.opinion.sentence:
        return judged
    if not check.windowed:
        return replace(judged, opinion=with_sound(scene, judge_check(scene, None, check), tuple(Role)))
    stretch = stretch_of(scene, look.who, look.where, look.found_by, spans_all=check.spans_all)
    if isinstance(stretch, Opinion):
        return replace(judged, opinion=stretch)
    if stretch.each:
        return _each(scene, judged, stretch)
    return _heard(scene, judged, stretch)


def _heard(scene: Scene, judged: Judged, stretch: Stretch) -> Judged:
    """What the check says of a stretch."""
    opinion = with_sound(scene, judge_check(scene, stretch, judged.check), stretch.who)
    judged = replace(judged, opinion=opinion, stretch=stretch)
    return _unless_unusable(judged) if judged.check.hears else judged


def _unless_unusable(judged: Judged) -> Judged:
    """Nothing is held against anybody where the recording bears no judgement, whatever was recognised."""
    evidence = judged.opinion.evidence
    if judged.verdict is not Verdict.FAIL or evidence is None or evidence.sound != Clearness.UNUSABLE:
        return judged
    words = {**judged.opinion.words, "why": judged.reason}
    opinion = replace(judged.opinion, verdict=Verdict.CANNOT_TELL, sentence=UNUSABLE, words=words)
    return replace(judged, opinion=opinion)


def _each(scene: Scene, judged: Judged, stretch: Stretch) -> Judged:
    """The check must hold in each of the windows."""
    parts = tuple(_heard(scene, judged, part) for part in stretch.parts())
    combined = _combined("all_of", parts, logic.all_of(part.verdict for part in parts))
    return replace(combined, look=judged.look, stretch=stretch)


def _tree(node: Node, children: tuple[Judged, ...]) -> Judged:
    verdicts = [child.verdict for child in children]
    match node.kind:
        case "all_of":
            return _combined(node.kind, children, logic.all_of(verdicts))
        case "any_of":
            return _combined(node.kind, children, logic.any_of(verdicts))
        case "not":
            return _unless_unusable(_combined(node.kind, children, logic.negation(verdicts[0])))
    return _if(children)


def _combined(kind: str, children: tuple[Judged, ...], verdict: Verdict) -> Judged:
    """With the sentences and the evidence of the children that decided."""
    deciding = children if kind == "not" else tuple(one for one in children if one.verdict is verdict)
    return Judged(kind=kind, check=TREE, opinion=_opinion(verdict, deciding), children=children)


def _if(children: tuple[Judged, ...]) -> Judged:
    condition, then = children
    verdict = logic.implication(condition.verdict, then.verdict)
    opinion = _opinion(verdict, (then,))
    if condition.verdict in {Verdict.FAIL, Verdict.NOT_APPLICABLE}:
        opinion = replace(opinion, sentence=NOT_SO, words={"why": condition.reason}, evidence=None, hits=())
    elif verdict is Verdict.CANNOT_TELL and then.verdict is Verdict.FAIL:
        words = {"why": condition.reason, "then": then.reason}
        opinion = replace(opinion, sentence=UNKNOWN_IF, words=words)
    return Judged(kind="if", check=TREE, opinion=opinion, children=children)


def _opinion(verdict: Verdict, deciding: Sequence[Judged]) -> Opinion:
    evidences = [one.opinion.evidence for one in deciding if one.opinion.evidence]
    return Opinion(
        verdict=verdict,
        evidence=evidences[0] if evidences else None,
        words={"why": _joined(one.reason for one in deciding)},
        hits=tuple(sorted((hit for one in deciding for hit in one.moments), key=lambda hit: hit.start_s)),
    )


def _joined(sentences: Iterable[str]) -> str:
    return "；".join(dict.fromkeys(sentences)) or "各项均不适用"


def _unheard(scene: Scene, check: Check, look: Look) -> Opinion:
    """Where there is nothing to judge by: nobody knows who spoke, or who was meant said nothing."""
    if not check.needs_roles:
        return Opinion(verdict=Verdict.PASS)
    sentence = ""
    if not scene.conversation.roles_known and not (check.windowed and look.who is Who.ANY):
        sentence = ROLES_UNKNOWN
    elif not any(scene.heard(role).count for role in _speakers(look.who)):
        sentence = NOTHING_HEARD[look.who]
    return Opinion(verdict=Verdict.CANNOT_TELL, evidence=searched(scene.whole), sentence=sentence)


def _speakers(who: Who) -> tuple[Role, ...]:
    return {Who.OPERATOR: (Role.OPERATOR,), Who.CALLER: (Role.CALLER,)}.get(who, tuple(Role))
