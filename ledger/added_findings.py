"""Repository of breaches that the machine missed and people heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.errors import NotAllowed, NotFound
from ledger.records import Evidence, Finding, User
from ledger.states import Verdict
from ledger.tables import AddedFindingRow, UserRow

OTHER: Final = "other"  # the rule of what breaks none that the pack has: it takes nothing off


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """A breach as somebody enters it."""

    rule: str  # of the call's pack, or OTHER
    start_s: float
    end_s: float
    text: str  # the words that were marked; empty: a span without words
    why: str
    points: float  # that the rule takes off
    most_points: float | None  # of all moments of the rule together; None: as many as there are
    dimension: str
    is_fatal: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AddedFinding:
    """A breach as it is kept."""

    id: int
    call_id: str
    user_id: int
    user: str  # the name that others see
    missed: Missed
    at: datetime
    withdrawn_at: datetime | None

    @property
    def finding(self) -> Finding:
        """The same as a finding of a person: certain, and with the person's own words."""
        missed = self.missed
        return Finding(
            rule=missed.rule,
            verdict=Verdict.FAIL,
            evidence=Evidence(
                start_s=missed.start_s,
                end_s=missed.end_s,
                text=missed.text,
                likeness=1.0 if missed.text else 0.0,
            ),
            reason=missed.why,
            points=missed.points,
            dimension=missed.dimension,
            is_fatal=missed.is_fatal,
        )


def add(session: Session, call_id: str, user: User, missed: Missed) -> int:
    """Keep a breach; its id."""
    row = AddedFindingRow(
        call_id=call_id,
        user_id=user.id,
        rule=missed.rule,
        start_s=missed.start_s,
        end_s=missed.end_s,
        text=missed.text,
        why=missed.why,
        points=missed.points,
        most_points=missed.most_points,
        dimension=missed.dimension,
        is_fatal=missed.is_fatal,
        at=now(),
    )
    session.add(row)
    session.flush()
    return row.id


def withdraw(session: Session, call_id: str, user: User, added_id: int) -> None:
    """Its author takes a breach back; the row stays. Raises NotFound, NotAllowed, Conflict."""
    row = session.get(AddedFindingRow, added_id)
    if row is None or row.call_id != call_id:
        raise NotFound(f"call {call_id!r} has no added finding {added_id}; load the call again")
    if row.user_id != user.id:
        raise NotAllowed("a finding that a person added is withdrawn by that person only: ask its author")
    if row.withdrawn_at is not None:
        raise AlreadySo(f"the added finding {added_id} is withdrawn already; load the call again")
    row.withdrawn_at = now()
    session.flush()


def overrule(session: Session, call_id: str, added_id: int) -> None:
    """A breach falls by a decision that tells why (`ledger.appeals`, `ledger.case_reviews`); the row stays.

    Raises NotFound.
    """
    row = session.get(AddedFindingRow, added_id)
    if row is None or row.call_id != call_id:
        raise NotFound(f"call {call_id!r} has no added finding {added_id}; load the call again")
    row.withdrawn_at = row.withdrawn_at or now()
    session.flush()


def standing_of(
    session: Session, call_ids: Select[str] | Sequence[str]
) -> Mapping[str, tuple[AddedFinding, ...]]:
    """Breaches that were added to calls and not withdrawn, by call, the oldest first."""
    found: dict[str, tuple[AddedFinding, ...]] = {}
    query = _added().where(AddedFindingRow.call_id.in_(call_ids), AddedFindingRow.withdrawn_at.is_(None))
    for row, user in session.execute(query.order_by(AddedFindingRow.id)):
        found[row.call_id] = (*found.get(row.call_id, ()), _to_added(row, user))
    return found


def all_of(session: Session, call_id: str) -> tuple[AddedFinding, ...]:
    """Every breach that was ever added to a call, the oldest first."""
    return tuple(_to_added(row, user) for row, user in session.execute(_added_to_call(), {"of": call_id}))


@cache
def _added_to_call() -> Select[AddedFindingRow, str]:
    return _added().where(AddedFindingRow.call_id == bindparam("of")).order_by(AddedFindingRow.id)


def _added() -> Select[AddedFindingRow, str]:
    return select(AddedFindingRow, UserRow.display_name).join(UserRow, UserRow.id == AddedFindingRow.user_id)


def _to_added(row: AddedFindingRow, user: str) -> AddedFinding:
    return AddedFinding(
        id=row.id,
        call_id=row.call_id,
        user_id=row.user_id,
        user=user,
        missed=Missed(
            rule=row.rule,
            start_s=row.start_s,
            end_s=row.end_s,
            text=row.text,
            why=row.why,
            points=row.points,
            most_points=row.most_points,
            dimension=row.dimension,
            is_fatal=row.is_fatal,
        ),
        at=row.at,
        withdrawn_at=row.withdrawn_at,
    )
