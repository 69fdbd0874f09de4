"""The one clock. All times are aware and in UTC; pages turn them into local time."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, tzinfo


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time.min, tzinfo=zone)


def new_call_id() -> str:
    """A call's id: sorts by time, is unique without asking anyone, can be read out."""
    return f"{now():%Y%m%d-%H%M%S}-{secrets.token_hex(5)}"
