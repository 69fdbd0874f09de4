"""Reads the list's filters, order and place from the address, and writes them back into links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from console.errors import BadInput
from console.listing.schemas import (
    CANARIES,
    NO,
    NO_MARK,
    YES,
    Cursor,
    Filters,
    ModelState,
    Order,
    Queue,
    Sort,
    Spot,
)
from console.texts import check_year
from ledger.case_states import CaseState
from ledger.search import BY_SOUND, EXACT
from ledger.states import CallState, Origin, Verdict

LONGEST_TEXT = 200  # characters of any one filter
LONGEST_CALL_S = 86_400
LARGEST = 1e9  # of what is sorted by
SEPARATOR = "~"  # between the parts of a cursor
REVERSED = "up"
T = TypeVar("T")

_A_DAY = "a day such as 2026-11-22"
_SECONDS = f"a number of seconds from 0 to {LONGEST_CALL_S}"
_YES_NO = f"{YES} or {NO}"
_NAMES = tuple(each.name for each in fields(Filters))
_QUEUE_ORDERS = {
    Queue.MINE: Order(sort=Sort.TIME, is_reversed=True),  # who has waited longest
    Queue.SAMPLE: Order(sort=Sort.TIME, is_reversed=True),
    Queue.APPEALS: Order(sort=Sort.TIME, is_reversed=True),
    Queue.LATER: Order(sort=Sort.TIME, is_reversed=True),  # the flags that are sorted by are the call's own
}


def read_filters(query: Mapping[str, str]) -> Filters:
    """Filters from an address's parameters; blank ones filter nothing. Raises BadInput."""
    given = {name: value.strip() for name, value in query.items()}
    too_long = [name for name, value in given.items() if len(value) > LONGEST_TEXT]
    if too_long:
        raise BadInput(f"{too_long[0]} is longer than {LONGEST_TEXT} characters; shorten it")
    read = {name: _read(given, name, *how) for name, how in _PARSERS.items()}
    return Filters(**{name: value for name, value in read.items() if value is not None})


def read_order(query: Mapping[str, str], filters: Filters) -> Order:
    """The order that is asked for, else the queue's own. Raises BadInput."""
    sort = _read(query, "sort", Sort, "one of " + ", ".join(Sort))
    order = _read(query, "order", _one_of(REVERSED, "down"), f"{REVERSED} or down")
    usual = usual_order(filters.queue)
    if sort is None:
        return usual if order is None else Order(sort=usual.sort, is_reversed=order == REVERSED)
    return Order(sort=sort, is_reversed=order == REVERSED)


def usual_order(queue: Queue) -> Order:
    """The order of a queue where nobody asks for another one."""
    return _QUEUE_ORDERS.get(queue, Order())


def read_spot(query: Mapping[str, str]) -> Spot:
    """Where the page lies. Raises BadInput."""
    before = _read(query, "before", _cursor, "what the link to the page before has")
    if before is not None:
        return Spot(cursor=before, is_before=True)
    return Spot(cursor=_read(query, "after", _cursor, "what the link to the next page has"))


def write_cursor(cursor: Cursor) -> str:
    """A cursor as one parameter."""
    value = "" if cursor.value is None else repr(cursor.value)
    return SEPARATOR.join((str(cursor.fit), value, cursor.received_at.isoformat(), cursor.call_id))


def write_query(filters: Filters, order: Order | None = None, **more: str) -> str:
    """The address's parameters for these filters and this order, without blank and usual ones."""
    given = {name: getattr(filters, name) for name in _NAMES}
    values = {name: _written(value) for name, value in given.items() if value not in (None, "")}
    if filters.queue is Queue.ALL:
        del values["queue"]
    if order is not None and order != usual_order(filters.queue):
        values |= {"sort": order.sort.value, "order": REVERSED if order.is_reversed else "down"}
    return urlencode(values | more)


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read(given: Mapping[str, str], name: str, parse: Callable[[str], T], allowed: str) -> T | None:
    value = given.get(name, "").strip()
    if not value:
        return None
    if "\0" in value:
        raise BadInput(f"{name} must be {allowed}; it has a sign that no text has")
    try:
        return parse(value)
    except ValueError as error:
        raise BadInput(f"{name} must be {allowed}, got {value[:LONGEST_TEXT]!r}") from error


def _day(value: str) -> date:
    day = date.fromisoformat(value)
    check_year(day, "a day")
    return day


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(value)
        return value

    return parse


def _from_0_to(most: float) -> Callable[[str], float]:
    def parse(value: str) -> float:
        number = float(value)
        if not 0 <= number <= most:
            raise ValueError(value)
        return number

    return parse


def _survey(value: str) -> str:
    if value != NO_MARK and not 0 <= int(value) <= 99:
        raise ValueError(value)
    return value


def _cursor(value: str) -> Cursor:
    fit, number, received_at, call_id = value.split(SEPARATOR)
    moment = datetime.fromisoformat(received_at)
    place = float(number) if number else None
    if moment.tzinfo is None or not abs(place or 0) < LARGEST or int(fit) not in (EXACT, BY_SOUND):
        raise ValueError(value)
    check_year(moment, "a cursor's moment")
    return Cursor(fit=int(fit), value=place, received_at=moment, call_id=call_id)


_PARSERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "queue": (Queue, "one of " + ", ".join(Queue)),
    "day_from": (_day, _A_DAY),
    "day_to": (_day, _A_DAY),
    "score_min": (_from_0_to(100), "a number from 0 to 100"),
    "score_max": (_from_0_to(100), "a number from 0 to 100"),
    "length_min": (_from_0_to(LONGEST_CALL_S), _SECONDS),
    "length_max": (_from_0_to(LONGEST_CALL_S), _SECONDS),
    "wait_min": (_from_0_to(LONGEST_CALL_S), _SECONDS),
    "wait_max": (_from_0_to(LONGEST_CALL_S), _SECONDS),
    "survey": (_survey, f"a mark or {NO_MARK}"),
    "verdict": (Verdict, "one of " + ", ".join(Verdict)),
    "state": (CallState, "one of " + ", ".join(CallState)),
    "case": (CaseState, "one of " + ", ".join(CaseState)),
    "reviewed": (_one_of(YES, NO), _YES_NO),
    "held": (_one_of(YES, NO), _YES_NO),
    "model": (ModelState, "one of " + ", ".join(ModelState)),
    "origin": (Origin, "one of " + ", ".join(Origin)),
    "canary": (_one_of(CANARIES), repr(CANARIES)),
}
_PARSERS |= {each.name: (str, "a text") for each in fields(Filters) if each.name not in _PARSERS}
