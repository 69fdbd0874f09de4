"""Draw again and again, judge by the truth, count how often the interval has it."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.sampling.population import WINDOW, Month, Truth
from qa_scoring.sampling import Draw, Estimate, draw_sample, estimate_mean, estimate_share
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.estimating import Scene
from qa_scoring.sampling.plan import SamplePlan
from qa_scoring.sampling.weighing import Unit

TEAM = "A"


@dataclass(frozen=True, kw_only=True)
class Estimand:
    """Something to be estimated."""

    name: str
    value: Callable[[Truth], float]
    is_share: bool
    is_meant: Callable[[Truth], bool] = lambda _truth: True

    def estimate(self, units: list[Unit], scene: Scene) -> Estimate:
        """By the product's own code."""
        return estimate_share(units, scene) if self.is_share else estimate_mean(units, scene)


ESTIMANDS = (
    Estimand(name="share in order", value=lambda truth: truth.in_order, is_share=True),
    Estimand(name="mean score", value=lambda truth: truth.score, is_share=False),
    Estimand(name="rare errors", value=lambda truth: truth.rare, is_share=True),
    Estimand(
        name="team: in order",
        value=lambda truth: truth.in_order,
        is_share=True,
        is_meant=lambda truth: truth.team == TEAM,
    ),
    Estimand(
        name="team: score",
        value=lambda truth: truth.score,
        is_share=False,
        is_meant=lambda truth: truth.team == TEAM,
    ),
    Estimand(
        name="operator: in order",
        value=lambda truth: truth.in_order,
        is_share=True,
        is_meant=lambda truth: truth.operator == "8003",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What came of many draws for one estimand."""

    estimand: str
    truth: float
    draws: int
    covered: int
    below: int  # the whole interval lies below the truth
    above: int
    bias: float  # mean estimate less truth
    width: float  # mean
    error_ratio: float  # mean estimated standard error by the true one; 1 is right
    rarer: float  # expected calls of the rarer kind in a sample; of means infinite

    @property
    def share(self) -> float:
        """Of draws whose interval has the truth."""
        return self.covered / self.draws


def coverages(
    plan: SamplePlan,
    month: Month,
    *,
    draws: int,
    part: DrawPart = DrawPart.MONITORS,
    response: float = 1.0,
    estimands: tuple[Estimand, ...] = ESTIMANDS,
) -> Iterator[Coverage]:
    """Every estimand over the same draws. With `response` below 1 some drawn calls are never judged."""
    frame = month.frame(plan)
    cells = Counter((call.stratum, call.call_id) for call in frame.calls)
    chance = random.Random(7)
    made = [draw_sample(plan, frame, seed=f"simulated {number}", window=WINDOW) for number in range(draws)]
    judged = [[chance.random() < response for _ in draw.drawn] for draw in made]
    strata = {call_id: stratum for stratum, call_id in cells}
    for estimand in estimands:
        yield _coverage(estimand, month, part, strata, list(zip(made, judged, strict=True)))


def _coverage(
    estimand: Estimand,
    month: Month,
    part: DrawPart,
    strata: dict[str, str],
    made: list[tuple[Draw, list[bool]]],
) -> Coverage:
    meant = [name for name, truth in month.truths.items() if estimand.is_meant(truth)]
    truth = math.fsum(estimand.value(month.truths[name]) for name in meant) / len(meant)
    population = Counter("" if part is DrawPart.OUTSIDE else strata[name] for name in meant)
    told = []
    for draw, judged in made:
        scene = Scene(
            strata={one.stratum: one for one in draw.strata if one.part is part}, population=population
        )
        told.append(estimand.estimate(_units(estimand, month, draw, part, judged), scene))
    return _summary(estimand, truth, told)


def _units(estimand: Estimand, month: Month, draw: Draw, part: DrawPart, judged: list[bool]) -> list[Unit]:
    return [
        Unit(
            stratum=one.stratum,
            probability=one.probability,
            value=estimand.value(month.truths[one.call_id]) if is_judged else None,
            is_meant=estimand.is_meant(month.truths[one.call_id]),
        )
        for one, is_judged in zip(draw.drawn, judged, strict=True)
        if one.part is part
    ]


def _summary(estimand: Estimand, truth: float, told: list[Estimate]) -> Coverage:
    sure = [
        (one.value, one.low, one.high, one.standard_error)
        for one in told
        if one.value is not None and one.low is not None and one.high is not None
    ]
    below = sum(high < truth - 1e-12 for _, _, high, _ in sure)
    above = sum(low > truth + 1e-12 for _, low, _, _ in sure)
    mean = math.fsum(value for value, *_ in sure) / len(sure)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value, *_ in sure) / (len(sure) - 1))
    error = math.fsum(error or 0.0 for *_, error in sure) / len(sure)
    return Coverage(
        estimand=estimand.name,
        truth=truth,
        draws=len(sure),
        covered=len(sure) - below - above,
        below=below,
        above=above,
        bias=mean - truth,
        width=math.fsum(high - low for _, low, high, _ in sure) / len(sure),
        error_ratio=error / spread if spread else math.nan,
        rarer=min(truth, 1 - truth) * told[0].judged if estimand.is_share else math.inf,
    )
