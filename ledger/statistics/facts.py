"""The rows of some days with all that is counted of them: a row a call, a scorecard, a wait, a failed rule.

Their columns are those of the tables of sums, so that the same query adds up both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ledger.canaries import no_canary_waits, not_canary
from ledger.decisions import stands
from ledger.states import Decision, Verdict
from ledger.statistics.days import Run
from ledger.statistics.measures import (
    BRIDGED,
    CALLS,
    OFFERED,
    is_named,
    millionths,
    one_if,
    talked_s,
    wait_measures,
)
from ledger.tables import CallRow, FindingRow, ReviewRow, ScorecardRow, UtcDateTime, WaitingRow
from ledger.tables.statistics import CALL_MEASURES, RULE_COUNTS, STANDARDS, WAIT_MEASURES

STANDARD_SIGNS = dict(zip(STANDARDS, "快准清亲", strict=True))  # as packs and findings name the dimensions

Rows = Select[*tuple[Any, ...]]
_COUNTED = {name: one_if(condition) for name, condition in CALLS.items()}


def call_facts(run: Run, dialect: str, only: ColumnElement[bool] | None = None) -> Rows:
    """A row a call that was received in the run, and one for its newest scorecard.

    `only`: a further condition on `CallRow`.
    """
    slots = _slots(run, dialect)
    measures = {
        **_COUNTED,
        "talk_us": case((CALLS["talked"], millionths(talked_s(dialect))), else_=0),
        "score_micro": millionths(CallRow.score),
    }
    columns = (measures.get(name, literal(0)).label(name) for name in CALL_MEASURES)
    calls = _received(select(*_when(slots), *_who(), *columns), slots, only)
    return calls.union_all(_losses(slots, dialect, only)).subquery().select()


def wait_facts(run: Run, dialect: str, only: ColumnElement[bool] | None = None) -> Rows:
    """A row a wait that ended in the run. It is a team's and an operator's only where it ended with one."""
    team, operator = (
        case((BRIDGED, is_named(column)), else_="").label(name)
        for name, column in (("team", CallRow.team), ("operator", CallRow.operator))
    )
    slots = _slots(run, dialect)
    return (
        select(
            *_when(slots),
            WaitingRow.desk.label("desk"),
            team,
            operator,
            is_named(CallRow.desk).label("call_desk"),
            *_wait_columns(),
        )
        .select_from(slots)
        .join(WaitingRow, _is_in(WaitingRow.left_at, slots))
        .join(CallRow, CallRow.id == WaitingRow.call_id)
        .where(OFFERED, no_canary_waits(), true() if only is None else only)
    )


def rule_facts(run: Run, dialect: str, only: ColumnElement[bool] | None = None) -> Rows:
    """A row for each rule that a call of the run is flagged with, and one for each failed finding."""
    slots = _slots(run, dialect)
    return _flags(slots, dialect, only).union_all(_fails(slots, only)).subquery().select()


def _slots(run: Run, dialect: str) -> CTE:
    """Each stretch of the run with its day and hour: an index leads from them to their calls.

    They are one parameter: a statement with thousands takes longer to write than to run.
    """
    told = json.dumps([(day, hour, _written(at), _written(end)) for day, hour, at, end in run.slots()])
    parts = _of_postgresql(told) if dialect == "postgresql" else _of_sqlite(told)
    names = ("day", "hour", "from_at", "to_at")
    stretches = select(*(part.label(name) for name, part in zip(names, parts, strict=True)))
    return stretches.cte("slots").prefix_with("MATERIALIZED")


def _of_postgresql(told: str) -> Iterator[ColumnElement[Any]]:
    each = (
        func.json_array_elements(cast(literal(told, String), JSON))
        .table_valued(column("value", JSON))
        .render_derived()
    )
    day, hour, *ends = (each.c.value[place].as_string() for place in range(4))
    yield from (day, cast(hour, Integer), *(cast(end + "+00", UtcDateTime) for end in ends))


def _of_sqlite(told: str) -> Iterator[ColumnElement[Any]]:
    each = func.json_each(told).table_valued("value")
    return (func.json_extract(each.c.value, f"$[{place}]") for place in range(4))


def _written(moment: datetime) -> str:
    """As SQLite keeps moments, which it compares as texts."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _when(slots: CTE) -> tuple[ColumnElement[Any], ...]:
    return slots.c.day.label("day"), slots.c.hour.label("hour")


class _Few(FunctionElement[bool]):
    """A condition that few rows meet.

    SQLite takes a sixteenth of all calls for those of an hour: so many that it made an index of all findings.
    """

    inherit_cache = True


@compiles(_Few)
def _plain(element: _Few, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Few, "sqlite")
def _hinted(element: _Few, compiler: SQLCompiler, **options: Any) -> str:
    return f"likelihood({compiler.process(element.clauses, **options)}, 0.01)"


