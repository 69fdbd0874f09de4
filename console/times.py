"""Moments and spans as people read them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from ledger.clock import start_of_day
from ledger.working_days import SHANGHAI

__all__ = ["SHANGHAI", "clock", "local_minute", "local_time", "start_of_day"]


def local_time(moment: datetime, zone: tzinfo) -> str:
    """A moment to the second in the reader's zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def local_minute(moment: datetime, zone: tzinfo) -> str:
    """A moment to the minute: a limit, an appointment."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def clock(seconds: float) -> str:
    """A place in a call: 83.4 is 1:23, 3683 is 1:01:23."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
