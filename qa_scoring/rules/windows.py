"""Windows: which speakers' words a check looks at, and in which stretches of the call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.records import Turn
from ledger.states import Role, Verdict
from qa_scoring.conversation import Span
from qa_scoring.rules.catching import catches_within
from qa_scoring.rules.listening import Degree
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.wheres import ROLES, Anchor, Where, Which, Who

_FIRST_WAY = re.compile(r"\(([^()|]*)[^()]*\)")
JUST_BEFORE_S = 0.001  # the word at which a window ends is not in it
NOBODY = "没有可供判定的语音文字，无法判定"
NO_MOMENT = "通话中没有{anchor}，本项不适用"
PERHAPS = "不能确定通话中有没有{anchor}，本项无法判定"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """What a check looks at: whose words, from when to when, and how a monitor calls it."""

    who: tuple[Role, ...]
    spans: tuple[Span, ...]  # in order; none where the bounds leave nothing of the call
    around: Span  # all of them together
    told: str
    each: bool = False  # the check must hold in each of the spans

    def parts(self) -> tuple[Stretch, ...]:
        """One stretch for each span."""
        return tuple(replace(self, spans=(span,), around=span, each=False) for span in self.spans)


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Where an anchor was found: for certain, perhaps (`cannot_tell`) or not at all (`not_applicable`)."""

    verdict: Verdict
    spans: tuple[Span, ...] = ()


FoundBy = Callable[[str], Moments]  # a rule's id to where it found something


def roles_of(scene: Scene, who: Who) -> tuple[Role, ...]:
    """Whose turns: of either speaker also those of one channel for both."""
    if who is Who.ANY and not scene.conversation.roles_known:
        return (*ROLES[who], Role.MIXED)
    return ROLES[who]


def stretch_of(
    scene: Scene, who: Who, where: Where, found_by: FoundBy, *, spans_all: bool = False
) -> Stretch | Opinion:
    """What to look at; an opinion where the moment that it hangs on is not there or in doubt.

    With `spans_all` it is bounded by everybody's words, else by the speaker's own.
    """
    rounds = rounds_of(scene, roles_of(scene, Who.ANY if spans_all else who))
    if not rounds:
        return Opinion(verdict=Verdict.CANNOT_TELL, sentence=NOBODY, evidence=searched(scene.whole))
    bounds = _bounds(where, rounds)
    spans: tuple[Span, ...] = (bounds,)
    for name in ("before", "after", "around"):
        anchor: Anchor | None = getattr(where, name)
        if anchor is None:
            continue
        moments = _chosen(anchor, moments_of(scene, anchor, found_by))
        if moments.verdict is not Verdict.PASS:
            return _no_window(scene, anchor, moments.verdict)
        windows = [_window(name, anchor, moment, bounds.end_s) for moment in moments.spans]
        spans = _common(spans, windows if _is_each(anchor) else _united(windows))
    return Stretch(
        who=roles_of(scene, who),
        spans=spans,
        around=_around(spans, bounds),
        told=described(where),
        each=any(map(_is_each, where.anchors)),
    )


def rounds_of(scene: Scene, roles: Iterable[Role]) -> list[tuple[Turn, ...]]:
    """The rounds of all these speakers in which something was understood, in time order."""
    rounds = (turns for role in roles for turns in scene.conversation.rounds_of(role))
    return sorted(
        (turns for turns in rounds if any(turn.text for turn in turns)), key=lambda turns: turns[0].start_s
    )


def moments_of(scene: Scene, anchor: Anchor, found_by: FoundBy) -> Moments:
    """Every moment that an anchor names."""
    if anchor.rule:
        return found_by(anchor.rule)
    catches = catches_within(scene, roles_of(scene, anchor.who), (scene.whole,), anchor.phrase or ())
    said = [catch for catch in catches if catch.degree is Degree.SAID]
    if not said:
        return Moments(verdict=Verdict.CANNOT_TELL if catches else Verdict.NOT_APPLICABLE)
    spans = tuple(Span(start_s=catch.hit.start_s, end_s=catch.hit.end_s) for catch in said)
    return Moments(verdict=Verdict.PASS, spans=spans)


