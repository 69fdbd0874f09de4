"""What the pages of the directory's upkeep show, and what their addresses and forms ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import urlencode

from console.directory_upkeep.entry_forms import A_TIME, read_moment
from console.directory_upkeep.wording import FAULTS, FIELDS
from console.errors import BadInput, ChangedMeanwhile
from console.refusal_words import error_words
from console.texts import checked, checked_day
from desks.directory.checking import BadEntry
from ledger.clock import now, start_of_day
from ledger.errors import HotlineError
from ledger.statistics.days import ONE_DAY, monday_of

WEEK: Final = timedelta(days=7)
LONGEST_FILTER: Final = 64  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is wrong, as a page says it."""

    msgid: str
    detail: str = ""
    field: str = ""  # a msgid


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A time that a list is of: a week, or from a moment until now."""

    since: datetime
    until: datetime  # the first moment after
    district: str = ""
    kind: str = ""
    is_week: bool = True
    zone: tzinfo

    @property
    def monday(self) -> date:
        """The first day of the week."""
        return self.since.astimezone(self.zone).date()

    def query(self, **other: str) -> str:
        """The address's query, with something else."""
        told = {"week": str(self.monday)} if self.is_week else {"since": self.since_text}
        asked = {**told, "district": self.district, "kind": self.kind, **other}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def since_text(self) -> str:
        """The moment as the form takes it."""
        return f"{self.since.astimezone(self.zone):%Y-%m-%dT%H:%M}"

    def of_week(self, weeks: int) -> str:
        """The query of a week before or after."""
        return self.query(week=str(self.monday + weeks * WEEK))


def problem_words(error: HotlineError) -> Told:
    """What a form says of a refusal."""
    if not isinstance(error, BadEntry):
        return Told(msgid=error_words(error))
    detail = error.problem.detail
    is_field = detail in FIELDS
    return Told(
        msgid=FAULTS[error.problem.fault],
        field=FIELDS[detail] if is_field else "",
        detail="" if is_field else detail,
    )


def check_version(shown: int, is_now: int, what: str) -> None:
    """Raises ChangedMeanwhile where it is another than whoever writes has seen."""
    if shown != is_now:
        raise ChangedMeanwhile(f"{what} was changed meanwhile and has version {is_now}; load it again")


def read_span(query: Mapping[str, str], zone: tzinfo) -> Span:
    """A week by one of its days, or `since` a moment; without either this week. Raises BadInput."""
    district, kind = (checked(name, query.get(name, ""), LONGEST_FILTER) for name in ("district", "kind"))
    is_week = not query.get("since")
    if is_week:
        monday = read_monday(query, zone)
        since, until = start_of_day(monday, zone), start_of_day(monday + 7 * ONE_DAY, zone)
    else:
        since = _moment(query["since"], zone)
        until = max(now(), since)
    return Span(since=since, until=until, district=district, kind=kind, is_week=is_week, zone=zone)


def read_monday(query: Mapping[str, str], zone: tzinfo) -> date:
    """The Monday of the week that is asked for. Raises BadInput."""
    day = checked_day(query["week"], "week") if query.get("week") else now().astimezone(zone).date()
    return monday_of(day)


def _moment(text: str, zone: tzinfo) -> datetime:
    moment = read_moment("since", text, zone)
    if moment is None:
        raise BadInput("since must be a moment such as 2026-11-30 08:00", A_TIME)
    return moment
