"""Draw again and again, judge by the truth, count how often the interval has it."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.sampling.population import WINDOW, Month, Truth
from qa_scoring.sampling import Drawn, Estimate, Frame, draw_sample
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.estimating import Domain, Scene, estimate
from qa_scoring.sampling.plan import SamplePlan
from qa_scoring.sampling.weighing import Unit, Weighing, weigh

TEAM = "A"


@dataclass(frozen=True, kw_only=True)
class Estimand:
    """Something to be estimated."""

    name: str
    of: str  # a field of `Truth`
    is_share: bool
    is_meant: Callable[[Truth], bool] = lambda _truth: True


ESTIMANDS = (
    Estimand(name="share in order", of="in_order", is_share=True),
    Estimand(name="mean score", of="score", is_share=False),
    Estimand(name="rare errors", of="rare", is_share=True),
    Estimand(
        name="team: in order",
        of="in_order",
        is_share=True,
        is_meant=lambda truth: truth.team == TEAM,
    ),
    Estimand(
        name="team: score",
        of="score",
        is_share=False,
        is_meant=lambda truth: truth.team == TEAM,
    ),
    Estimand(
        name="operator: in order",
        of="in_order",
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
    frame, chance = month.frame(plan), random.Random(7)
    populations = {one.name: _population(one, month, frame, part) for one in estimands}
    told: dict[str, list[Estimate]] = {one.name: [] for one in estimands}
    for number in range(draws):
        draw = draw_sample(plan, frame, seed=f"simulated {number}", window=WINDOW)
        mine = [one for one in draw.drawn if one.part is part]
        judged = [chance.random() < response for _ in mine]
        strata = {one.stratum: one for one in draw.strata if one.part is part}
        values = {of: _weighed(of, month, mine, judged) for of in {one.of for one in estimands}}
        for one in estimands:
            scene = Scene(strata=strata, population=populations[one.name])
            told[one.name].append(_estimate(one, month, mine, values[one.of], scene))
    for one in estimands:
        yield _summary(one, _truth(one, month), told[one.name])


def _truth(estimand: Estimand, month: Month) -> float:
    meant = [getattr(truth, estimand.of) for truth in month.truths.values() if estimand.is_meant(truth)]
    return math.fsum(meant) / len(meant)


def _population(estimand: Estimand, month: Month, frame: Frame, part: DrawPart) -> Counter[str]:
    meant = (call for call in frame.calls if estimand.is_meant(month.truths[call.call_id]))
    return Counter("" if part is DrawPart.OUTSIDE else call.stratum for call in meant)


def _weighed(
    of: str, month: Month, mine: Sequence[Drawn], judged: Sequence[bool]
) -> tuple[list[Unit], Weighing]:
    units = [
        Unit(
            stratum=one.stratum,
            probability=one.probability,
            value=getattr(month.truths[one.call_id], of) if is_judged else None,
        )
        for one, is_judged in zip(mine, judged, strict=True)
    ]
    return units, weigh(units)


def _estimate(
    estimand: Estimand, month: Month, mine: Sequence[Drawn], values: tuple[list[Unit], Weighing], scene: Scene
) -> Estimate:
    """By the product's own code."""
    places = [at for at, one in enumerate(mine) if estimand.is_meant(month.truths[one.call_id])]
    domain = Domain.among(*values, places)
    return estimate(domain, scene, top=1.0 if estimand.is_share else 100.0, is_share=estimand.is_share)


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
