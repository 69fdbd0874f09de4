"""A worker process, `python -m hotline.processes.worker`: seals, transcribes and scores."""

from __future__ import annotations

import os

from asr_models.store import require
from hotline.disks import look_at_disks
from hotline.entry import run_program
from hotline.jobs import Jobs
from hotline.logs import set_up_logs
from hotline.pipeline import Pipeline
from hotline.processes.parent import die_with_parent, tell_ready
from hotline.reconciling import check_last_days
from hotline.retaining import delete_old
from hotline.tidying import free_claims, tidy_up
from ledger.database import Ledger, open_ledger
from ledger.settings import load_settings, prepare_data_dir

NICENESS = 10  # transcripts can wait, audio cannot: lines on the same machine go first


def main() -> None:
    """Work on what lines and importers announce, until told to stop. Raises MissingAsset."""
    die_with_parent()
    os.nice(NICENESS)
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    require(settings.model, settings.models_dir)  # say so now, not with the first call
    ledger = open_ledger(settings)
    tidy_up(settings, ledger)
    jobs = Jobs(settings)
    jobs.work_with(Pipeline(settings, ledger).advance)
    jobs.sweep_every_minute(ledger)
    jobs.look_every_minute(lambda: look_at_disks(settings, ledger))
    jobs.check_every_night(settings.check_hour_utc, lambda: check_last_days(settings, ledger))
    jobs.delete_every_night(settings.check_hour_utc, lambda: delete_old(settings, ledger))
    jobs.queue.on_startup(name="settle_in")(lambda: _settle_in(ledger, jobs))
    consumer = jobs.queue.create_consumer(
        workers=settings.workers, worker_type="process", max_delay=0.5, graceful_signal="TERM"
    )
    tell_ready()
    consumer.run()


def _settle_in(ledger: Ledger, jobs: Jobs) -> None:
    """In each forked worker: the parent's connections must not be shared.

    It may stand in for one that died: what that one had claimed and taken from the queue is done now.
    """
    die_with_parent()
    ledger.engine.dispose(close=False)
    free_claims(ledger)
    jobs.announce_due(ledger)


if __name__ == "__main__":
    run_program(main)