def _is_in(moment: InstrumentedAttribute[Any], slots: CTE) -> ColumnElement[bool]:
    return and_(_Few(moment >= slots.c.from_at), _Few(moment < slots.c.to_at))


@cache
def _wait_columns() -> tuple[ColumnElement[int], ...]:
    measures = wait_measures()
    return tuple(measures[name].label(name) for name in WAIT_MEASURES)


def _received(query: Rows, slots: CTE, only: ColumnElement[bool] | None) -> Rows:
    """Of the calls of each stretch. That all are of one run is not said: SQLite would begin with that."""
    calls = query.select_from(slots).join(CallRow, _is_in(CallRow.received_at, slots))
    return calls.where(not_canary(), true() if only is None else only)


def _judged(query: Rows, slots: CTE, only: ColumnElement[bool] | None) -> Rows:
    """The same with the newest scorecard of each, looked up call by call.

    Joined as a set of their own, SQLite went through all of them for each call.
    """
    card = aliased(ScorecardRow)
    newest = select(func.max(card.id)).where(card.call_id == CallRow.id).correlate(CallRow).scalar_subquery()
    return _received(query, slots, only).join(ScorecardRow, ScorecardRow.id == newest)


def newest_decision() -> ColumnElement[str]:
    """What people last said of a finding and did not take back; NULL: nothing."""
    return (
        select(ReviewRow.decision)
        .where(ReviewRow.finding_id == FindingRow.id, stands())
        .order_by(ReviewRow.id.desc())
        .limit(1)
        .correlate(FindingRow)
        .scalar_subquery()
    )


def _flags(slots: CTE, dialect: str, only: ColumnElement[bool] | None) -> Rows:
    if dialect == "postgresql":
        flag = func.json_array_elements_text(CallRow.flags).table_valued("value").render_derived()
    else:
        flag = func.json_each(CallRow.flags).table_valued("value")
    counts = [one_if(true() if name == "flags" else ~true()).label(name) for name in RULE_COUNTS]
    query = select(*_when(slots), *_who(), cast(flag.c.value, String).label("rule"), *counts)
    return _received(query, slots, only).join(flag, true())


def _fails(slots: CTE, only: ColumnElement[bool] | None) -> Rows:
    said = newest_decision()
    counts: dict[str, ColumnElement[int]] = {
        "flags": literal(0),
        "fails": literal(1),
        "undecided": one_if(said.is_(None)),
        "confirmed": one_if(said == Decision.CONFIRMED),
        "rejected": one_if(said == Decision.REJECTED),
    }
    query = select(
        *_when(slots),
        *_who(),
        FindingRow.rule.label("rule"),
        *(counts[name].label(name) for name in RULE_COUNTS),
    )
    found = _judged(query, slots, only).join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
    verdict = func.coalesce(FindingRow.verdict, "")  # plain, SQLite would index all findings by it
    return found.where(verdict == Verdict.FAIL)


def _losses(slots: CTE, dialect: str, only: ColumnElement[bool] | None) -> Rows:
    """What each standard takes off on the newest scorecards, in millionths (`ledger.scores.losses`)."""
    points = {
        name: func.coalesce(
            func.sum(case((and_(FindingRow.dimension == sign, ~FindingRow.is_fatal), FindingRow.points))), 0.0
        )
        for name, sign in STANDARD_SIGNS.items()
    }
    query = select(
        *_when(slots),
        *_who(),
        ScorecardRow.id.label("card_id"),
        *(points[name].label(name) for name in STANDARDS),
    )
    found = _judged(query, slots, only).outerjoin(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
    of_each = (ScorecardRow.id, slots.c.day, slots.c.hour, CallRow.desk, CallRow.team, CallRow.operator)
    cards = found.group_by(*of_each).subquery()
    counts: dict[str, ColumnElement[Any]] = {"carded": literal(1)}
    for name, sign in STANDARD_SIGNS.items():
        limit = _limit_of(sign, dialect)
        counts[f"lost_{name}"] = millionths(case((limit < cards.c[name], limit), else_=cards.c[name]))
    return select(
        *(cards.c[name] for name in ("day", "hour", "desk", "team", "operator")),
        *(counts.get(name, literal(0)).label(name) for name in CALL_MEASURES),
    ).join_from(cards, ScorecardRow, ScorecardRow.id == cards.c.card_id)


def _limit_of(sign: str, dialect: str) -> ColumnElement[float]:
    """The most that a standard may take off; NULL: all. SQLite finds no escaped Chinese key by its path."""
    if dialect == "postgresql":
        limit: ColumnElement[float] = ScorecardRow.limits[sign].as_float()
        return limit
    each = func.json_each(ScorecardRow.limits).table_valued("key", "value")
    found = select(each.c.value).select_from(each).where(each.c.key == sign)
    return found.correlate(ScorecardRow).scalar_subquery()


def _who() -> list[ColumnElement[str]]:
    columns = (("desk", CallRow.desk), ("team", CallRow.team), ("operator", CallRow.operator))
    return [is_named(column).label(name) for name, column in columns]
