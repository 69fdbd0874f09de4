"""Repository of what the edge dropped or refused without a row of its own, by the minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.tables import EdgeCountRow


def add_counts(session: Session, at: datetime, counts: Mapping[str, int]) -> None:
    """Add to the counts of the minute of `at`."""
    minute = at.replace(second=0, microsecond=0)
    for verdict, count in counts.items():
        row = session.get(EdgeCountRow, (minute, verdict))
        if row is None:
            session.add(EdgeCountRow(minute=minute, verdict=verdict, count=count))
        else:
            row.count += count


def counts_since(session: Session, since: datetime) -> dict[str, int]:
    """Sums by verdict from the minute of `since` on."""
    minute = since.replace(second=0, microsecond=0)
    query = (
        select(EdgeCountRow.verdict, func.sum(EdgeCountRow.count))
        .where(EdgeCountRow.minute >= minute)
        .group_by(EdgeCountRow.verdict)
    )
    return {verdict: int(count) for verdict, count in session.execute(query)}
