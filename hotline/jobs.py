"""Jobs on Huey: hints that some call has a stage to do. Which call is taken, the ledger says.

A hint wakes a worker at once. One that is lost costs seconds: idle workers look into the ledger themselves.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from threading import Event

import structlog
from huey import Huey, RedisHuey, SqliteHuey
from redis import ConnectionPool, RedisError

from ledger import claiming
from ledger.database import Ledger
from ledger.settings import Settings

QUEUE = "hotline"
AWAY = (RedisError, sqlite3.Error, OSError)  # the queue cannot be reached
ANSWER_S = 5.0  # a server that is slower is away
WAIT_S = 0.2  # between two looks into SQLite's queue; Redis is waited on
LOOK_S = 5.0  # an idle worker asks the ledger, whatever the queue says
MOST_HINTS = 1000  # at once; each goes on until nothing is due

log = structlog.get_logger(__name__)


class Jobs:
    """The queue of one data directory, or of all machines. Lines and importers announce; workers work."""

    def __init__(self, settings: Settings) -> None:
        self.queue = _open_queue(settings)
        self._task = self.queue.task(name="advance")(self._advance)
        self._work: Callable[[], str | None] | None = None

    def announce(self, call_id: str) -> None:
        """A stage of this call is due: wake a worker, who takes what is most urgent."""
        try:
            self._task(call_id)
        except AWAY as error:
            log.warning("hint_lost", call_id=call_id, cause=str(error))

    def announce_due(self, ledger: Ledger) -> None:
        """Wake workers for whatever is due and has no hint yet."""
        with ledger.reading() as session:
            missing = min(claiming.count_due(session) - self.waiting(), MOST_HINTS)
            due = claiming.due_calls(session, missing) if missing > 0 else []
        for call_id in due:
            self.announce(call_id)
        if due:
            log.info("sweep_found", calls=len(due))

    def waiting(self) -> int:
        """How many hints nobody has taken; none while the queue is away."""
        try:
            return int(self.queue.storage.queue_size())
        except AWAY as error:
            log.warning("queue_away", cause=str(error))
            return 0

    def work(self, work: Callable[[], str | None], stop: Event) -> None:
        """Take hints until told to stop. `work` does the most urgent stage; it returns the call, if any."""
        self._work = work
        looked_s, is_away = 0.0, False
        while not stop.is_set():
            try:
                hint = self.queue.dequeue()
            except AWAY as error:
                if not is_away:
                    log.warning("queue_away", cause=str(error))
                hint, is_away = None, True
            else:
                is_away = False
            if hint is not None:
                self.queue.execute(hint)
            elif time.monotonic() - looked_s > LOOK_S:
                looked_s = 0.0 if work() else time.monotonic()
            else:
                stop.wait(WAIT_S)

    def _advance(self, _call_id: str) -> None:
        """A hint goes on until nothing is due."""
        assert self._work is not None, "only workers run jobs"
        call_id = self._work()
        if call_id is not None:
            self.announce(call_id)


def _open_queue(settings: Settings) -> Huey:
    if settings.redis_url is None:
        return SqliteHuey(QUEUE, filename=str(settings.jobs_path), results=False)
    pool = ConnectionPool.from_url(
        settings.redis_url, socket_connect_timeout=ANSWER_S, socket_timeout=ANSWER_S
    )
    return RedisHuey(QUEUE, connection_pool=pool, results=False)