def named(anchor: Anchor) -> str:
    """An anchor in the monitor's words: of several phrases the first stands for all."""
    if anchor.rule:
        return f"“{anchor.rule}”一项的命中"
    specs = anchor.phrase or ()
    return f"“{first_way(specs[0].text)}”" + ("等说法" if len(specs) > 1 else "")


def first_way(text: str) -> str:
    """A phrase as people would say it: of its alternatives the first."""
    return _FIRST_WAY.sub(r"\1", text)


def described(where: Where) -> str:
    """The window in the monitor's words."""
    parts = (
        (where.first_turns, "前{}轮"),
        (where.first_s, "开头{:g}秒"),
        (where.last_turns, "最后{}轮"),
        (where.last_s, "末尾{:g}秒"),
        (where.last_share and where.last_share * 100, "后{:.0f}%通话"),
        (_relation(where.before, "之前"), "{}"),
        (_relation(where.after, "之后"), "{}"),
        (_relation(where.around, "前后"), "{}"),
    )
    return "、".join(text.format(bound) for bound, text in parts if bound) or "全程"


def _relation(anchor: Anchor | None, side: str) -> str:
    if anchor is None:
        return ""
    reach = f"{anchor.within_s:g}秒内" if anchor.within_s else ""
    return f"{named(anchor)}{side}{reach}"


def _no_window(scene: Scene, anchor: Anchor, verdict: Verdict) -> Opinion:
    if verdict is Verdict.CANNOT_TELL:
        sentence = PERHAPS.format(anchor=named(anchor))
        return Opinion(verdict=verdict, sentence=sentence, evidence=searched(scene.whole))
    return Opinion(verdict=Verdict.NOT_APPLICABLE, sentence=NO_MOMENT.format(anchor=named(anchor)))


def _is_each(anchor: Anchor) -> bool:
    return anchor.which is Which.EACH


def _chosen(anchor: Anchor, moments: Moments) -> Moments:
    if anchor.which is Which.FIRST:
        return replace(moments, spans=moments.spans[:1])
    if anchor.which is Which.LAST:
        return replace(moments, spans=moments.spans[-1:])
    return moments


def _window(name: str, anchor: Anchor, moment: Span, call_end_s: float) -> Span:
    reach_s = anchor.within_s
    if name == "before":
        end_s = moment.start_s - JUST_BEFORE_S
        return Span(start_s=0.0 if reach_s is None else end_s - reach_s, end_s=end_s)
    if name == "after":
        end_s = max(moment.end_s, call_end_s) if reach_s is None else moment.end_s + reach_s
        return Span(start_s=moment.end_s, end_s=end_s)
    reach_s = reach_s or 0.0
    return Span(start_s=moment.start_s - reach_s, end_s=moment.end_s + reach_s)


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        if united and span.start_s <= united[-1].end_s:
            united[-1] = replace(united[-1], end_s=max(united[-1].end_s, span.end_s))
        else:
            united.append(span)
    return united


def _common(spans: Sequence[Span], windows: Sequence[Span]) -> tuple[Span, ...]:
    """Where both hold."""
    return tuple(
        Span(start_s=max(one.start_s, other.start_s), end_s=min(one.end_s, other.end_s))
        for one in spans
        for other in windows
        if max(one.start_s, other.start_s) <= min(one.end_s, other.end_s)
    )


def _around(spans: Sequence[Span], bounds: Span) -> Span:
    if not spans:
        return Span(start_s=bounds.end_s, end_s=bounds.end_s)
    return Span(start_s=spans[0].start_s, end_s=spans[-1].end_s)


def _bounds(where: Where, rounds: Sequence[tuple[Turn, ...]]) -> Span:
    first_s = rounds[0][0].start_s
    last_s = max(turn.end_s for turns in rounds for turn in turns)
    starts, ends = [first_s], [last_s]
    if where.last_turns:
        starts.append(rounds[-where.last_turns :][0][0].start_s)
    if where.last_s:
        starts.append(last_s - where.last_s)
    if where.last_share:
        starts.append(last_s - (last_s - first_s) * where.last_share)
    if where.first_turns:
        ends.append(rounds[: where.first_turns][-1][-1].end_s)
    if where.first_s:
        ends.append(first_s + where.first_s)
    start_s = max(starts)
    return Span(start_s=start_s, end_s=max(start_s, min(ends)))
