"""What a machine does by the clock: sweeps what was left, looks at its disks, checks and deletes at night.

The clock is a Huey of its own in memory: what one machine has to do must not wait in a queue for another.
"""

from __future__ import annotations

import structlog
from huey import MemoryHuey, crontab

from console.times import SHANGHAI
from desks.intake.settings import load_mail_settings
from hotline.call_backs import go_round
from hotline.canary_results import settle
from hotline.case_duties import move_cases
from hotline.directory_duties import see_to_directory
from hotline.disks import look_at_disks
from hotline.jobs import Jobs
from hotline.mail_duty import see_to_mail
from hotline.pipeline import MOST_TRIES
from hotline.recognisers import Recognisers
from hotline.reconciling import check_last_days
from hotline.retaining import delete_files, delete_old
from hotline.standing import decide_tonight
from hotline.ticket_duties import move_tickets
from hotline.tidying import free_claims
from ledger import claiming, redoing
from ledger.database import Ledger
from ledger.errors import NoModel
from ledger.settings import Settings
from ledger.states import CallState
from ledger.statistics.keeping import keep_sums

THREADS = 3  # the sweep waits neither for the nightly check nor for a mail server

log = structlog.get_logger(__name__)


class Duties:
    """The clock of one machine. `far`: nothing but its own workers and disks is its business."""

    def __init__(self, settings: Settings, ledger: Ledger, recognisers: Recognisers, *, far: bool) -> None:
        self._settings, self._ledger, self._recognisers = settings, ledger, recognisers
        self._jobs = Jobs(settings)
        self.clock = MemoryHuey("duties", results=False)
        self._every_minute("sweep", self.sweep)
        self._every_minute("look", lambda: look_at_disks(settings, ledger))
        if not far:
            self.clock.periodic_task(crontab(minute="*/5"), name="cases")(
                lambda: move_cases(settings, ledger)
            )
            self._every_minute("call-backs", lambda: go_round(ledger))
            mail = load_mail_settings()
            if mail.has_servers:
                self._every_minute("mail", lambda: see_to_mail(settings, ledger, mail))
            self._every_minute("sums", lambda: keep_sums(ledger, SHANGHAI))
            self._every_minute("tickets", lambda: move_tickets(ledger, mail, settings.console_url))
            self._every_minute("directory", lambda: see_to_directory(settings, ledger))
            hour = str(settings.check_hour_utc)
            self.clock.periodic_task(crontab(hour=hour, minute="0"), name="check")(
                lambda: check_last_days(settings, ledger)
            )
            self.clock.periodic_task(crontab(hour=hour, minute="30"), name="delete")(
                lambda: delete_old(settings, ledger)
            )
            self.clock.periodic_task(crontab(hour=hour, minute="35"), name="files")(
                lambda: delete_files(settings, ledger)
            )
            self.clock.periodic_task(crontab(hour=hour, minute="45"), name="audit")(
                lambda: decide_tonight(settings, ledger)
            )

    def _every_minute(self, name: str, duty: object) -> None:
        self.clock.periodic_task(crontab(minute="*"), name=name)(duty)

    def run(self) -> None:
        """Do them until SIGTERM."""
        self.clock.create_consumer(workers=THREADS, worker_type="thread", graceful_signal="TERM").run()

    def sweep(self) -> None:
        """Everything that is due gets a worker: what the dead left, what a new model can hear, lost hints."""
        free_claims(self._ledger)
        settle(self._ledger)  # canaries whose command has ended before they were scored
        with self._ledger.transaction() as session:
            for call_id in claiming.quarantine_given_up(session, MOST_TRIES):
                log.error("call_given_up", call_id=call_id)
        take_up(self._ledger, self._recognisers)
        self._jobs.announce_due(self._ledger)


def take_up(ledger: Ledger, recognisers: Recognisers) -> int:
    """Calls that had no model and have one now are due again; returns how many."""
    with ledger.reading() as session:
        waiting = redoing.kinds(session, [CallState.NO_MODEL])
    heard = []
    for kind, _count in waiting:
        try:
            recognisers.choose(kind)
        except NoModel:
            continue
        heard.append(kind)
    if not heard:
        return 0
    with ledger.transaction() as session:
        taken = sum(redoing.take_up(session, kind) for kind in heard)
    log.info("calls_taken_up", calls=taken)
    return taken
