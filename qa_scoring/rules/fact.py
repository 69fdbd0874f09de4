"""`fact`: what the line, the caller's keys or a ticket tell of the call compares as the norm asks."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Final

from ledger.states import Verdict
from qa_scoring import logic
from qa_scoring.facts import SIGNS, Fact
from qa_scoring.patterns import TooSlow, matches_whole
from qa_scoring.rules.scene import Opinion, Scene, searched

BOUNDS: Final[dict[str, Callable[[float, float], bool]]] = {
    "less_than": operator.lt,
    "more_than": operator.gt,
    "at_least": operator.ge,
    "at_most": operator.le,
}


def judge_fact(scene: Scene, check: Fact) -> Opinion:
    """All comparisons hold. A value that is no number cannot be compared with one."""
    value = scene.conversation.facts.get(check.name, "")
    verdict = _presence(check, value)
    if verdict is None:
        verdict = logic.all_of(_comparisons(check, value))
    words = {"fact": check.title, "value": value or "无", "wanted": wanted(check)}
    evidence = None if verdict is Verdict.NOT_APPLICABLE else searched(scene.whole)
    return Opinion(verdict=verdict, evidence=evidence, words=words)


def wanted(check: Fact) -> str:
    """The comparisons in words."""
    given = {name: getattr(check, "is_" if name == "is" else name) for name in SIGNS}
    return "、".join(SIGNS[name].format(_shown(value)) for name, value in given.items() if value is not None)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "/".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _presence(check: Fact, value: str) -> Verdict | None:
    """The verdict where the presence alone decides; None where values are compared."""
    if check.present is not None and check.present != bool(value):
        return Verdict.FAIL
    if check.present is False:
        return Verdict.PASS
    return None if value else check.missing


def _comparisons(check: Fact, value: str) -> Iterator[Verdict]:
    yield Verdict.PASS  # what is there and is compared with nothing
    if check.is_ is not None:
        yield _verdict(holds=value == check.is_)
    if check.is_not is not None:
        yield _verdict(holds=value != check.is_not)
    if check.one_of is not None:
        yield _verdict(holds=value in check.one_of)
    if check.matches is not None:
        yield _as_pattern(check.matches, value)
    yield from _bounds(check, value)


def _bounds(check: Fact, value: str) -> Iterator[Verdict]:
    for name, compare in BOUNDS.items():
        bound = getattr(check, name)
        if bound is not None:
            number = _number(value)
            yield Verdict.CANNOT_TELL if number is None else _verdict(holds=compare(number, bound))


def _verdict(*, holds: bool) -> Verdict:
    return Verdict.PASS if holds else Verdict.FAIL


def _as_pattern(pattern: str, value: str) -> Verdict:
    try:
        return _verdict(holds=matches_whole(pattern, value))
    except TooSlow:
        return Verdict.CANNOT_TELL


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
