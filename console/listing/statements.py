"""The list's statements, kept: to make one takes several times what it takes to run it.

A statement depends on nothing but who asks for what. What differs from page to page is a parameter: `most`
(how many rows), `few` (calls that were written down), `since` and a cursor's `at_value`, `at_time`, `at_id`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select

from console.listing.orders import Part, beyond, ordered, within
from console.listing.schemas import Order
from ledger.tables import CallRow, ScorecardRow

KEPT: Final = 256  # of each kind
BETWEEN: Final = ","  # ids that are told in one word: no id has a comma
Conditions = tuple[ColumnElement[bool], ...]

AMONG_FEW: Final[Conditions] = (CallRow.id.in_(bindparam("few", expanding=True)),)
SINCE: Final = CallRow.received_at > bindparam("since")
JUDGED: Final = select(ScorecardRow.id).where(ScorecardRow.call_id == CallRow.id).exists()
HAS_FLAGS: Final = CallRow.flag_count > 0
ROWS: Final = select(CallRow.__table__).where(CallRow.__table__.c.id.in_(bindparam("ids", expanding=True)))
_MOST: Final = bindparam("most", type_=Integer)


@lru_cache(KEPT)
def few_calls(conditions: Conditions) -> Select[int, int, str]:
    """How many of `most` calls there are (`total`), how many have flags (`flagged`), and their `ids`: a row.

    A thousand rows of one id each take the console three times as long.
    """
    some = select(CallRow.id, CallRow.flag_count).where(*conditions).limit(_MOST).subquery()
    return select(
        func.count().label("total"),
        func.count().filter(some.c.flag_count > 0).label("flagged"),
        func.aggregate_strings(some.c.id, BETWEEN).label("ids"),
    )


@lru_cache(KEPT)
def counting(conditions: Conditions) -> Select[int]:
    """How many calls there are, counted up to `most`."""
    some = select(CallRow.id).where(*conditions).limit(_MOST)
    return select(func.count()).select_from(some.subquery())


@lru_cache(KEPT)
def ids_in_order(
    conditions: Conditions, part: Part, order: Order, *, is_beyond: bool, backwards: bool
) -> Select[str]:
    """Ids of `most` calls of a part, from its beginning or from beyond a cursor."""
    query = select(CallRow.id).where(*conditions, *within(part, order))
    if is_beyond:
        query = query.where(beyond(part, order, backwards=backwards))
    return ordered(query, part, order, backwards=backwards).limit(_MOST)


def counting_all(query: Select[Any]) -> Select[int]:
    """How many rows a query has, all of them counted."""
    return select(func.count()).select_from(query.subquery())
