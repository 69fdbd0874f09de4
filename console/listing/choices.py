"""What the list's selections offer, read from indexes: one step for each value, however many calls.

For somebody who is held to desks or teams the steps would look through all calls of each value that is not
theirs; their own calls are read once instead. One visitor does so, and the others meanwhile have what was
read before.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache
from itertools import repeat
from threading import Lock
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from console.listing.schemas import Choices, Person
from ledger.records import User
from ledger.scopes import BY_DESK_AND_TEAM, is_unbounded, visible_calls
from ledger.states import Origin
from ledger.tables import CallRow, UserRow

MOST = 2000  # of each
FRESH_S = 30.0  # a new operator is offered after so long at the latest
HELD_FRESH_S = 120.0  # the same to somebody who is held to desks or teams
MOST_SCOPES = 200  # combinations of desks and teams that are remembered
Scope = tuple[
    str, frozenset[str], frozenset[str], int | None
]  # of which ledger, and what somebody is held to
_READ: dict[Scope, tuple[float, Choices]] = {}
_READING: dict[Scope, Lock] = {}
Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
OFFERED: tuple[Column, ...] = (
    *(CallRow.hotline, CallRow.desk, CallRow.team, CallRow.operator),
    CallRow.language,
)


def choices(session: Session, viewer: User) -> Choices:
    """Numbers, desks, teams, operators and languages of the calls that the viewer sees, a moment old."""
    key = _scope(session, viewer)
    found = _READ.get(key)
    if found and _is_fresh(found, viewer):
        return found[1]
    reading = _READING.setdefault(key, Lock())
    if not reading.acquire(blocking=found is None):
        assert found
        return found[1]  # somebody reads them anew
    try:
        found = _READ.get(key)
        if found is None or not _is_fresh(found, viewer):
            if len(_READ) >= MOST_SCOPES:
                _READ.clear()
                _READING.clear()
            found = _READ[key] = (time.monotonic(), _choices(session, viewer))
        return found[1]
    finally:
        reading.release()


def _scope(session: Session, viewer: User) -> Scope:
    """Staff of the same desks and teams see the same calls; everybody else has calls of their own."""
    alone = None if viewer.role in BY_DESK_AND_TEAM else viewer.id
    return str(session.get_bind().engine.url), viewer.desks, viewer.teams, alone


def _is_fresh(found: tuple[float, Choices], viewer: User) -> bool:
    return time.monotonic() <= found[0] + (FRESH_S if is_unbounded(viewer) else HELD_FRESH_S)


def _choices(session: Session, viewer: User) -> Choices:
    values = map(_steps, repeat(session), OFFERED) if is_unbounded(viewer) else _own(session, viewer)
    hotlines, desks, teams, operators, languages = values
    return Choices(
        hotlines=hotlines,
        desks=desks,
        teams=teams,
        operators=operators,
        languages=languages,
        people=_people(session),
    )


def _own(session: Session, viewer: User) -> list[tuple[str, ...]]:
    """All values that a call of the viewer's has, in the columns' order."""
    query = select(*OFFERED).where(CallRow.origin != Origin.CANARY, visible_calls(viewer)).distinct()
    rows = session.execute(query).all()
    return [_sorted(row[at] for row in rows) for at in range(len(OFFERED))]


def _sorted(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value is not None})[:MOST])


def _people(session: Session) -> tuple[Person, ...]:
    query = select(UserRow.name, UserRow.display_name).where(
        UserRow.role.in_(sorted(BY_DESK_AND_TEAM)), UserRow.disabled.is_(False)
    )
    return tuple(
        Person(name=name, display_name=shown) for name, shown in session.execute(query.order_by(UserRow.name))
    )


def _steps(session: Session, of: Column) -> tuple[str, ...]:
    """All values of an indexed column."""
    return tuple(session.scalars(_query(of.key)))


@cache
def _query(name: str) -> Select[Any]:
    """From each value to the next larger one (a loose index scan); without those of canaries alone."""
    of = CallRow.__table__.c[name]
    first = select(func.min(of).label("value")).cte("steps", recursive=True)
    following = select(func.min(of)).where(of > first.c.value).scalar_subquery()
    steps = first.union_all(select(following).where(first.c.value.is_not(None)))
    is_real = select(CallRow.id).where(of == steps.c.value, CallRow.origin != Origin.CANARY).exists()
    return select(steps.c.value).where(steps.c.value.is_not(None), is_real).limit(MOST)
