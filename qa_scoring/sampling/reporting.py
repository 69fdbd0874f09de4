"""The estimates of one draw: for all its calls, and for each team, desk and operator."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.sample_verdicts import MachineVerdict
from ledger.samples import Check, Outcome, Sampled, SampleDraw
from qa_scoring.sampling.drawing import WHOLE, DrawPart, StratumDraw
from qa_scoring.sampling.estimating import Domain, Estimate, Scene, estimate
from qa_scoring.sampling.plan import SamplePlan
from qa_scoring.sampling.weighing import Unit, Weighing, weigh

TOP_SCORE = 100.0
PER = 10_000  # 差错率 is told per ten thousand


class Basis(StrEnum):
    """Whose judgement is estimated from."""

    PEOPLE = "people"
    MACHINE = "machine"


class Kind(StrEnum):
    """What a line of a report is about."""

    ALL = "all"
    TEAM = "team"
    DESK = "desk"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What is said of one call; None where it is missing."""

    in_order: float | None = None
    wrong: float | None = None
    score: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The estimates for one domain."""

    kind: Kind
    name: str  # empty for all
    in_order: Estimate  # share of calls
    wrong: Estimate  # share of calls with a wrong answer; times PER for people
    score: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What one part of a draw says."""

    basis: Basis
    part: DrawPart
    drawn: int
    judged: int
    cannot_tell: int  # people listened and nobody could judge
    calls: int  # of the frame, that can be heard
    gaps: Mapping[str, int]  # of the frame, that cannot, by reason
    lines: tuple[Line, ...]
    spreads: Mapping[str, float]  # of "in order" by stratum: what the next plan's Neyman allocation needs

    @property
    def total(self) -> Line:
        """The line for all."""
        return self.lines[0]

    @property
    def missing(self) -> int:
        """Drawn calls without a judgement."""
        return self.drawn - self.judged


def report_on(
    draw: SampleDraw,
    sampled: Sequence[Sampled],
    verdicts: Mapping[str, MachineVerdict],
    *,
    part: DrawPart = DrawPart.MONITORS,
    basis: Basis | None = None,
) -> Report:
    """Estimate. Without a basis: by people once somebody has checked a call of the part, else the machine."""
    mine = [one for one in sampled if one.part == part]
    basis = basis or basis_of(mine)
    errors = frozenset(SamplePlan.model_validate(draw.plan).errors)
    judged = {one.id: _judge(one, verdicts.get(one.call_id), basis, errors) for one in mine}
    strata = {one.stratum: one for one in strata_of(draw) if one.part is part}
    ground = _Ground(
        in_order=_Values.of("in_order", mine, judged),
        wrong=_Values.of("wrong", mine, judged),
        score=_Values.of("score", mine, judged),
        strata=strata,
        population=_populations(draw.cells, strata),
    )
    spreads = _spreads([(one.stratum, judged[one.id].in_order) for one in mine])
    return Report(
        basis=basis,
        part=part,
        drawn=len(mine),
        judged=sum(one.in_order is not None for one in judged.values()),
        cannot_tell=sum(_could_not_tell(one.check) for one in mine) if basis is Basis.PEOPLE else 0,
        calls=sum(stratum.calls for stratum in strata.values()),
        gaps=draw.gaps,
        spreads=spreads,
        lines=tuple(
            _line(kind, name, places, ground) for (kind, name), places in _domains(mine, ground).items()
        ),
    )


def basis_of(sampled: Sequence[Sampled]) -> Basis:
    """People, once anybody has checked a call."""
    return Basis.PEOPLE if any(one.check for one in sampled) else Basis.MACHINE


def strata_of(draw: SampleDraw) -> tuple[StratumDraw, ...]:
    """The strata as they were kept."""
    return tuple(StratumDraw(**{**one, "part": DrawPart(one["part"])}) for one in draw.strata)


