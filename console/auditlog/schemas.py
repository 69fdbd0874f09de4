"""What the audit page is asked for and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from urllib.parse import urlencode

from console.errors import BadInput
from console.texts import checked_day, whole_number
from console.times import start_of_day
from ledger.audit_actions import AuditAction
from ledger.audit_reading import MOST_PROBLEMS, AuditEntry, AuditFilters, Check

LONGEST = 128  # characters of a filter


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditWish:
    """Filters as they were asked for; empty ones filter nothing."""

    user: str = ""
    action: str = ""
    call: str = ""
    day_from: date | None = None  # local days, both included
    day_to: date | None = None
    before: int | None = None

    def filters(self, zone: tzinfo) -> AuditFilters:
        """The same for the ledger."""
        until = self.day_to + timedelta(days=1) if self.day_to else None
        return AuditFilters(
            user=self.user or None,
            action=AuditAction(self.action) if self.action else None,
            call_id=self.call or None,
            since=start_of_day(self.day_from, zone) if self.day_from else None,
            until=start_of_day(until, zone) if until else None,
        )

    @property
    def given(self) -> dict[str, str]:
        """The filters that were given, without the page."""
        asked = {
            "user": self.user,
            "action": self.action,
            "call": self.call,
            "day_from": self.day_from,
            "day_to": self.day_to,
        }
        return {name: str(value) for name, value in asked.items() if value}

    def query(self, **more: object) -> str:
        """An address's parameters for these filters."""
        return urlencode({**self.given, **{name: str(value) for name, value in more.items()}})


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditView:
    """One page of the log, and how far it was verified."""

    entries: Sequence[AuditEntry]
    before: int | None  # where the next page begins
    head: str
    check: Check | None
    problems: Sequence[str]  # of a verification that was asked for now

    @property
    def found(self) -> int:
        """How many problems the newest verification told of."""
        return len(self.problems) or (self.check.problems if self.check else 0)

    @property
    def is_whole(self) -> bool:
        """Whether there are no more than it told of."""
        return self.found < MOST_PROBLEMS


def read_wish(query: Mapping[str, str]) -> AuditWish:
    """What is asked for. Raises BadInput."""
    given = {name: value.strip() for name, value in query.items()}
    too_long = [name for name, value in given.items() if len(value) > LONGEST]
    if too_long:
        raise BadInput(f"{too_long[0][:20]} is longer than {LONGEST} characters; shorten it")
    action = given.get("action", "")
    if action and action not in set(AuditAction):
        raise BadInput(f"action must be one of {', '.join(AuditAction)}, got {action!r}")
    return AuditWish(
        user=given.get("user", ""),
        action=action,
        call=given.get("call", ""),
        day_from=_day(given, "day_from"),
        day_to=_day(given, "day_to"),
        before=_number(given.get("before", "")),
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    value = given.get(name, "")
    return checked_day(value, name) if value else None


def _number(value: str) -> int | None:
    if not value:
        return None
    found = whole_number(value)
    if found is None:
        raise BadInput(f"before must be what the link to the next page has, got {value[:20]!r}")
    return found
