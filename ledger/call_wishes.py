"""Repository of what pages ask of running calls: pause the recording, read a number out, go to another desk.

A page asks; the call's line takes the wish within half a second and settles it, once. What no line took by
the end of the conversation is settled as too late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.states import WishKind, WishOutcome
from ledger.tables import CallWishRow


@dataclass(frozen=True, kw_only=True, slots=True)
class CallWish:
    """One thing that somebody asked of a call."""

    id: int  # rises in the order of asking
    call_id: str
    kind: WishKind
    detail: str  # the number to read out, the desk to go to; else empty
    by: str  # the user's name
    asked_at: datetime
    outcome: WishOutcome | None  # None: not settled yet


def ask(session: Session, call_id: str, kind: WishKind, *, by: str, detail: str = "") -> int:
    """Ask the line of a call that runs; returns the wish's id."""
    row = CallWishRow(call_id=call_id, kind=kind, detail=detail, by=by, asked_at=now())
    session.add(row)
    session.flush()
    return row.id


def unsettled(session: Session) -> Mapping[str, tuple[CallWish, ...]]:
    """All that no line has settled, by call, in the order of asking."""
    query = select(CallWishRow).where(CallWishRow.outcome.is_(None)).order_by(CallWishRow.id)
    found: dict[str, tuple[CallWish, ...]] = {}
    for row in session.scalars(query):
        found[row.call_id] = (*found.get(row.call_id, ()), _wish(row))
    return found


def settle(session: Session, wish_id: int, outcome: WishOutcome) -> bool:
    """Note what came of a wish. False where that was noted before: the first outcome counts."""
    settled = session.execute(
        update(CallWishRow)
        .where(CallWishRow.id == wish_id, CallWishRow.outcome.is_(None))
        .values(outcome=outcome, settled_at=now())
        .returning(CallWishRow.id)
    )
    return settled.first() is not None


def settle_left(session: Session, call_id: str) -> None:
    """The conversation is over: what nobody took of it came too late."""
    session.execute(
        update(CallWishRow)
        .where(CallWishRow.call_id == call_id, CallWishRow.outcome.is_(None))
        .values(outcome=WishOutcome.LATE, settled_at=now())
    )


def list_wishes(session: Session, call_id: str) -> list[CallWish]:
    """All that was asked of a call, in the order of asking."""
    query = select(CallWishRow).where(CallWishRow.call_id == call_id).order_by(CallWishRow.id)
    return [_wish(row) for row in session.scalars(query)]


def _wish(row: CallWishRow) -> CallWish:
    return CallWish(
        id=row.id,
        call_id=row.call_id,
        kind=WishKind(row.kind),
        detail=row.detail,
        by=row.by,
        asked_at=row.asked_at,
        outcome=WishOutcome(row.outcome) if row.outcome else None,
    )
