"""Synthetic months of calls whose truth is known, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from qa_scoring.sampling import Frame, FrameCall
from qa_scoring.sampling.plan import SamplePlan, Window

FIRST = date(2026, 11, 2)  # a Monday
WEEKS = 4
WINDOW = Window(first=FIRST, end=FIRST + timedelta(weeks=WEEKS))
OPERATORS = 12
BANDS = ("00-08", "08-12", "12-18", "18-24")


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """What a person would find in one call."""

    operator: str
    team: str
    in_order: float  # 1 or 0
    rare: float  # 1 or 0: a wrong answer
    score: float
    flags: int  # what the machine says: often right
    hour: str
    week: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """Calls with their truth."""

    truths: Mapping[str, Truth]

    @classmethod
    def made(cls, calls: int, *, rare_share: float, seed: int = 1) -> Month:
        """So many calls. Operators and hours differ, and the machine's flags are right four times in five."""
        chance = random.Random(seed)
        habits = [chance.uniform(0.04, 0.3) for _ in range(OPERATORS)]
        truths = {f"c{number:06}": _truth(chance, habits, rare_share) for number in range(calls)}
        return cls(truths=truths)

    def frame(self, plan: SamplePlan) -> Frame:
        """The calls as a plan sees them."""
        return Frame.of(
            FrameCall(
                call_id=name,
                stratum=_stratum(plan, truth),
                size=float(truth.flags) + (100 - truth.score) / 100,
                operator=truth.operator,
                team=truth.team,
            )
            for name, truth in self.truths.items()
        )


def _truth(chance: random.Random, habits: list[float], rare_share: float) -> Truth:
    at = min(OPERATORS - 1, int(chance.triangular(0, OPERATORS, 3)))
    band = chance.choices(range(4), weights=(1, 5, 6, 3))[0]
    breach = chance.random() < habits[at] * (1.3 if band == 3 else 0.95)
    seen = breach if chance.random() < 0.8 else chance.random() < 0.1
    lost = chance.choice((5, 10, 10, 20, 35)) if breach else 0
    return Truth(
        operator=f"{8001 + at}",
        team="AB"[at % 2],
        in_order=0.0 if breach else 1.0,
        rare=float(chance.random() < rare_share),
        score=max(0.0, 100.0 - lost - chance.choice((0, 0, 0, 2))),
        flags=chance.choice((1, 1, 2)) if seen else 0,
        hour=BANDS[band],
        week=chance.randrange(WEEKS),
    )


def _stratum(plan: SamplePlan, truth: Truth) -> str:
    year, week, _ = (FIRST + timedelta(weeks=truth.week)).isocalendar()
    values = {
        "operator": truth.operator,
        "team": truth.team,
        "hour": truth.hour,
        "week": f"{year}-W{week:02}",
    }
    return "|".join(f"{name}={values[name]}" for name in plan.dimensions)
