"""An estimate with its interval; where there is none, why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa_scoring.wilson import wilson

NOTHING = 1e-12  # what rounding leaves of a zero


class Why(StrEnum):
    """Why there is no number."""

    NOTHING_SHARED = "nothing_shared"  # nothing was judged by two
    ONE_CATEGORY = "one_category"  # everybody said the same of everything: chance alone would agree as much
    ONE_CALL = "one_call"  # nothing to discriminate between
    NO_REPEATS = "no_repeats"  # nothing was judged twice by the same person
    NO_INCONSISTENCY = "no_inconsistency"  # each repeat got the same: nothing to divide by
    NO_SPREAD = "no_spread"  # of an interval: each sample drawn anew gives the same
    UNSTABLE = "unstable"  # of an interval: too many samples drawn anew give no number


class Method(StrEnum):
    """How an interval was made; all are for 95 %."""

    LARGE_SAMPLE = "large_sample"  # Fleiss, Cohen & Everitt 1969
    BOOTSTRAP = "bootstrap"  # percentiles over units drawn anew
    WILSON = "wilson"  # Wilson 1927


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """From where to where the truth lies, 95 times in 100."""

    low: float
    high: float
    method: Method


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number with what it rests on. Never NaN: `why` says what is missing."""

    value: float | None
    n: int  # units, such as calls, that it rests on
    interval: Interval | None = None
    why: Why | None = None  # of the value where that is None, else of the interval where that is None


def no_estimate(n: int, why: Why) -> Estimate:
    """What cannot be computed."""
    return Estimate(value=None, n=n, why=why)


def share_interval(hits: float, n: int) -> Interval:
    """The interval of a share, of at least one unit."""
    bounds = wilson(hits, n)
    return Interval(low=bounds.low, high=bounds.high, method=Method.WILSON)
