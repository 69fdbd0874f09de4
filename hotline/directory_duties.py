"""What the clock does for the directory: planned changes, unanswered enquiries, long work that was left."""

from __future__ import annotations

import structlog

from desks.directory import asking, collecting, planned, works
from ledger.database import Ledger
from ledger.settings import Settings

log = structlog.get_logger(__name__)


def see_to_directory(settings: Settings, ledger: Ledger) -> None:
    """Whatever is due."""
    made = planned.make_due(ledger)
    if made:
        log.info("planned_changes_made", changes=made)
    collected = collecting.collect(ledger)
    if collected:
        log.info("hard_cases_collected", times=collected)
    with ledger.reading() as session:
        is_due = works.is_due(session)
    if is_due:
        log.info("directory_work_taken_up")
        asking.start_working(settings)
