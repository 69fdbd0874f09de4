"""Jobs on Huey: a hint that a call has a stage to do. What a lost hint leaves, the sweep finds."""

from __future__ import annotations

import structlog
from huey import SqliteHuey, crontab

from hotline.pipeline import Pipeline
from ledger import calls
from ledger.database import Ledger
from ledger.settings import Settings

log = structlog.get_logger(__name__)


class Jobs:
    """The queue of one data directory. Lines and importers announce; a worker has a pipeline and does."""

    def __init__(self, settings: Settings, pipeline: Pipeline | None = None) -> None:
        self.queue = SqliteHuey("hotline", filename=str(settings.jobs_path), results=False)
        self._pipeline = pipeline
        self._task = self.queue.task(name="advance")(self._advance)

    def announce(self, call_id: str) -> None:
        """Put a call before the workers."""
        self._task(call_id)

    def _advance(self, call_id: str) -> None:
        assert self._pipeline is not None, "only workers run jobs"
        if self._pipeline.advance(call_id):
            self.announce(call_id)

    def sweep_every_minute(self, ledger: Ledger) -> None:
        """Announce whatever is due and unclaimed: at the start, and every minute."""

        def sweep() -> None:
            with ledger.transaction() as session:
                due = calls.due_calls(session)
            for call_id in due:
                self.announce(call_id)
            if due:
                log.info("sweep_found", calls=len(due))

        self.queue.periodic_task(crontab(minute="*"), name="sweep")(sweep)
        sweep()
