"""Repository of what checks of the whole installation found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.tables import CheckRow

RECONCILE = "reconcile"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One result."""

    at: datetime
    clean: bool
    document: dict[str, Any]


def keep(session: Session, kind: str, clean: bool, document: dict[str, Any]) -> None:
    """Keep a result beside the older ones."""
    session.add(CheckRow(kind=kind, at=now(), clean=clean, document=document))


def newest(session: Session, kind: str) -> Check | None:
    """The newest result of a kind."""
    query = select(CheckRow).where(CheckRow.kind == kind).order_by(CheckRow.id.desc()).limit(1)
    row = session.scalars(query).first()
    return Check(at=row.at, clean=row.clean, document=row.document) if row else None
