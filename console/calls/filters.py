"""Reads the list's filters and cursor from the address, and writes them back into links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import urlencode

from console.calls.schemas import CANARIES, Cursor, Filters
from console.errors import BadInput
from ledger.states import CallState

LONGEST_TEXT = 200  # characters of any one filter
T = TypeVar("T")
SEPARATOR = "~"  # between the parts of a cursor


def read_filters(query: Mapping[str, str]) -> Filters:
    """Filters from an address's parameters; blank ones filter nothing. Raises BadInput."""
    given = {name: value.strip() for name, value in query.items()}
    too_long = [name for name, value in given.items() if len(value) > LONGEST_TEXT]
    if too_long:
        raise BadInput(f"{too_long[0]} is longer than {LONGEST_TEXT} characters; shorten it")
    return Filters(
        hotline=given.get("hotline", ""),
        operator=given.get("operator", ""),
        day_from=_read(given, "day_from", date.fromisoformat, "a day such as 2026-11-22"),
        day_to=_read(given, "day_to", _day_with_a_next, "a day such as 2026-11-22"),
        score_min=_read(given, "score_min", _score, "a number from 0 to 100"),
        score_max=_read(given, "score_max", _score, "a number from 0 to 100"),
        flag=given.get("flag", ""),
        state=_read(given, "state", CallState, "one of " + ", ".join(CallState)),
        text=given.get("text", ""),
        canary=_read(given, "canary", _canary, repr(CANARIES)) or "",
    )


def read_cursor(query: Mapping[str, str]) -> Cursor | None:
    """Where the page begins. Raises BadInput."""
    return _read(query, "after", _cursor, "what the link to the next page has")


def write_cursor(cursor: Cursor) -> str:
    """A cursor as one parameter."""
    return SEPARATOR.join(
        (str(cursor.fit), str(cursor.flag_count), cursor.received_at.isoformat(), cursor.call_id)
    )


def write_query(filters: Filters, **more: str) -> str:
    """The address's parameters for these filters, without blank ones."""
    values = {name: value for name, value in asdict(filters).items() if value not in (None, "")}
    return urlencode(values | more)


def _read(given: Mapping[str, str], name: str, parse: Callable[[str], T], allowed: str) -> T | None:
    value = given.get(name, "")
    if not value:
        return None
    try:
        return parse(value)
    except ValueError as error:
        raise BadInput(f"{name} must be {allowed}, got {value!r}") from error


def _day_with_a_next(value: str) -> date:
    day = date.fromisoformat(value)
    if day == date.max:
        raise ValueError(value)
    return day


def _canary(value: str) -> str:
    if value != CANARIES:
        raise ValueError(value)
    return value


def _score(value: str) -> float:
    score = float(value)
    if not 0 <= score <= 100:
        raise ValueError(value)
    return score


def _cursor(value: str) -> Cursor:
    fit, flag_count, received_at, call_id = value.split(SEPARATOR)
    moment = datetime.fromisoformat(received_at)
    if moment.tzinfo is None:
        raise ValueError(value)
    return Cursor(fit=int(fit), flag_count=int(flag_count), received_at=moment, call_id=call_id)
