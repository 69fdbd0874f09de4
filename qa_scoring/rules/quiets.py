"""Quiet stretches of a call: when nobody speaks, whose doing that is, and which of them are one wait."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.records import Turn
from ledger.states import Role
from qa_scoring.checks import PhraseSpec
from qa_scoring.conversation import Span
from qa_scoring.heard import FILLERS
from qa_scoring.rules.listening import Degree, catch_best
from qa_scoring.rules.scene import Scene

LAST_WORDS_S: Final = 6.0  # of the caller before a wait
FIRST_WORDS_S: Final = 2.5  # of whoever ends it
MOMENT_S: Final = 0.05  # recognised times are rounded
WAIT_S: Final = 4.0  # shorter quiet is the pace of talk: it neither begins nor ends a wait
GOES_ON_S: Final = 6.0  # between two quiet stretches of one wait
HOLDING_S: Final = 3.0  # of the operator's words between them
SURELY: Final = 0.9  # 办好了 is not 办好了吗
SHORT_QUESTION: Final = 16  # signs: 您还在线吗, and no answer that ends with a question
QUESTION: Final = re.compile(
    "(吗|么|呢|什么|哪|多少|几|谁|是不是|对不对|有没有|行不行)[^，。？]{0,6}[。？]?$|？$"
)
REQUEST: Final = re.compile(
    "(请|麻烦|劳驾)您?(先|再)?(看|说|讲|报|提供|记|拿|试|打开|重启|拔|插|按|核对|告诉|检查)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """What people say around a wait, as the norm writes it."""

    notices: Sequence[PhraseSpec]
    caller_asks: Sequence[PhraseSpec] = ()  # with which a caller ends a wait, or an operator the caller's
    caller_waits: Sequence[PhraseSpec] = ()  # with which callers announce a wait of their own
    goes_on: Sequence[PhraseSpec] = ()  # with which the operator says that a wait is not over


def quiet_stretches(scene: Scene, least_s: float) -> list[Span]:
    """Between two stretches of speech, within one bridged span, nobody speaks for at least so long."""
    return gaps_in(scene, scene.speech, least_s)


def gaps_in(scene: Scene, speech: Sequence[Span], least_s: float) -> list[Span]:
    """The same of one speaker's speech, whoever else speaks."""
    pairs = itertools.pairwise(speech)
    spans = (Span(start_s=one.end_s, end_s=other.start_s) for one, other in pairs)
    return [span for span in spans if span.length_s >= least_s and _bridged(scene, span)]


def waits_of_callers(scene: Scene, least_s: float, manners: Manners) -> list[Span]:
    """Quiet stretches that are the operator's doing."""
    return [
        span
        for span in quiet_stretches(scene, least_s)
        if (_operator_ends(scene, span) or _asks(scene, Role.CALLER, manners, span))
        and not caller_asked_for(scene, manners, span)
        and not _caller_owes(scene, manners, span)
    ]


def caller_asked_for(scene: Scene, manners: Manners, quiet: Span) -> bool:
    """Whether the caller's last words before it announced a wait (您稍等，我去拿单子)."""
    before = Span(start_s=quiet.start_s - LAST_WORDS_S, end_s=quiet.start_s)
    return is_said(scene, Role.CALLER, manners.caller_waits or manners.notices, before)


def episodes(scene: Scene, quiets: Sequence[Span], manners: Manners) -> list[list[Span]]:
    """The stretches that are one wait together: between them the operator says nothing, or 还在查."""
    waits: list[list[Span]] = []
    for quiet in quiets:
        if waits and goes_on(scene, waits[-1][-1], quiet, manners):
            waits[-1].append(quiet)
        else:
            waits.append([quiet])
    return waits


def is_said(scene: Scene, who: Role, specs: Sequence[PhraseSpec], within: Span, least: float = 0.0) -> bool:
    """Whether any of the phrases certainly is, and at least so alike."""
    if not specs or not scene.heard(who).count:
        return False
    catch = catch_best(scene, who, specs, within)
    return catch is not None and catch.degree is Degree.SAID and catch.hit.likeness >= least


def goes_on(scene: Scene, earlier: Span, later: Span, manners: Manners) -> bool:
    """Whether the later stretch is the earlier one's wait still."""
    between = Span(start_s=earlier.end_s, end_s=later.start_s)
    if between.length_s > GOES_ON_S:
        return False
    rounds = list(_rounds_within(scene, Role.OPERATOR, between))
    spoken_s = sum(turn.end_s - turn.start_s for turns in rounds for turn in turns)
    return spoken_s <= HOLDING_S and all(_is_holding(scene, turns, manners) for turns in rounds)


def _is_holding(scene: Scene, turns: Sequence[Turn], manners: Manners) -> bool:
    text = "".join(turn.text for turn in turns)
    if not set(text) - FILLERS - set("，。？"):
        return True
    return is_said(
        scene, Role.OPERATOR, manners.goes_on, Span(start_s=turns[0].start_s, end_s=turns[-1].end_s)
    )


def _rounds_within(scene: Scene, who: Role, within: Span) -> Iterator[tuple[Turn, ...]]:
    for turns in scene.conversation.rounds_of(who):
        inside = tuple(turn for turn in turns if within.holds((turn.start_s + turn.end_s) / 2))
        if inside:
            yield inside


def _asks(scene: Scene, who: Role, manners: Manners, quiet: Span, least: float = 0.0) -> bool:
    """Whether somebody breaks the silence by asking for the other (喂，还在吗)."""
    first_words = Span(start_s=quiet.end_s - MOMENT_S, end_s=quiet.end_s + FIRST_WORDS_S)
    return is_said(scene, who, manners.caller_asks, first_words, least)


def _caller_owes(scene: Scene, manners: Manners, quiet: Span) -> bool:
    """Whether the operator had asked for something, waited for it, and asked again."""
    before = _turn_at(scene, quiet.start_s, ends=True)
    after = _turn_at(scene, quiet.end_s, ends=False)
    if before is None or after is None:
        return False
    asked = QUESTION.search(before.text) or REQUEST.search(before.text)
    asks_again = asked and len(after.text) <= SHORT_QUESTION and QUESTION.search(after.text)
    if not asks_again and not _asks(scene, Role.OPERATOR, manners, quiet, least=SURELY):
        return False
    last_words = Span(start_s=before.start_s, end_s=quiet.start_s)
    return not is_said(scene, Role.OPERATOR, manners.notices, last_words)


def _turn_at(scene: Scene, moment_s: float, *, ends: bool) -> Turn | None:
    """The operator's turn that ends, or begins, at a moment."""
    turns = scene.conversation.operator_turns
    near = (turn for turn in turns if abs((turn.end_s if ends else turn.start_s) - moment_s) < MOMENT_S)
    return next(near, None)


def _bridged(scene: Scene, quiet: Span) -> bool:
    bridged = scene.conversation.operator_spans
    return any(span.holds(quiet.start_s) and span.holds(quiet.end_s) for span in bridged)


def _operator_ends(scene: Scene, quiet: Span) -> bool:
    return any(abs(span.start_s - quiet.end_s) < MOMENT_S for span in scene.operator_speech)
