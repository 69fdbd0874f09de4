"""The crew: workers forked from one parent that has loaded the models: they share its memory."""

from __future__ import annotations

import gc
import signal
import time
from threading import Event

import structlog

from hotline.children import Fork
from hotline.duties import Duties
from hotline.jobs import Jobs
from hotline.pipeline import Pipeline
from hotline.plans import plan_of
from hotline.processes.parent import tell_ready
from hotline.recognisers import Recognisers
from hotline.supervisor import Supervisor, obey
from hotline.tidying import free_claims, tidy_up
from ledger.database import UNWRITABLE, Ledger, ledger_for_now, open_ledger
from ledger.errors import BadPack, PlanError
from ledger.settings import Settings

LOOK_S = 0.1  # between two looks at the workers
STOP_S = 20.0  # for the file at hand; less than what our own parent grants us

log = structlog.get_logger(__name__)


class Crew:
    """All workers of one machine, and its clock. The parent has one thread and no connection when it forks.

    `far`: a machine beside the one of the lines, without their captures and spool.
    """

    def __init__(self, settings: Settings, *, far: bool = False) -> None:
        self._settings, self._far = settings, far
        self._recognisers = Recognisers(settings, plan_of(settings))
        self._workers = [
            Fork(name=f"worker-{number}", main=self._work, grace_s=STOP_S)
            for number in range(1, settings.workers + 1)
        ]
        clock = Fork(name="clock", main=self._keep_time, grace_s=STOP_S)
        self._supervisor = Supervisor([*self._workers, clock], {}, on_death=self._note_death)
        self._has_dead = False  # whose calls could not be set free yet
        self._stopping = False

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; SIGHUP renews the workers, with the plan and models as they are then.

        Raises PlanError, BadPack, MissingAsset, BadAsset, ChildFailed.
        """
        ledger = open_ledger(self._settings)
        tidy_up(self._settings, ledger)
        ledger.close()
        self._load()
        obey(stop=self._stop, hang_up=self._renew)
        self._supervisor.start()
        tell_ready()
        try:
            self._watch()
        finally:
            self._supervisor.stop()
            self._set_free(stopped=True)

    def _load(self) -> None:
        self._recognisers.load()
        gc.collect()
        gc.freeze()  # what is loaded by now is never looked through, so that the forks keep sharing it

    def _watch(self) -> None:
        while not self._stopping:
            self._supervisor.mend()
            if self._has_dead:
                self._has_dead = not self._set_free()
            time.sleep(LOOK_S)

    def _work(self) -> None:
        """A worker's whole life, in its own process."""
        stop = Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())  # the file at hand is finished
        ledger = Ledger(self._settings.ledger_url)
        pipeline = Pipeline(self._settings, ledger, recognisers=self._recognisers, far=self._far)
        tell_ready()
        Jobs(self._settings).work(pipeline.advance_next, stop)

    def _keep_time(self) -> None:
        """The clock's whole life."""
        ledger = Ledger(self._settings.ledger_url)
        duties = Duties(self._settings, ledger, self._recognisers, far=self._far)
        tell_ready()
        duties.sweep()
        duties.run()

    def _note_death(self, _name: str) -> None:
        self._has_dead = True

    def _set_free(self, *, stopped: bool = False) -> bool:
        """What dead workers had is due again at once. Whether it could be written: else it is tried again."""
        try:
            with ledger_for_now(self._settings) as ledger:
                freed = free_claims(ledger, stopped=stopped)
        except UNWRITABLE as error:
            log.warning("entry_put_off", cause=str(error))
            return False
        if freed and not stopped:
            jobs = Jobs(self._settings)
            for call_id in freed:
                jobs.announce(call_id)
            jobs.queue.storage.close()
        return True

    def _stop(self, _sign: int, _frame: object) -> None:
        self._stopping = True

    def _renew(self, _sign: int, _frame: object) -> None:
        """New models are loaded here, once; each worker ends after its file and comes back with them."""
        try:
            self._recognisers = Recognisers(self._settings, plan_of(self._settings))
            self._load()
        except (PlanError, BadPack) as error:  # a person's mistake: the workers go on with what they had
            log.warning("plan_kept", cause=str(error))
            return
        for child in self._supervisor.children:
            if child.process is not None:
                child.process.send_signal(signal.SIGTERM)
