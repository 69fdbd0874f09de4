"""Moments and spans as people read them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo

# China has kept one zone without daylight saving since 1991, so that no zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_time(moment: datetime, zone: tzinfo) -> str:
    """A moment to the second in the reader's zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time.min, tzinfo=zone)


def clock(seconds: float) -> str:
    """A place in a call: 83.4 is 1:23, 3683 is 1:01:23."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
