"""When a desk is open: the week, holidays (节假日) and adjusted working days (调休)."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, model_validator

from sip_config.fields import PlanPart, TimeZone

ALWAYS = "always"  # the id of the hours that need no entry in the plan
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)")


def _minutes(clock: str) -> int:
    hours, minutes = int(clock[:2]), int(clock[3:])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise ValueError(f"{clock} is no time of day; write 00:00 to 24:00")
    return hours * 60 + minutes


def _check_span(value: str) -> str:
    match = _SPAN.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is no span of time; write it like 08:00-12:00")
    if _minutes(match["opens"]) >= _minutes(match["closes"]):
        raise ValueError(
            f"{value} ends before it begins; for a night write 22:00-24:00 and 00:00-06:00 the next day"
        )
    return value


def _check_date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no day; write it like 2026-10-01") from None


Span = Annotated[str, AfterValidator(_check_span)]
Day = Annotated[date, BeforeValidator(_check_date)]


class Week(PlanPart):
    """The spans in which a desk is open on each day of a week; none: closed that day."""

    mon: tuple[Span, ...] = ()
    tue: tuple[Span, ...] = ()
    wed: tuple[Span, ...] = ()
    thu: tuple[Span, ...] = ()
    fri: tuple[Span, ...] = ()
    sat: tuple[Span, ...] = ()
    sun: tuple[Span, ...] = ()

    def spans(self, weekday: int) -> tuple[str, ...]:
        """The spans of a day, Monday being 0."""
        spans: tuple[str, ...] = getattr(self, _DAYS[weekday])
        return spans


class Hours(PlanPart):
    """When a desk is open. A holiday closes it all day; an adjusted working day is like a Monday."""

    weekly: Week
    holidays: tuple[Day, ...] = ()
    working_days: tuple[Day, ...] = ()
    timezone: TimeZone = "Asia/Shanghai"

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at a moment, which must be aware."""
        if at.tzinfo is None:
            raise ValueError("is_open needs an aware datetime")
        local = at.astimezone(ZoneInfo(self.timezone))
        return any(_covers(span, local.time()) for span in self.spans_on(local.date()))

    def spans_on(self, day: date) -> tuple[str, ...]:
        """The spans in which it is open on a day."""
        if day in self.holidays:
            return ()
        return self.weekly.spans(0 if day in self.working_days else day.weekday())

    @model_validator(mode="after")
    def _fits(self) -> Self:
        both = set(self.holidays) & set(self.working_days)
        if both:
            raise ValueError(f"{min(both)} is both a holiday and a working day; keep one")
        return self


def _covers(span: str, clock: time) -> bool:
    opens, closes = span.split("-")
    return _minutes(opens) <= clock.hour * 60 + clock.minute < _minutes(closes)
