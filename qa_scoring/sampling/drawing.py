"""The draw: from a frozen frame, a plan and a seed the same calls each time, each with its exact probability.

Simple: the calls with the least random numbers. By risk: systematically down the list of the numbers
(Hartley and Rao, Ann. Math. Stat. 33 (1962), 350-374), which keeps both the probabilities and the
number of calls exact. docs/decisions/0020-a-calls-random-number-is-a-hash.md has what else was looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from qa_scoring.sampling import inclusion
from qa_scoring.sampling.allocation import allocate
from qa_scoring.sampling.frame import Frame, FrameCall
from qa_scoring.sampling.numbers import ALGORITHM, Purpose, numbering, random_number
from qa_scoring.sampling.plan import BadSamplePlan, SamplePlan, Selection, Window

WHOLE = ""  # the stratum of what is drawn without strata


class DrawPart(StrEnum):
    """Whose sample a drawn call is in; a call may be in both."""

    MONITORS = "monitors"
    OUTSIDE = "outside"  # the outside supervisors (社会质量监督员)


@dataclass(frozen=True, kw_only=True, slots=True)
class StratumDraw:
    """What was drawn of one stratum for one part."""

    part: DrawPart
    stratum: str
    calls: int  # N_h, of the frame's that can be heard
    drawn: int  # n_h
    least: float  # the least inclusion probability of its calls, drawn or not
    is_simple: bool  # all have the same one, and any n_h of them were as likely as any others


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A call that was drawn for a part."""

    part: DrawPart
    call_id: str
    stratum: str  # of the part's design
    probability: float  # of its inclusion in the part, of first order


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """A whole draw."""

    algorithm: str
    seed: str
    frame_sha256: str
    strata: tuple[StratumDraw, ...]
    drawn: tuple[Drawn, ...]


def draw_sample(plan: SamplePlan, frame: Frame, *, seed: str, window: Window) -> Draw:
    """Draw. Raises BadSamplePlan where the frame is empty or too small for the plan."""
    strata = frame.by_stratum()
    if not strata:
        raise BadSamplePlan("no call of the frame can be heard; widen the window, or look at its gaps")
    counts = allocate(plan.sample, {name: len(calls) for name, calls in strata.items()}, window)
    told, drawn = [], []
    for name, calls in strata.items():
        chances = _chances(plan, calls, counts[name])
        chosen = _choose(plan.select, seed, name, calls, chances)
        told.append(_stratum(plan, name, chances, len(chosen)))
        drawn += [
            Drawn(part=DrawPart.MONITORS, call_id=calls[at].call_id, stratum=name, probability=chances[at])
            for at in chosen
        ]
    return _with_outside(
        plan,
        frame,
        Draw(
            algorithm=ALGORITHM,
            seed=seed,
            frame_sha256=frame.sha256,
            strata=tuple(told),
            drawn=tuple(sorted(drawn, key=lambda one: one.call_id)),
        ),
    )


def _chances(plan: SamplePlan, calls: Sequence[FrameCall], wished: int) -> list[float]:
    if plan.select is Selection.SIMPLE:
        return [wished / len(calls)] * len(calls)
    return inclusion.probabilities(inclusion.sizes([call.size for call in calls], plan.risk.floor), wished)


def _stratum(plan: SamplePlan, name: str, chances: list[float], drawn: int) -> StratumDraw:
    return StratumDraw(
        part=DrawPart.MONITORS,
        stratum=name,
        calls=len(chances),
        drawn=drawn,
        least=min(chances),
        is_simple=plan.select is Selection.SIMPLE,
    )


def _choose(
    select: Selection, seed: str, stratum: str, calls: Sequence[FrameCall], chances: list[float]
) -> list[int]:
    """Places of the drawn calls in the stratum's list."""
    number = numbering(seed, Purpose.DRAW)
    numbers = [(number(call.call_id), call.call_id) for call in calls]
    order = sorted(range(len(calls)), key=numbers.__getitem__)
    if select is Selection.SIMPLE:
        return order[: round(sum(chances))]
    return systematic(order, chances, random_number(seed, Purpose.START, stratum))


def systematic(order: Sequence[int], chances: Sequence[float], start: float) -> list[int]:
    """Those in whose stretch of the added-up probabilities start, start + 1, start + 2 ... fall."""
    certain = [at for at in order if chances[at] >= 1]
    rest = [at for at in order if chances[at] < 1]
    ends = list(accumulate(chances[at] for at in rest))
    wished = round(ends[-1]) if ends else 0
    hits = (min(bisect_left(ends, start + step), len(rest) - 1) for step in range(wished))
    return [*certain, *(rest[hit] for hit in hits)]


def _with_outside(plan: SamplePlan, frame: Frame, draw: Draw) -> Draw:
    if plan.outside is None:
        return draw
    if plan.outside.total is not None:
        return _with_own_draw(plan.outside.total, frame, draw)
    return _split(plan.outside.share or 0.0, draw)


def _with_own_draw(total: int, frame: Frame, draw: Draw) -> Draw:
    """A simple draw from the whole frame with numbers of its own."""
    calls = [call.call_id for call in frame.calls if call.gap is None]
    total = min(total, len(calls))
    chosen = sorted(_first_by_number(draw.seed, calls, total))
    chance = total / len(calls)
    theirs = tuple(_outside(call_id, chance) for call_id in chosen)
    return replace(
        draw,
        strata=(*draw.strata, _whole(len(calls), theirs, least=chance, is_simple=True)),
        drawn=(*draw.drawn, *theirs),
    )


def _split(share: float, draw: Draw) -> Draw:
    """A random part of the drawn calls changes hands; both parts' probabilities are products."""
    count = max(1, round(share * len(draw.drawn)))
    if count >= len(draw.drawn):
        raise BadSamplePlan(f"outside: {len(draw.drawn)} drawn calls are too few to share; draw more")
    chosen = _first_by_number(draw.seed, [one.call_id for one in draw.drawn], count)
    given = count / len(draw.drawn)
    kept = tuple(
        replace(one, probability=one.probability * (1 - given))
        for one in draw.drawn
        if one.call_id not in chosen
    )
    given_away = [one for one in draw.drawn if one.call_id in chosen]
    theirs = tuple(_outside(one.call_id, one.probability * given) for one in given_away)
    left = [
        replace(
            stratum,
            drawn=sum(one.stratum == stratum.stratum for one in kept),
            least=stratum.least * (1 - given),
        )
        for stratum in draw.strata
    ]
    calls = sum(stratum.calls for stratum in draw.strata)
    least = min(stratum.least for stratum in draw.strata) * given
    is_simple = len(draw.strata) == 1 and draw.strata[0].is_simple
    whole = _whole(calls, theirs, least=least, is_simple=is_simple)
    return replace(draw, strata=(*left, whole), drawn=(*kept, *theirs))


def _first_by_number(seed: str, call_ids: Sequence[str], count: int) -> set[str]:
    number = numbering(seed, Purpose.OUTSIDE)
    order = sorted(call_ids, key=lambda name: (number(name), name))
    return set(order[:count])


def _outside(call_id: str, probability: float) -> Drawn:
    return Drawn(part=DrawPart.OUTSIDE, call_id=call_id, stratum=WHOLE, probability=probability)


def _whole(calls: int, theirs: Sequence[Drawn], *, least: float, is_simple: bool) -> StratumDraw:
    return StratumDraw(
        part=DrawPart.OUTSIDE, stratum=WHOLE, calls=calls, drawn=len(theirs), least=least, is_simple=is_simple
    )
