"""Keeps Kamailio running: starts it, notices its death, cleans up behind it, starts it again."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from hotline.children import GRACE_S
from hotline.edge import kamailio
from hotline.edge.books import EdgeBooks
from hotline.edge.files import EdgeFiles
from hotline.edge.refusals import Ear
from ledger.database import Ledger
from ledger.errors import HotlineError, PortTaken
from ledger.settings import Settings
from sip_config import Plan

LOOK_EVERY_S = 0.5
BOOKS_EVERY_S = 0.5
READY_S = 15.0  # how long Kamailio may take to answer
MISSES_BEFORE_KILL = 3  # unanswered OPTIONS in a row, a second each: it hangs
PARENT_DIED = signal.SIGUSR1  # what the kernel tells us; the word to stop is SIGTERM
CRASH_PAUSE_S = 1.0  # before another start where the last one came to nothing

log = structlog.get_logger(__name__)


class EdgeFailed(HotlineError):
    """Kamailio cannot start with this plan: its own words are in the message; mend it and start again."""


class EdgeKeeper:
    """One Kamailio and everything that it needs. `on_ready` is called once, when it answers."""

    def __init__(
        self, *, settings: Settings, plan: Plan, ledger: Ledger, on_ready: Callable[[], None]
    ) -> None:
        self._settings, self._plan, self._on_ready = settings, plan, on_ready
        self._files = EdgeFiles(settings.run_dir / "edge")
        self._ear = Ear(token=self._files.token)
        self._books = EdgeBooks(plan=plan, ledger=ledger, files=self._files, ear=self._ear)
        self._stop = threading.Event()
        self._misses = 0
        self._orphaned_s: float | None = None  # when our parent died

    def run(self) -> None:
        """Until SIGTERM or SIGINT, or until the parent has died and its lines have ended.

        Raises EdgeFailed, PortTaken, MissingAsset.
        """
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self._stop.set())
        signal.signal(PARENT_DIED, self._note_orphaned)
        kamailio.kill_leftovers(self._files.configuration)
        self._files.write(self._settings, self._plan)
        self._books.prepare()
        self._start()
        with ThreadPoolExecutor(1, thread_name_prefix="books") as scribes:
            try:
                if not self._wait_until_ready():
                    raise self._why_not()
                books = scribes.submit(self._keep_books)
                self._on_ready()
                log.info("edge_ready", host=self._plan.listen.host, port=self._plan.listen.port)
                self._watch(books)
            finally:
                self._stop.set()
                self._ear.closing = True
                kamailio.stop(self._process, self._files.configuration)
                self._listener.join()
        self._books.finish()

    def _note_orphaned(self, _sign: int, _frame: object) -> None:
        self._orphaned_s = time.monotonic()

    def _start(self) -> None:
        self._process = kamailio.start(self._files.configuration)
        self._started_s = time.monotonic()
        assert self._process.stderr is not None
        self._listener = threading.Thread(target=self._ear.listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()
        log.info("kamailio_started", pid=self._process.pid)

    def _wait_until_ready(self) -> bool:
        give_up_s = time.monotonic() + READY_S
        while time.monotonic() < give_up_s and not self._stop.is_set():
            if self._answers(0.2):
                return True
            if self._process.poll() is not None:
                self._listener.join()
                return False
        return self._stop.is_set()

    def _why_not(self) -> HotlineError:
        said = " / ".join(self._ear.last_words) or "it says nothing"
        listen = self._plan.listen
        if "Address already in use" in said:
            return PortTaken(
                f"SIP cannot listen on {listen.host}:{listen.port} (address already in use); "
                "stop the program that does, or choose another with --sip-port or listen.port in the plan"
            )
        return EdgeFailed(f"Kamailio did not start: {said}; mend that and start again")

    def _watch(self, books: Future[None]) -> None:
        while not self._stop.is_set() and not self._is_left_alone():
            if self._is_dead():
                self._start_again()
            if books.done():
                books.result()  # raises what ended it: a mistake of ours

    def _is_left_alone(self) -> bool:
        """Whether the parent was killed and its lines, which hang up through us, have ended."""
        if self._orphaned_s is None:
            return False
        late = time.monotonic() - self._orphaned_s > self._settings.drain_s + GRACE_S
        return late or not self._books.has_lines_here()

    def _is_dead(self) -> bool:
        """Looks for a moment; also ends a Kamailio that hangs."""
        try:
            self._process.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            return self._hangs()
        return True

    def _hangs(self) -> bool:
        self._misses = 0 if self._answers(1.0) else self._misses + 1
        if self._misses < MISSES_BEFORE_KILL:
            return False
        log.error("kamailio_hangs", pid=self._process.pid)
        return True

    def _start_again(self) -> None:
        log.error("kamailio_died", pid=self._process.pid, status=self._process.poll())
        kamailio.kill_leftovers(self._files.configuration)
        self._process.wait()
        self._listener.join()
        self._misses = 0
        if time.monotonic() - self._started_s < CRASH_PAUSE_S:
            self._stop.wait(CRASH_PAUSE_S)
        self._start()
        self._wait_until_ready()

    def _answers(self, timeout_s: float) -> bool:
        listen = self._plan.listen
        return kamailio.answers(listen.host, listen.port, self._files.token, timeout_s)

    def _keep_books(self) -> None:
        while not self._stop.wait(BOOKS_EVERY_S):
            self._books.turn()
