"""Working days: the calendar by which limits of days are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

# China has kept one zone without daylight saving since 1991, so that no zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
MONDAY_TO_FRIDAY = frozenset(range(5))
_LONGEST_SEARCH_DAYS = 3660  # a calendar with hardly a working day is a mistake, and no endless loop


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingDays:
    """Which days count."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY  # Monday is 0
    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()  # adjusted working days (调休)
    zone: tzinfo = SHANGHAI

    def is_working(self, day: date) -> bool:
        """Whether a day counts."""
        if day in self.holidays:
            return False
        return day in self.extra_days or day.weekday() in self.weekdays

    def end_after(self, moment: datetime, days: int) -> datetime:
        """The end, in UTC, of the working day that is so many after the moment's own."""
        day = moment.astimezone(self.zone).date()
        left = days
        for _ in range(_LONGEST_SEARCH_DAYS):
            if not left:
                break
            day += timedelta(days=1)
            left -= self.is_working(day)
        return datetime.combine(day + timedelta(days=1), time.min, tzinfo=self.zone).astimezone(UTC)
