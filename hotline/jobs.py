"""Jobs on Huey: a hint that a call has a stage to do. What a lost hint leaves, the sweep finds."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from huey import SqliteHuey, crontab

from ledger import calls
from ledger.database import Ledger
from ledger.settings import Settings

log = structlog.get_logger(__name__)


class Jobs:
    """The queue of one data directory. Lines and importers announce; a worker has been told how to work."""

    def __init__(self, settings: Settings) -> None:
        self.queue = SqliteHuey("hotline", filename=str(settings.jobs_path), results=False)
        self._task = self.queue.task(name="advance")(self._advance)
        self._work: Callable[[str], bool] | None = None

    def announce(self, call_id: str) -> None:
        """Put a call before the workers."""
        self._task(call_id)

    def work_with(self, work: Callable[[str], bool]) -> None:
        """`work` does the stage that is due, and says whether another one is."""
        self._work = work

    def _advance(self, call_id: str) -> None:
        assert self._work is not None, "only workers run jobs"
        if self._work(call_id):
            self.announce(call_id)

    def sweep_every_minute(self, ledger: Ledger) -> None:
        """Announce whatever is due and unclaimed: at the start, and every minute."""

        def sweep() -> None:
            with ledger.reading() as session:
                due = calls.due_calls(session)
            for call_id in due:
                self.announce(call_id)
            if due:
                log.info("sweep_found", calls=len(due))

        self.queue.periodic_task(crontab(minute="*"), name="sweep")(sweep)
        sweep()

    def check_every_night(self, hour_utc: int, check: Callable[[], None]) -> None:
        """Let a worker check everything once a day."""
        self.queue.periodic_task(crontab(hour=str(hour_utc), minute="0"), name="check")(check)
