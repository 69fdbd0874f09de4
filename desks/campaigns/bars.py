"""Repository of the list of those who are not called (免打扰)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from desks.campaigns.states import Outcome, PersonState
from ledger.clock import now
from ledger.errors import NotFound
from ledger.tables import CampaignPersonRow, DoNotCallRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A number that is not called."""

    number: str
    why: str
    added_by: str  # empty: the person, by key in a call
    call_id: str | None
    added_at: datetime
    until: datetime | None  # None: for ever


def bar(
    session: Session,
    number: str,
    *,
    why: str,
    by: str = "",
    call_id: str | None = None,
    until: datetime | None = None,
) -> None:
    """Put a number on the list, or change why and until when it stands there; who waits is called no more."""
    session.merge(
        DoNotCallRow(number=number, why=why[:200], added_by=by, call_id=call_id, added_at=now(), until=until)
    )
    session.execute(
        update(CampaignPersonRow)
        .where(CampaignPersonRow.number == number, CampaignPersonRow.state == PersonState.WAITING)
        .values(state=PersonState.DECLINED, outcome=Outcome.OPTED_OUT)
    )


def unbar(session: Session, number: str) -> None:
    """Take a number off the list; people who were declined meanwhile stay so. Raises NotFound."""
    gone = session.execute(
        delete(DoNotCallRow).where(DoNotCallRow.number == number).returning(DoNotCallRow.number)
    )
    if gone.first() is None:
        raise NotFound(f"{number} is not on the list of those who are not called; load the list again")


def list_bars(session: Session, part: str = "", *, first: int = 0, limit: int = 100) -> list[Bar]:
    """Whose number contains `part`, from the place `first` on, the newest first; also whose time is over."""
    query = (
        select(DoNotCallRow)
        .where(DoNotCallRow.number.contains(part, autoescape=True))
        .order_by(DoNotCallRow.added_at.desc(), DoNotCallRow.number)
        .offset(first)
        .limit(limit)
    )
    return [
        Bar(
            number=row.number,
            why=row.why,
            added_by=row.added_by,
            call_id=row.call_id,
            added_at=row.added_at,
            until=row.until,
        )
        for row in session.scalars(query)
    ]


def barred(session: Session, numbers: Collection[str], *, at: datetime | None = None) -> set[str]:
    """Those of some numbers that are not to be called now."""
    query = select(DoNotCallRow.number).where(DoNotCallRow.number.in_(numbers), stands(at or now()))
    return set(session.scalars(query))


def stands(at: datetime) -> ColumnElement[bool]:
    """The condition that an entry of the list holds at a moment."""
    return or_(DoNotCallRow.until.is_(None), DoNotCallRow.until > at)
