"""What a period is compared with, and the days or months that it is cut into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.statistics.days import ONE_DAY, Period, cut, end_of_month, month_of

MOST_DAYS_APART = 62  # longer periods are cut into months


def is_whole_months(period: Period) -> bool:
    """Whether it begins and ends with calendar months."""
    return period.first.day == 1 and period.last == end_of_month(period.last)


def months_of(period: Period) -> list[Period]:
    """The calendar months that it touches, whole."""
    return [month_of(piece.first, period.zone) for piece in cut(period, end_of_month)]


def before(period: Period) -> Period:
    """The period of the same length before it (环比): whole months before whole months, else days."""
    if not is_whole_months(period):
        return period.before
    first = period.first
    for _ in months_of(period):
        first = (first - ONE_DAY).replace(day=1)
    return Period(first=first, last=period.first - ONE_DAY, zone=period.zone)


def after(period: Period) -> Period:
    """The period of the same length after it."""
    if not is_whole_months(period):
        return period.after
    first = period.last + ONE_DAY
    last = first
    for _ in months_of(period):
        last = end_of_month(last) + ONE_DAY
    return Period(first=first, last=last - ONE_DAY, zone=period.zone)


def year_before(period: Period) -> Period:
    """The same days of the year before (同比); the 29th of February is compared with the 28th."""
    last = _year_earlier(period.last)
    if is_whole_months(period):
        last = end_of_month(last)
    return Period(first=_year_earlier(period.first), last=last, zone=period.zone)


def pieces_of(period: Period) -> Sequence[Period]:
    """Its days, or its months where there would be too many; the first and last month may be parts."""
    return cut(period, (lambda day: day) if period.length <= MOST_DAYS_APART else end_of_month)


def label_of(period: Period) -> str:
    """2007, 2007-03, 2007-03-05, or from when to when."""
    if period.first == period.last:
        return period.first.isoformat()
    if period.is_month:
        return f"{period.first:%Y-%m}"
    if (period.first, period.last) == (date(period.first.year, 1, 1), date(period.first.year, 12, 31)):
        return f"{period.first.year}"
    if is_whole_months(period):
        return f"{period.first:%Y-%m} – {period.last:%Y-%m}"
    return f"{period.first} – {period.last}"


def _year_earlier(day: date) -> date:
    last = end_of_month(day.replace(year=day.year - 1, day=1))
    return last.replace(day=min(day.day, last.day))
