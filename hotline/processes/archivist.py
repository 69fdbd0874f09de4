"""`python -m hotline.processes.archivist`: neither calls nor transcripts ever wait for a store."""

from __future__ import annotations

import os
import signal
import threading

import structlog

from hotline.entry import run_program
from hotline.logs import set_up_logs
from hotline.processes.parent import die_with_parent, tell_ready
from ledger import archived
from ledger.database import Ledger, open_ledger
from ledger.settings import load_settings, prepare_data_dir
from recorder.archivist import Archivist

NICENESS = 10  # like the workers: the lines go first
LOOK_EVERY_S = 2.0  # while all goes well
BACK_OFF_S = (2.0, 5.0, 10.0, 30.0, 60.0)  # after each failed round in a row

log = structlog.get_logger(__name__)


def main() -> None:
    """Put recordings away until told to stop; while the archive is away, try again ever more rarely."""
    die_with_parent()
    os.nice(NICENESS)
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    ledger = open_ledger(settings)
    archivist = Archivist(settings, ledger)
    _ = archivist.archive  # a URL that cannot be right is told now
    told_to_stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told_to_stop.set())
    tell_ready()
    archivist.adopt()
    failed = 0
    while not told_to_stop.wait(BACK_OFF_S[min(failed, len(BACK_OFF_S)) - 1] if failed else LOOK_EVERY_S):
        failed = _round(archivist, ledger, failed)


def _round(archivist: Archivist, ledger: Ledger, failed: int) -> int:
    """How many rounds in a row have failed now."""
    if archivist.sweep():
        if failed:
            log.info("archive_works_again", place=archivist.archive.place)
        return 0
    with ledger.reading() as session:
        waiting = archived.spooled(session)
    log.warning("archive_refuses", recordings=waiting.recordings, oldest_at=str(waiting.oldest_at))
    return failed + 1


if __name__ == "__main__":
    run_program(main)
