"""Repository of what people have typed on a call's page and not sent yet. Nobody else sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.tables import DraftRow, UserRow

MOST_FIELDS: Final = 200  # of one person on one call: each finding has one


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What somebody has typed, by field."""

    fields: Mapping[str, str]
    at: datetime | None  # None: nothing was ever typed


def draft_of(session: Session, user_id: int, call_id: str) -> Draft:
    """What somebody has typed on a call's page; empty where that is nothing."""
    row = session.get(DraftRow, (user_id, call_id))
    return Draft(fields=dict(row.fields), at=row.at) if row else Draft(fields={}, at=None)


def keep(session: Session, user_id: int, call_id: str, fields: Mapping[str, str]) -> Draft:
    """Keep these fields beside the others; an empty one goes. Of too many the oldest go."""
    _lock_person(session, user_id)
    row = session.get(DraftRow, (user_id, call_id), populate_existing=True)
    kept = {**(row.fields if row else {}), **fields}
    left = {name: text for name, text in kept.items() if text}
    left = dict(list(left.items())[-MOST_FIELDS:])
    if row is None:
        row = DraftRow(user_id=user_id, call_id=call_id, fields=left, at=now())
        session.add(row)
    row.fields, row.at = left, now()
    session.flush()
    return Draft(fields=left, at=row.at)


def forget(session: Session, user_id: int, call_id: str, names: Iterable[str]) -> None:
    """These fields were sent."""
    _lock_person(session, user_id)
    row = session.get(DraftRow, (user_id, call_id), populate_existing=True)
    if row is not None:
        row.fields = {name: text for name, text in row.fields.items() if name not in set(names)}
        session.flush()


def _lock_person(session: Session, user_id: int) -> None:
    """Two pages of one person take turns. The row's key stays free for decisions, which refer to it."""
    session.get(UserRow, user_id, with_for_update={"key_share": True})
