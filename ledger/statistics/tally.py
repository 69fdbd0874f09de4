"""What was counted of some calls and waits, and the shares, means and percentiles of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger.statistics.measures import BOUNDS_S, MILLION
from ledger.tables.statistics import BUCKETS, CALL_MEASURES, MARKS, STANDARDS, WAIT_MEASURES

SATISFIED_FROM = 4  # of the standard plan's marks: 4 satisfied, 5 very satisfied


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Counts and sums by measure. Shares are 0 to 1 and None of nothing; so are means."""

    sums: Mapping[str, int] = field(default_factory=dict)  # what is not there is 0

    def __getitem__(self, measure: str) -> int:
        return self.sums.get(measure, 0)

    def __add__(self, other: Tally) -> Tally:
        return Tally(sums={name: self[name] + other[name] for name in {**self.sums, **other.sums}})

    def __sub__(self, other: Tally) -> Tally:
        return Tally(sums={name: self[name] - other[name] for name in {**self.sums, **other.sums}})

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to count."""
        return not any(self.sums.values())

    @property
    def service_level(self) -> float | None:
        """Answered within the desk's promise of all offered; callers who gave up count against it."""
        return share(self["in_time"], self["offered"])

    @property
    def in_time_share(self) -> float | None:
        """Answered within the desk's promise of those answered: what can be told of an operator or a team."""
        return share(self["in_time"], self["bridged"])

    @property
    def mean_wait_s(self) -> float | None:
        """Of waits that ended with an operator."""
        return _mean(self["wait_us"], self["bridged"])

    @property
    def mean_gave_up_s(self) -> float | None:
        """How long those had waited who gave up."""
        return _mean(self["gave_up_us"], self["gave_up"])

    @property
    def mean_talk_s(self) -> float | None:
        """With an operator, of calls that had one."""
        return _mean(self["talk_us"], self["talked"])

    @property
    def mean_score(self) -> float | None:
        """Of the machine's newest scorecards."""
        return _mean(self["score_micro"], self["judged"])

    @property
    def flagged_share(self) -> float | None:
        """Calls with a flag, of those judged."""
        return share(self["flagged"], self["judged"])

    @property
    def asked_share(self) -> float | None:
        """Calls in which the survey was heard to its end, of those that an operator talked to."""
        return share(self["asked"], self["talked"])

    @property
    def marked_share(self) -> float | None:
        """Calls with a mark, of those asked."""
        return share(self["marked"], self["asked"])

    @property
    def mean_mark(self) -> float | None:
        """Of the survey's marks."""
        total = sum(int(key) * count for key, count in self.marks.items())
        return share(total, sum(self.marks.values()))

    @property
    def satisfied_share(self) -> float | None:
        """Marks from `SATISFIED_FROM` on, of all marks."""
        satisfied = sum(count for key, count in self.marks.items() if int(key) >= SATISFIED_FROM)
        return share(satisfied, sum(self.marks.values()))

    @property
    def marks(self) -> dict[str, int]:
        """How often each key was given; keys that nobody gave are left out."""
        return {key: self[f"mark_{key}"] for key in MARKS if self[f"mark_{key}"]}

    def mean_loss(self, standard: str) -> float | None:
        """Points that a standard takes off, on the average of the calls with a scorecard."""
        return _mean(self[f"lost_{standard}"], self["carded"])

    def wait_percentile_s(self, part: float) -> float | None:
        """The wait within which a part (0 to 1) of the answered waits ended; interpolated in its bucket."""
        return percentile_s([self[f"bridged_{number}"] for number in range(BUCKETS)], part)

    @property
    def losses(self) -> dict[str, float | None]:
        """By standard."""
        return {standard: self.mean_loss(standard) for standard in STANDARDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleTally:
    """What was found by one rule."""

    flags: int = 0  # calls that are flagged with it
    fails: int = 0  # failed findings of newest scorecards, of calls whose recording is still kept
    undecided: int = 0  # of these, those that nobody has decided on
    confirmed: int = 0  # by the newest decision of a person
    rejected: int = 0

    def __add__(self, other: RuleTally) -> RuleTally:
        return _rule(self, other, 1)

    def __sub__(self, other: RuleTally) -> RuleTally:
        return _rule(self, other, -1)


def _rule(one: RuleTally, other: RuleTally, sign: int) -> RuleTally:
    return RuleTally(
        flags=one.flags + sign * other.flags,
        fails=one.fails + sign * other.fails,
        undecided=one.undecided + sign * other.undecided,
        confirmed=one.confirmed + sign * other.confirmed,
        rejected=one.rejected + sign * other.rejected,
    )


MEASURES = (*CALL_MEASURES, *WAIT_MEASURES)
EMPTY = Tally()


def total_of(tallies: Iterable[Tally]) -> Tally:
    """All together. Shares and means of the whole are never means of shares."""
    total: dict[str, int] = {}
    for tally in tallies:
        for name, count in tally.sums.items():
            total[name] = total.get(name, 0) + count
    return Tally(sums=total)


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


def percentile_s(counts: Iterable[int], part: float) -> float | None:
    """Where a part of the waits ends, given how many are in each bucket; None of nothing.

    The last bucket has no end: what lies in it is told as its beginning.
    """
    counts = list(counts)
    wanted, seen = part * sum(counts), 0
    if not wanted:
        return None
    bounds = (0, *BOUNDS_S, BOUNDS_S[-1])
    for number, count in enumerate(counts):
        if count and seen + count >= wanted:
            low, high = bounds[number], bounds[number + 1]
            return low + (high - low) * (wanted - seen) / count
        seen += count
    return float(BOUNDS_S[-1])


def _mean(millionths: int, count: int) -> float | None:
    return millionths / MILLION / count if count else None