def judged_by_people(check: Check | None) -> Judged:
    """What a check says."""
    if check is None or check.outcome is Outcome.CANNOT_TELL:
        return Judged()
    return Judged(
        in_order=float(check.outcome is Outcome.IN_ORDER),
        wrong=float(check.outcome is Outcome.WRONG),
        score=check.score,
    )


def judged_by_machine(verdict: MachineVerdict | None, errors: frozenset[str]) -> Judged:
    """What the newest scorecard says, whatever people decided on it."""
    if verdict is None:
        return Judged()
    return Judged(
        in_order=float(not verdict.breaches),
        wrong=float(any(breach.rule in errors for breach in verdict.breaches)),
        score=verdict.score,
    )


def _judge(one: Sampled, verdict: MachineVerdict | None, basis: Basis, errors: frozenset[str]) -> Judged:
    return judged_by_people(one.check) if basis is Basis.PEOPLE else judged_by_machine(verdict, errors)


def _spreads(values: Sequence[tuple[str, float | None]]) -> dict[str, float]:
    """Standard deviations; one call more of each kind is counted, so that none is 0 (Laplace)."""
    strata: dict[str, list[float]] = defaultdict(list)
    for stratum, value in values:
        if value is not None:
            strata[stratum].append(value)
    shares = {name: (sum(seen) + 1) / (len(seen) + 2) for name, seen in strata.items()}
    return {name: math.sqrt(share * (1 - share)) for name, share in shares.items()}


def _could_not_tell(check: Check | None) -> bool:
    return check is not None and check.outcome is Outcome.CANNOT_TELL


def _domains(mine: Sequence[Sampled], ground: _Ground) -> dict[tuple[Kind, str], list[int]]:
    """Places of the drawn calls of each domain of the frame, all first."""
    order = list(Kind)
    domains = sorted(ground.population, key=lambda domain: (order.index(domain[0]), domain[1]))
    found: dict[tuple[Kind, str], list[int]] = {domain: [] for domain in domains}
    found[Kind.ALL, ""] = list(range(len(mine)))
    for kind in (Kind.TEAM, Kind.DESK, Kind.OPERATOR):
        for at, one in enumerate(mine):
            found[kind, getattr(one, kind)].append(at)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Values:
    """All drawn calls with one of their values, weighed once for all domains."""

    units: Sequence[Unit]
    weighing: Weighing

    @classmethod
    def of(cls, name: str, mine: Sequence[Sampled], judged: Mapping[int, Judged]) -> _Values:
        units = [
            Unit(stratum=one.stratum, probability=one.probability, value=getattr(judged[one.id], name))
            for one in mine
        ]
        return cls(units=units, weighing=weigh(units))

    def domain(self, places: Sequence[int]) -> Domain:
        return Domain.among(self.units, self.weighing, places)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ground:
    """What all lines of a report rest on."""

    in_order: _Values
    wrong: _Values
    score: _Values
    strata: Mapping[str, StratumDraw]
    population: Mapping[tuple[Kind, str], Mapping[str, int]]  # calls of a domain by stratum


def _line(kind: Kind, name: str, places: Sequence[int], ground: _Ground) -> Line:
    scene = Scene(strata=ground.strata, population=ground.population[kind, name])
    return Line(
        kind=kind,
        name=name,
        in_order=estimate(ground.in_order.domain(places), scene, top=1.0, is_share=True),
        wrong=estimate(ground.wrong.domain(places), scene, top=1.0, is_share=True),
        score=estimate(ground.score.domain(places), scene, top=TOP_SCORE, is_share=False),
    )


def _populations(
    cells: Sequence[Sequence[Any]], strata: Mapping[str, StratumDraw]
) -> dict[tuple[Kind, str], Counter[str]]:
    found: dict[tuple[Kind, str], Counter[str]] = defaultdict(Counter)
    for stratum, operator, desk, team, calls in cells:
        names = {Kind.OPERATOR: operator, Kind.DESK: desk, Kind.TEAM: team, Kind.ALL: ""}
        for kind, name in names.items():
            found[kind, name][stratum if stratum in strata else WHOLE] += calls
    return found
