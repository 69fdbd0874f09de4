"""Looks at the ledger and writes what it finds."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError

from console.health import repository
from console.health.schemas import Health
from ledger.database import Ledger
from ledger.states import CallState

log = structlog.get_logger(__name__)


def look(ledger: Ledger) -> Health:
    """The console's health."""
    try:
        with ledger.reading() as session:
            repository.touch(session)
    except SQLAlchemyError as error:
        log.error("ledger_unreachable", error=str(error))  # noqa: TRY400 - told to the supervisor as well
        return Health(ok=False, ledger=False)
    return Health(ok=True, ledger=True)


def metrics_text(ledger: Ledger) -> str:
    """Calls by state in Prometheus's text format, every state with a line."""
    with ledger.reading() as session:
        counts = repository.count_by_state(session)
    head = ["# HELP hotline_calls Calls in the ledger by state.", "# TYPE hotline_calls gauge"]
    lines = [f'hotline_calls{{state="{state}"}} {counts.get(state, 0)}' for state in CallState]
    return "\n".join([*head, *lines, ""])
