"""Local days and their hours as moments, right also where clocks are changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property

from ledger.clock import start_of_day

STEP = timedelta(minutes=15)  # the offsets of all zones are multiples of it
ONE_DAY = timedelta(days=1)
MOST_DAYS = 62  # in one question, so that none takes long


@dataclass(frozen=True, kw_only=True)
class LocalDay:
    """A day of a zone."""

    day: date
    zone: tzinfo

    @property
    def starts_at(self) -> datetime:
        """Its first moment, UTC."""
        return start_of_day(self.day, self.zone).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The first moment of the next, UTC."""
        return start_of_day(self.day + ONE_DAY, self.zone).astimezone(UTC)

    @cached_property
    def hours(self) -> tuple[tuple[datetime, int], ...]:
        """When each stretch of a local hour begins, and which hour it is.

        24 of them; where clocks go back an hour comes twice, where they go forward one is missing.
        """
        stretches: list[tuple[datetime, int]] = []
        for at in self._steps():
            hour = at.astimezone(self.zone).hour
            if not stretches or stretches[-1][1] != hour or _is_again(at, self.zone):
                stretches.append((at, hour))
        return tuple(stretches)

    def _steps(self) -> Iterator[datetime]:
        at, end = self.starts_at, self.ends_at
        while at < end:
            yield at
            at += STEP


def _is_again(at: datetime, zone: tzinfo) -> bool:
    """Whether the same local hour begins once more."""
    before = (at - STEP).astimezone(zone)
    return before.replace(tzinfo=None) >= at.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Days one after the other."""

    days: tuple[LocalDay, ...]
    by_hour: bool = True  # else a day is one stretch, of the hour 0

    @property
    def starts_at(self) -> datetime:
        """Its first moment, UTC."""
        return self.days[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """The first moment after it, UTC."""
        return self.days[-1].ends_at

    def slots(self) -> list[tuple[str, int, datetime, datetime]]:
        """Day, hour, begin and end of each stretch."""
        return [
            (day.day.isoformat(), hour, at, end)
            for day in self.days
            for (at, hour), end in zip(*self._stretches(day), strict=True)
        ]

    def _stretches(self, day: LocalDay) -> tuple[list[tuple[datetime, int]], list[datetime]]:
        hours = list(day.hours) if self.by_hour else [(day.starts_at, 0)]
        return hours, [*(at for at, _ in hours[1:]), day.ends_at]


def runs_of(days: Iterable[LocalDay], *, by_hour: bool) -> Iterator[Run]:
    """Days in order, cut where one is missing or too many would be asked for at once."""
    run: list[LocalDay] = []
    for day in days:
        if run and (day.day - run[-1].day != ONE_DAY or len(run) == MOST_DAYS):
            yield Run(days=tuple(run), by_hour=by_hour)
            run = []
        run.append(day)
    if run:
        yield Run(days=tuple(run), by_hour=by_hour)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Local days, both included. The last is never before the first."""

    first: date
    last: date
    zone: tzinfo

    @property
    def length(self) -> int:
        """Days."""
        return (self.last - self.first).days + 1

    @property
    def starts_at(self) -> datetime:
        """Its first moment, UTC."""
        return LocalDay(day=self.first, zone=self.zone).starts_at

    @property
    def ends_at(self) -> datetime:
        """The first moment after it, UTC."""
        return LocalDay(day=self.last, zone=self.zone).ends_at

    @property
    def is_month(self) -> bool:
        """Whether it is one calendar month, whole."""
        return self.first.day == 1 and self.last == end_of_month(self.first)

    @property
    def before(self) -> Period:
        """What it is compared with: the month before a month, else as many days before it."""
        last = self.first - ONE_DAY
        first = last.replace(day=1) if self.is_month else last - timedelta(days=self.length - 1)
        return Period(first=first, last=last, zone=self.zone)

    @property
    def after(self) -> Period:
        """The month after a month, else as many days after it."""
        first = self.last + ONE_DAY
        last = end_of_month(first) if self.is_month else first + timedelta(days=self.length - 1)
        return Period(first=first, last=last, zone=self.zone)

    def spans_of(self, hour: int) -> Iterator[tuple[datetime, datetime]]:
        """When a local hour begins and ends on each day."""
        for day in self.days():
            local = LocalDay(day=day, zone=self.zone)
            ends = [*(at for at, _ in local.hours[1:]), local.ends_at]
            yield from ((at, end) for (at, its), end in zip(local.hours, ends, strict=True) if its == hour)

    def days(self) -> Iterator[date]:
        """Each day."""
        return (self.first + timedelta(days=number) for number in range(self.length))


def cut(period: Period, end_of: Callable[[date], date]) -> list[Period]:
    """Its stretches, each up to the end of its first day's; the outer ones as far as they are in it."""
    pieces, first = [], period.first
    while first <= period.last:
        last = min(end_of(first), period.last)
        pieces.append(Period(first=first, last=last, zone=period.zone))
        first = last + ONE_DAY
    return pieces


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - ONE_DAY


def month_of(day: date, zone: tzinfo) -> Period:
    """The calendar month of a day."""
    return Period(first=day.replace(day=1), last=end_of_month(day), zone=zone)


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())
