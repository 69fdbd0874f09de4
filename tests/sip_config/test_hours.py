"""Hours: the week, holidays and adjusted working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_config import Hours

# 2026-10-01 is a Thursday; the seven days from it are a holiday, for which Saturday the 10th is worked.
_HOURS = Hours.model_validate(
    {
        "weekly": {day: ["08:00-12:00", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
        "working_days": ["2026-10-10"],
    }
)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-09-30T08:00", True),  # a Wednesday, the first minute
        ("2026-09-30T07:59", False),
        ("2026-09-30T11:59", True),
        ("2026-09-30T12:00", False),  # noon rest
        ("2026-09-30T17:59", True),
        ("2026-09-30T18:00", False),
        ("2026-10-01T09:00", False),  # a holiday
        ("2026-10-07T09:00", False),  # its last day
        ("2026-10-08T09:00", True),  # a Thursday again
        ("2026-10-10T09:00", True),  # an adjusted Saturday
        ("2026-10-10T13:00", False),  # keeps the rest, like a Monday
        ("2026-10-11T09:00", False),  # a Sunday
    ],
)
def test_is_open_by_local_time(local: str, is_open: bool) -> None:
    """A desk is open within its spans, never on a holiday, and on an adjusted Saturday like on a Monday."""
    at = datetime.fromisoformat(f"{local}+08:00")
    assert _HOURS.is_open(at) is is_open
    assert _HOURS.is_open(at.astimezone(UTC)) is is_open


def test_an_unaware_moment_is_refused() -> None:
    """A time without a zone could mean any hour."""
    with pytest.raises(ValueError, match="aware"):
        _HOURS.is_open(datetime(2026, 10, 1, 9))  # noqa: DTZ001 - what is refused


def test_open_until_midnight() -> None:
    """A span to 24:00 covers the day's last minute, and the next day begins closed."""
    hours = Hours.model_validate({"weekly": {"sat": ["00:00-24:00"]}})
    assert hours.is_open(datetime.fromisoformat("2026-11-21T23:59:59+08:00"))
    assert hours.is_open(datetime.fromisoformat("2026-11-21T00:00:00+08:00"))
    assert not hours.is_open(datetime.fromisoformat("2026-11-22T00:00:00+08:00"))


def test_another_time_zone() -> None:
    """The hours are those of the plan's time zone."""
    hours = Hours.model_validate({"weekly": {"sun": ["09:00-10:00"]}, "timezone": "Asia/Urumqi"})
    assert hours.is_open(datetime.fromisoformat("2026-11-22T03:30:00+00:00"))
    assert not hours.is_open(datetime.fromisoformat("2026-11-22T01:30:00+00:00"))


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_each_day_is_a_week_day_a_holiday_or_an_adjusted_day(day: date) -> None:
    """Over a day the open minutes are eight hours or none, as that day's kind says."""
    midnight = datetime.fromisoformat(f"{day}T00:00:00+08:00")
    minutes = sum(_HOURS.is_open(midnight + timedelta(minutes=minute)) for minute in range(0, 1440, 30))
    works = (day.weekday() < 5 and day not in _HOURS.holidays) or day in _HOURS.working_days
    assert minutes == (16 if works else 0)
