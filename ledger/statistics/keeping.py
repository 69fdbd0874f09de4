"""Keeps the sums of days that are over.

In two steps, a minute apart: a day is marked, and once every change that was under way at that moment is
surely done its sums are made, whole. A change in between removes the mark (a trigger does), and what was
made is thrown away; the day is marked anew. Nothing depends on when or how often this runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.database import Ledger
from ledger.statistics.cells import KINDS, CellKey, Kind, cells_of, fold
from ledger.statistics.days import ONE_DAY, LocalDay
from ledger.tables import CallRow, SummedDayRow
from ledger.tables.statistics import NO_HOUR, Grain

LONGEST_CHANGE = timedelta(seconds=60)  # no transaction takes as long
DAYS_AT_ONCE = 31


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What one run has done."""

    summed: int
    marked: int


def keep_sums(
    ledger: Ledger,
    zone: tzinfo,
    *,
    at: datetime | None = None,
    grace: timedelta = LONGEST_CHANGE,
    most: int = DAYS_AT_ONCE,
) -> Kept:
    """Sum what was marked long enough ago, and mark what is not summed: the newest days first."""
    moment = at or now()
    with ledger.reading() as session:
        ripe = _ripe_days(session, zone, moment - grace)
    summed = sum(sum_up(ledger, LocalDay(day=day, zone=zone), marked_at) for day, marked_at in ripe[:most])
    with ledger.reading() as session:
        due = _days_without(session, zone, moment)[:most]
    if due:
        with ledger.transaction() as session:
            _mark(session, [LocalDay(day=day, zone=zone) for day in due], moment)
    return Kept(summed=summed, marked=len(due))


def sum_up(ledger: Ledger, day: LocalDay, marked_at: datetime) -> bool:
    """Make a marked day's sums; whether they are good: False where a call of it changed meanwhile."""
    with ledger.reading() as session:  # long: no writer waits for it
        made = [(kind.kept, _rows_of(session, kind, day)) for kind in KINDS]
    with ledger.transaction() as session:
        for table, rows in made:
            session.execute(delete(table).where(table.c.day == day.day))
            if rows:
                session.execute(insert(table), rows)
        return _close(session, day, marked_at)


def _close(session: Session, day: LocalDay, marked_at: datetime) -> bool:
    """The sums are good, if the mark is still there."""
    closed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(SummedDayRow)
        .where(SummedDayRow.day == day.day, SummedDayRow.marked_at == marked_at)
        .values(summed_at=now())
        .execution_options(synchronize_session=False)
    )
    return closed.rowcount == 1


def _rows_of(session: Session, kind: Kind, day: LocalDay) -> list[dict[str, Any]]:
    """The rows of a table of sums, in each grain that it has."""
    cells = cells_of(session, kind, [day])
    if "grain" not in kind.kept.c:
        return [_row(kind, key, sums) for key, sums in cells]
    rows = [_row(kind, {**key, "grain": Grain.FULL}, sums) for key, sums in cells]
    coarser: tuple[tuple[Grain, dict[str, Any]], ...] = (
        (Grain.HOUR, {"operator": ""}),
        (Grain.DAY, {"hour": NO_HOUR}),
    )
    for grain, without in coarser:
        names = [name for name in kind.keys if name not in without]
        rows += [
            _row(kind, {**dict(zip(names, key, strict=True)), **without, "grain": grain}, sums)
            for key, sums in fold(cells, names, ())
        ]
    return rows


def _row(kind: Kind, key: CellKey, sums: Mapping[str, int]) -> dict[str, Any]:
    return {**key, **{name: sums.get(name, 0) for name in kind.measures}}


def _ripe_days(session: Session, zone: tzinfo, before: datetime) -> list[tuple[date, datetime]]:
    query = select(SummedDayRow.day, SummedDayRow.marked_at).where(
        SummedDayRow.summed_at.is_(None),
        SummedDayRow.zone == str(zone),
        SummedDayRow.marked_at <= before,
    )
    return [(day, marked_at) for day, marked_at in session.execute(query.order_by(SummedDayRow.day.desc()))]


def _days_without(session: Session, zone: tzinfo, at: datetime) -> list[date]:
    """Days since the first call that are over, and neither summed nor marked in this zone."""
    first = session.scalar(select(func.min(CallRow.received_at)))
    if first is None:
        return []
    known = set(session.scalars(select(SummedDayRow.day).where(SummedDayRow.zone == str(zone))))
    day, begin = at.astimezone(zone).date() - ONE_DAY, first.astimezone(zone).date()
    due = []
    while day >= begin:
        if day not in known:
            due.append(day)
        day -= ONE_DAY
    return due


def _mark(session: Session, days: Sequence[LocalDay], at: datetime) -> None:
    session.execute(delete(SummedDayRow).where(SummedDayRow.day.in_([one.day for one in days])))
    session.execute(
        insert(SummedDayRow),
        [
            {
                "day": one.day,
                "zone": str(one.zone),
                "from_at": one.starts_at,
                "to_at": one.ends_at,
                "marked_at": at,
            }
            for one in days
        ],
    )
