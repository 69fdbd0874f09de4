"""Deleting what has been kept long enough: recordings by the plan's rules, files by a setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog

from desks.intake.expiring import expire
from desks.intake.folders import files_dir
from hotline.plans import plan_of
from ledger.database import Ledger
from ledger.errors import PlanError
from ledger.settings import Settings
from recorder.archivist import Archivist
from recorder.retention import Due, Retention, Rule
from sip_config import Plan

log = structlog.get_logger(__name__)


def rules_of(plan: Plan) -> tuple[Rule, ...]:
    """The plan's rules, as the recorder reads them."""
    return tuple(
        Rule(desk=keep.desk, result=keep.result, flagged=keep.flagged, days=keep.days)
        for keep in plan.recordings.keep
    )


def delete_due(settings: Settings, ledger: Ledger, rules: Sequence[Rule]) -> list[Due]:
    """Delete everything that is due; what the store does not let go of yet, the archivist removes later."""
    retention = Retention(ledger, rules)
    deleted = [due for due in retention.due() if retention.delete(due)]
    Archivist(settings, ledger).discard()
    return deleted


def delete_old(settings: Settings, ledger: Ledger) -> None:
    """The nightly run, with the plan as it is now. A plan with mistakes deletes nothing."""
    try:
        rules = rules_of(plan_of(settings))
    except PlanError as error:
        log.error("nothing_deleted", cause=str(error))  # noqa: TRY400 - a person's mistake, told in a sentence
        return
    deleted = delete_due(settings, ledger, rules)
    log.info("recordings_deleted", recordings=len(deleted))


def delete_files(settings: Settings, ledger: Ledger) -> None:
    """The nightly run over what came in by mail and fax; off unless days are set."""
    if settings.intake_files_days:
        deleted = expire(ledger, files_dir(settings), settings.intake_files_days)
        log.info("intake_files_deleted", files=deleted)


def document_of(found: Sequence[Due]) -> dict[str, Any]:
    """Counts by desk and rule, and the calls, for JSON."""
    counts = Counter((due.call.desk, str(due.rule)) for due in found)
    return {
        "recordings": len(found),
        "counts": [
            {"desk": desk, "rule": rule, "recordings": count}
            for (desk, rule), count in sorted(counts.items())
        ],
        "calls": [due.call.call_id for due in found],
    }
