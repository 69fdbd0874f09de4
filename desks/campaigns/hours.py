"""When people may be called: spans of the day on some days of the week, where they live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.errors import SettingsError

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)  # ISO: Monday is 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CallingHours:
    """From `opens` until before `closes`, local time. Raises SettingsError where that is no time at all."""

    opens: time = time(9)
    closes: time = time(20)
    days: tuple[int, ...] = EVERY_DAY
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise SettingsError("write the hours in which people may be called without a zone, such as 09:00")
        if self.opens >= self.closes:
            raise SettingsError(f"people may be called from {self.opens:%H:%M}: let it end later than that")
        if not self.days or set(self.days) - set(EVERY_DAY):
            raise SettingsError("name the days on which people may be called, 1 (Monday) to 7")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            raise SettingsError(
                f"{self.zone!r} is no time zone that this machine knows; write it like Asia/Shanghai"
            ) from None

    def allow(self, at: datetime) -> bool:
        """Whether people may be called at a moment."""
        local = at.astimezone(ZoneInfo(self.zone))
        return local.isoweekday() in self.days and self.opens <= local.time() < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from `at` on at which people may be called."""
        if self.allow(at):
            return at
        local = at.astimezone(ZoneInfo(self.zone))
        for later in range(9):  # a week, and a day that a changed clock may swallow
            opening = datetime.combine(local.date() + timedelta(days=later), self.opens, local.tzinfo)
            if opening >= at and self.allow(opening):
                return opening.astimezone(at.tzinfo)
        return at + timedelta(days=9)

    def after(self, at: datetime, span: timedelta) -> datetime | None:
        """The moment at which people could have been called for so long since `at`; None: not in a year."""
        zone, left = ZoneInfo(self.zone), span
        for _ in range(366):
            opening = self.next_opening(at)
            closing = datetime.combine(opening.astimezone(zone).date(), self.closes, zone).astimezone(UTC)
            if opening + left <= closing:
                return opening + left
            left, at = left - (closing - opening), closing
        return None

    @property
    def document(self) -> dict[str, Any]:
        """For the ledger and for programs."""
        return {
            "opens": f"{self.opens:%H:%M}",
            "closes": f"{self.closes:%H:%M}",
            "days": list(self.days),
            "zone": self.zone,
        }

    @classmethod
    def of(cls, document: dict[str, Any]) -> Self:
        """What `document` gave."""
        return cls(
            opens=time.fromisoformat(document["opens"]),
            closes=time.fromisoformat(document["closes"]),
            days=tuple(document["days"]),
            zone=document["zone"],
        )
