"""The list's orders in SQL: parts that follow each other, each read from an index from any place on.

A page is read with one comparison of rows, (value, time, id) with the cursor's: however deep it lies and
whatever was added meanwhile, it begins right behind it. Calls without a value stand behind those that have
one, as a part of their own; so do calls that only sound like what is looked for, behind those that say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from console.listing.schemas import Cursor, Order, Sort
from ledger.search import EXACT
from ledger.tables import CallRow

_COLUMNS: Final[Mapping[Sort, InstrumentedAttribute[Any]]] = {
    Sort.WORST: CallRow.flag_count,
    Sort.SCORE: CallRow.lost_points,
    Sort.LENGTH: CallRow.length_s,
    Sort.POINTS: CallRow.worst_points,
    Sort.WAIT: CallRow.queue_wait_s,
}
_MAY_BE_BLANK: Final = frozenset({Sort.SCORE, Sort.LENGTH, Sort.WAIT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A stretch of the list."""

    fit: int = EXACT
    is_blank: bool = False  # of calls that have nothing of what is sorted by


def parts_of(order: Order, fits: Sequence[int]) -> list[Part]:
    """All stretches, in order."""
    blanks = (False, True) if order.sort in _MAY_BE_BLANK else (False,)
    return [Part(fit=fit, is_blank=is_blank) for fit in fits for is_blank in blanks]


def within(part: Part, order: Order) -> list[ColumnElement[bool]]:
    """The conditions of a part, but for the text."""
    column = _COLUMNS.get(order.sort)
    if column is None or order.sort not in _MAY_BE_BLANK:
        return []
    return [column.is_(None) if part.is_blank else column.is_not(None)]


def beyond(part: Part, order: Order, *, backwards: bool) -> ColumnElement[bool]:
    """What comes behind a cursor of the same part, or before it: `parameters_of` has its place."""
    keys = _keys(part, order)
    names = ("at_value", "at_time", "at_id")[-len(keys) :]
    place = [bindparam(name, type_=key.type) for name, key in zip(names, keys, strict=True)]
    return (
        tuple_(*keys) > tuple_(*place) if order.is_reversed != backwards else tuple_(*keys) < tuple_(*place)
    )


def parameters_of(cursor: Cursor, order: Order) -> dict[str, object]:
    """A cursor's place for a statement that has `beyond`."""
    place: dict[str, object] = {"at_time": cursor.received_at, "at_id": cursor.call_id}
    column = None if part_of(cursor, order).is_blank else _COLUMNS.get(order.sort)
    return place if column is None else {**place, "at_value": column.type.python_type(cursor.value or 0)}


def ordered(query: Select[Any], part: Part, order: Order, *, backwards: bool) -> Select[Any]:
    """A part's calls in order, or in the opposite one."""
    is_rising = order.is_reversed != backwards
    return query.order_by(*(key.asc() if is_rising else key.desc() for key in _keys(part, order)))


def cursor_of(row: CallRow, order: Order, fit: int) -> Cursor:
    """A row's place."""
    column = _COLUMNS.get(order.sort)
    value = getattr(row, column.key) if column is not None else 0.0
    return Cursor(fit=fit, value=value, received_at=row.received_at, call_id=row.id)


def part_of(cursor: Cursor, order: Order) -> Part:
    """In which part a cursor lies."""
    return Part(fit=cursor.fit, is_blank=order.sort in _MAY_BE_BLANK and cursor.value is None)


def _keys(part: Part, order: Order) -> list[InstrumentedAttribute[Any]]:
    column = None if part.is_blank else _COLUMNS.get(order.sort)
    return [*([column] if column is not None else []), CallRow.received_at, CallRow.id]
