"""The rows of days added up as finely as sums are kept: asked of the database once a session, folded here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from ledger.statistics.days import LocalDay, Run, runs_of
from ledger.statistics.facts import Rows, call_facts, rule_facts, wait_facts
from ledger.tables import CALL_SUMS, RULE_SUMS, WAIT_SUMS, CallRow
from ledger.tables.statistics import CALL_MEASURES, RULE_COUNTS, WAIT_MEASURES

MEMO = "statistics_cells"  # in a session's info: what it has counted
Key = tuple[Any, ...]
Demands = Sequence[tuple[str, tuple[str, ...]]]  # columns, and the values that are let through
CellKey = Mapping[str, Any]  # day, hour, desk, team, operator and what else the kind has
Cell = tuple[CellKey, Mapping[str, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What is counted: where its sums are kept, and the rows that they are of."""

    kept: Table
    measures: Sequence[str]
    facts: Callable[[Run, str, ColumnElement[bool] | None], Rows]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns by which is summed."""
        return tuple(column.name for column in self.kept.primary_key if column.name != "grain")


CALLS_KIND = Kind(CALL_SUMS, CALL_MEASURES, call_facts)
WAITS_KIND = Kind(WAIT_SUMS, WAIT_MEASURES, wait_facts)
RULES_KIND = Kind(RULE_SUMS, RULE_COUNTS, rule_facts)
KINDS = (CALLS_KIND, WAITS_KIND, RULES_KIND)


def cells_of(
    session: Session,
    kind: Kind,
    days: Sequence[LocalDay],
    *,
    only_in: tuple[str, ...] | None = None,
    not_in: tuple[str, ...] = (),
) -> list[Cell]:
    """All cells of these days; of some calls alone, or without some. The same question is asked once."""
    address = str(session.get_bind().engine.url)
    asked = (address, kind.kept.name, tuple(days), only_in, not_in)
    known: dict[Any, list[Cell]] = session.info.setdefault(MEMO, {})
    found = known.get(asked)
    if found is None:
        only = CallRow.id.in_(only_in) if only_in is not None else None
        only = CallRow.id.not_in(not_in) if not_in else only
        runs = runs_of(days, by_hour="hour" in kind.keys)
        found = [cell for run in runs for cell in _cells_of_run(session, kind, run, only)]
        known[asked] = found
    return found


def fold(
    cells: Iterable[Cell], dims: Sequence[str], demands: Demands
) -> Iterator[tuple[Key, dict[str, int]]]:
    """Cells that are let through, added up by fewer columns."""
    found: dict[Key, dict[str, int]] = {}
    for key, sums in cells:
        if all(key[name] in allowed for name, allowed in demands):
            into = found.setdefault(tuple(key[dim] for dim in dims), {})
            for name, count in sums.items():
                into[name] = into.get(name, 0) + count
    yield from found.items()


def _cells_of_run(session: Session, kind: Kind, run: Run, only: ColumnElement[bool] | None) -> Iterator[Cell]:
    rows = kind.facts(run, session.get_bind().dialect.name, only).subquery()
    keys = [rows.c[name] for name in kind.keys]
    sums = [func.sum(rows.c[name]) for name in kind.measures]
    for row in session.execute(select(*keys, *sums).group_by(*keys)):
        key = dict(zip(kind.keys, row, strict=False))
        key["day"] = date.fromisoformat(key["day"])
        counts = zip(kind.measures, row[len(keys) :], strict=True)
        yield key, {name: int(count) for name, count in counts if count}
