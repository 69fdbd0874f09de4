"""What is counted of a call, of a wait at a desk and of a finding: the one definition of each, as SQL.

The wallboard (`ledger.wallboard`, `ledger.figures`) counts by the same. Seconds are summed in whole
microseconds and points in millionths, so that a sum is the same in whatever order it is made.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
)

from ledger.states import FactKey, Origin, Place, QueueOutcome, Result
from ledger.tables import CallRow, WaitingRow
from ledger.tables.statistics import BUCKETS, MARKS

MILLION = 1_000_000
# Upper ends of the buckets of waits, in seconds; the last bucket is what is longer.
BOUNDS_S = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 75, 90, 120, 180, 240, 300, 600)
assert len(BOUNDS_S) + 1 == BUCKETS

IS_OURS = CallRow.origin == Origin.SIP  # an INVITE; neither an import nor a canary
ASKED = CallRow.facts[FactKey.SURVEY_ASKED].as_string()
MARK = CallRow.facts[FactKey.SURVEY_MARK].as_string()
WAS_ASKED = ASKED == "yes"  # heard the question to its end, or answered it before

BRIDGED = WaitingRow.outcome == QueueOutcome.BRIDGED
IN_TIME = and_(BRIDGED, WaitingRow.waited_s <= WaitingRow.service_level_s)  # as the desk promised at the time
GAVE_UP = WaitingRow.outcome == QueueOutcome.ABANDONED
OVERFLOWED = WaitingRow.outcome == QueueOutcome.OVERFLOWED
OFFERED = WaitingRow.outcome != QueueOutcome.LINE_DIED  # nobody had a chance to answer those

CALLS: dict[str, ColumnElement[bool]] = {
    "calls": IS_OURS,
    "answered": and_(IS_OURS, CallRow.answered_at.is_not(None)),
    "talked": and_(IS_OURS, CallRow.operator.is_not(None)),
    "served": and_(IS_OURS, CallRow.result == Result.SERVED),
    "abandoned": and_(IS_OURS, CallRow.result == Result.ABANDONED),
    "refused": and_(IS_OURS, CallRow.result == Result.REFUSED),
    "failed": and_(IS_OURS, CallRow.result == Result.FAILED),
    "judged": CallRow.score.is_not(None),
    "flagged": CallRow.flag_count > 0,
    "asked": and_(IS_OURS, WAS_ASKED),
    "cut": and_(IS_OURS, ASKED == "cut"),
    "marked": and_(IS_OURS, MARK.is_not(None)),
    **{f"mark_{key}": and_(IS_OURS, key == MARK) for key in MARKS},
}
WAITS: dict[str, ColumnElement[bool]] = {
    "offered": true(),
    "bridged": BRIDGED,
    "in_time": IN_TIME,
    "gave_up": GAVE_UP,
    "overflowed": OVERFLOWED,
}


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where the condition holds, else 0, also where it is unknown."""
    return case((condition, 1), else_=0)


def millionths(amount: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """An amount in whole millionths; 0 where there is none."""
    return func.coalesce(cast(func.round(cast(amount, Float) * MILLION), BigInteger), 0)


def talked_s(dialect: str) -> ScalarSelect[float]:
    """Seconds for which an operator was with the caller, of all the call's bridges together."""
    if dialect == "postgresql":
        mark = func.json_array_elements(CallRow.marks).table_valued("value").render_derived()
        start, end, place = (_text_of(mark.c.value, name) for name in ("start_s", "end_s", "place"))
        length: ColumnElement[float] = cast(end, Float) - cast(start, Float)
    else:
        mark = func.json_each(CallRow.marks).table_valued("value")
        start, end, place = (
            func.json_extract(mark.c.value, f"$.{name}") for name in ("start_s", "end_s", "place")
        )
        length = end - start
    query = select(func.sum(length)).select_from(mark)
    return query.where(place == Place.OPERATOR).correlate(CallRow).scalar_subquery()


def _text_of(document: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return document.op("->>")(name)


def bucket_of_wait(number: int) -> ColumnElement[bool]:
    """Whether a wait is in a bucket: longer than the bound below, at most the bound itself."""
    lower = WaitingRow.waited_s > BOUNDS_S[number - 1] if number else true()
    upper = WaitingRow.waited_s <= BOUNDS_S[number] if number < len(BOUNDS_S) else true()
    return and_(lower, upper)


@cache
def wait_measures() -> dict[str, ColumnElement[int]]:
    """Every measure of a wait by its name."""
    counted = {name: one_if(condition) for name, condition in WAITS.items()}
    amounts = {
        "wait_us": case((BRIDGED, millionths(WaitingRow.waited_s)), else_=0),
        "gave_up_us": case((GAVE_UP, millionths(WaitingRow.waited_s)), else_=0),
    }
    buckets = {
        f"{name}_{number}": one_if(and_(condition, bucket_of_wait(number)))
        for name, condition in (("bridged", BRIDGED), ("gave_up", GAVE_UP))
        for number in range(BUCKETS)
    }
    return {**counted, **amounts, **buckets}


def is_named(column: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """A name, or the empty text of none."""
    return func.coalesce(column, literal(""))
