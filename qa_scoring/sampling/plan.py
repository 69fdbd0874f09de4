"""A sampling plan's YAML: which calls, which strata, how many, with what chances."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ledger.errors import HotlineError
from ledger.states import Origin
from qa_scoring.checks import Part
from qa_scoring.reading import read_file

Count = Annotated[int, Field(ge=1, le=10_000_000)]
Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Weight = Annotated[float, Field(ge=0.0, le=1000.0)]
Spread = Annotated[float, Field(gt=0.0)]
Hour = Annotated[int, Field(ge=0, le=23)]


class BadSamplePlan(HotlineError):
    """A sampling plan has mistakes: each is told with its file and line; correct them."""


class Dimension(StrEnum):
    """What calls are told apart by before they are drawn."""

    OPERATOR = "operator"
    TEAM = "team"
    DESK = "desk"
    HOUR = "hour"
    NEW_STAFF = "new_staff"
    WEEK = "week"  # of ISO 8601, in the hotline's zone


class Allocation(StrEnum):
    """How a total is shared among strata."""

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"  # by size times spread: the least variance for the total


class Selection(StrEnum):
    """How calls are drawn within a stratum."""

    SIMPLE = "simple"
    RISK = "risk"


def _as_text(given: Any) -> Any:
    """8001 without quotes is an operator's number too."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


Name = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=64)]


class Window(Part):
    """The days whose calls are in the frame, by when they were received; the last one is not in it."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.first >= self.end:
            raise ValueError(f"the window ends ({self.end}) before it begins; `to` is the day after the last")
        return self


class NewStaff(Part):
    """Operators are new for so many days from the day given, else from their first call in the ledger."""

    days: Annotated[int, Field(ge=1, le=3650)] = 90
    since: dict[Name, date] = Field(default_factory=dict)


class Amount(Part):
    """How many calls; exactly one of total, share and operator_week."""

    total: Count | None = None
    share: Share | None = None  # of all calls that can be heard
    operator_week: Count | None = None  # for each operator and week; a part of a week gets its part
    minimum: Count = 2  # in each stratum that has so many: one alone tells no variance
    allocation: Allocation = Allocation.PROPORTIONAL
    spreads: dict[Name, Spread] = Field(default_factory=dict)  # by stratum, of a pilot
    other_spread: Spread | None = None  # of strata that the pilot did not have

    @model_validator(mode="after")
    def _says_how_many_once(self) -> Self:
        told = [key for key in ("total", "share", "operator_week") if getattr(self, key) is not None]
        if len(told) != 1:
            has = " and ".join(told) or "none"
            raise ValueError(f"say exactly one of total, share and operator_week; here is {has}")
        return self

    @model_validator(mode="after")
    def _spreads_belong_to_neyman(self) -> Self:
        if (self.allocation is Allocation.NEYMAN) != bool(self.spreads):
            raise ValueError("spreads and `allocation: neyman` need each other; give both or neither")
        if self.operator_week and self.allocation is Allocation.NEYMAN:
            raise ValueError("operator_week says how many for each stratum; leave allocation out")
        return self


class Risk(Part):
    """What makes a call likelier to be drawn: its risk is the sum of these; all 0 draws all alike."""

    floor: Annotated[float, Field(ge=0.05, le=1.0)] = 0.5
    # ^ each call keeps at least this share of the chance that it had if all were drawn alike
    flag: Weight = 1.0  # for each flag
    score: Weight = 1.0  # times the share of the 100 points that was taken off
    cannot_tell: Weight = 0.5  # where a rule could not tell
    unjudged: Weight = 1.0  # where there is no scorecard yet


class Outside(Part):
    """The outside supervisors' own sample; exactly one of total and share."""

    total: Count | None = None  # a second draw from the whole frame, which knows nothing of the first
    share: Share | None = None  # a random part of the drawn calls, taken away from the monitors

    @model_validator(mode="after")
    def _says_how_many_once(self) -> Self:
        if (self.total is None) == (self.share is None):
            raise ValueError("say either total (a draw of their own) or share (a part of the drawn calls)")
        return self


class SamplePlan(Part):
    """One plan."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    window: Window | None = None  # None: --from and --to say it
    desks: tuple[Name, ...] = ()  # none: all
    hotlines: tuple[Name, ...] = ()  # numbers dialled
    origins: tuple[Origin, ...] = (Origin.SIP,)
    strata: tuple[Dimension, ...] = ()
    hours: tuple[Hour, ...] = (0, 8, 12, 18)  # where the bands of `hour` begin
    new_staff: NewStaff = NewStaff()
    sample: Amount
    select: Selection = Selection.SIMPLE
    risk: Risk = Risk()
    outside: Outside | None = None
    errors: tuple[Name, ...] = ("number-readback",)  # rules whose breach is a wrong answer (差错)

    @field_validator("hours")
    @classmethod
    def _hours_rise(cls, hours: tuple[int, ...]) -> tuple[int, ...]:
        if not hours or list(hours) != sorted(set(hours)):
            raise ValueError("hours must rise, each once, e.g. [0, 8, 12, 18]")
        return hours

    @field_validator("strata")
    @classmethod
    def _strata_are_told_once(cls, strata: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
        if len(set(strata)) != len(strata):
            raise ValueError("a dimension is here twice; name each once")
        return strata

    @model_validator(mode="after")
    def _operator_weeks_are_the_strata(self) -> Self:
        if self.sample.operator_week and self.strata not in {(), (Dimension.OPERATOR, Dimension.WEEK)}:
            raise ValueError("operator_week makes its own strata, operator and week; leave strata out")
        return self

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What the strata are made of."""
        return (Dimension.OPERATOR, Dimension.WEEK) if self.sample.operator_week else self.strata

    @property
    def document(self) -> dict[str, Any]:
        """As it is kept with a draw."""
        return self.model_dump(mode="json", by_alias=True)


def load_sample_plan(path: Path) -> SamplePlan:
    """A plan from its file. Raises BadSamplePlan with every mistake, one a line."""
    _content, plan, mistakes = read_file(path, SamplePlan)
    if mistakes:
        raise BadSamplePlan("\n".join(mistakes))
    assert isinstance(plan, SamplePlan)
    return plan
