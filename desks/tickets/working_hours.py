"""Counting time: all hours, or those of a working calendar with its holidays and adjusted days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from desks.tickets.states import Counting
from ledger.working_days import SHANGHAI, WorkingDays

Span = tuple[time, time | None]  # half open; None: until the end of the day
_LONGEST_SEARCH_DAYS = 3660  # a calendar with hardly an hour in it is a mistake, and no endless loop
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingHours:
    """The hours that count. An adjusted working day is like a Monday."""

    days: WorkingDays
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)  # by weekday, Monday is 0

    def add(self, moment: datetime, length: timedelta, counting: Counting) -> datetime:
        """The first moment, in UTC, at which so much time has been counted since `moment`.

        With a negative length: the last moment from which so much is counted until `moment`.
        """
        if counting is Counting.CLOCK or not length:
            return (moment + length).astimezone(UTC)
        walk = self._forward if length > timedelta() else self._backward
        return walk(moment, abs(length)).astimezone(UTC)

    def between(self, start: datetime, end: datetime, counting: Counting) -> timedelta:
        """How much time is counted from one moment to another; negative where the end is before."""
        if counting is Counting.CLOCK:
            return end - start
        if end < start:
            return -self.between(end, start, counting)
        found = timedelta()
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            found += min(closes, end) - opens
        return found

    def _forward(self, moment: datetime, length: timedelta) -> datetime:
        left = length
        for opens, closes in self._spans_from(moment):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        return moment + length  # nothing counts in this calendar: all hours do

    def _backward(self, moment: datetime, length: timedelta) -> datetime:
        left = length
        for opens, closes in self._spans_until(moment):
            if left <= closes - opens:
                return closes - left
            left -= closes - opens
        return moment - length

    def _spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self._spans(moment, lambda day: day + _DAY):
            if closes > moment:
                yield max(opens, moment), closes

    def _spans_until(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self._spans(moment, lambda day: day - _DAY, newest_first=True):
            if opens < moment:
                yield opens, min(closes, moment)

    def _spans(
        self, moment: datetime, step: Callable[[date], date], *, newest_first: bool = False
    ) -> Iterator[tuple[datetime, datetime]]:
        day = moment.astimezone(self.days.zone).date()
        for _ in range(_LONGEST_SEARCH_DAYS):
            spans = self._of_day(day)
            yield from reversed(spans) if newest_first else spans
            day = step(day)

    def _of_day(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.days.is_working(day):
            return []
        weekday = 0 if day in self.days.extra_days else day.weekday()
        return [
            (
                self._at(day, opens),
                self._at(day + _DAY, time.min) if closes is None else self._at(day, closes),
            )
            for opens, closes in self.week.get(weekday, ())
        ]

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.days.zone)


ALL_DAYS = frozenset(range(7))
ALWAYS = WorkingHours(days=WorkingDays(weekdays=ALL_DAYS, zone=SHANGHAI), week={})
