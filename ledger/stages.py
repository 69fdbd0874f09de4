"""Repository of how long each stage of a call took."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.tables import StageRow


def note_stage(session: Session, call_id: str, stage: str, started_at: datetime, took_s: float) -> None:
    """Keep how long a stage took."""
    session.add(StageRow(call_id=call_id, stage=stage, started_at=started_at, took_s=took_s))


def stage_times(session: Session, call_id: str) -> dict[str, float]:
    """Seconds by stage, the last try of each."""
    query = select(StageRow).where(StageRow.call_id == call_id).order_by(StageRow.id)
    return {row.stage: row.took_s for row in session.scalars(query)}
