"""The fleet: line processes forked from one parent that has everything loaded: they share its memory."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from functools import partial

import structlog

from hotline.children import GRACE_S, Fork
from hotline.jobs import Jobs
from hotline.lines import is_own_line, line_names, phone_settings
from hotline.plans import plan_to_run, teams_of
from hotline.processes.parent import tell_ready
from hotline.supervisor import Supervisor, obey
from ivr.aftermath import clean_up_after
from ivr.call_wishes import CallWishes
from ivr.clerk import Clerk, ClerkLine, Office
from ivr.line import Line
from ivr.matching import Matcher
from ivr.outbound.dues import Dues
from ledger import calls, lines, operators, teams, waiting
from ledger.database import UNWRITABLE, Ledger, ledger_for_now, open_ledger
from ledger.errors import PlanError
from ledger.settings import Settings
from ledger.signatures import lives, name_of
from ledger.states import LineState
from recorder.room import DiskWatch
from sip_config import Plan

LOOK_S = 0.1  # between two looks at the lines
SEEN_S = 4.0  # between two signs of life in the ledger: less than ledger.lines.SILENT_S
RENEWED_AT_ONCE = 0.1  # of the fleet; the others go on taking callers

log = structlog.get_logger(__name__)


class Fleet:
    """All lines of one machine. The parent has one thread and no database connection when it forks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._plan = _load(settings)
        self._phone = phone_settings(settings, self._plan)
        self._lines = [
            Fork(
                name=name,
                main=partial(self._serve, name),
                grace_s=settings.drain_s + GRACE_S,
                stops_first=True,
            )
            for name in line_names(settings)
        ]
        self._clerk = Fork(name="clerk", main=self._write)
        self._supervisor = Supervisor([self._clerk, *self._lines], {}, on_death=self._to_clean_up)
        self._to_clean: set[str] = set()  # lines that died while the ledger could not be written
        self._to_renew: list[Fork] = []
        self._renewing: dict[str, int] = {}  # process ids by name
        self._stopping = False

    def run(self) -> None:
        """Run the lines until SIGTERM or SIGINT; SIGHUP renews them with the plan as it is then.

        Raises ChildFailed.
        """
        self._open_books()
        self._settle_past()
        gc.collect()
        gc.freeze()  # what is loaded by now is never looked through, so that the forks keep sharing it
        obey(stop=self._stop, hang_up=self._renew)
        self._supervisor.start()
        tell_ready()
        try:
            self._watch()
        finally:
            self._supervisor.stop()

    def _watch(self) -> None:
        seen_s = 0.0
        while not self._stopping:
            self._supervisor.mend()
            self._renew_some()
            if time.monotonic() - seen_s > SEEN_S:
                self._write_down(self._note_living)
                self._clean_up_after_the_dead()
                seen_s = time.monotonic()
            time.sleep(LOOK_S)

    def _serve(self, name: str) -> None:
        """A line's whole life, in its own process."""
        Line(
            plan=self._plan,
            clerk=ClerkLine(self._settings.run_dir),
            name=name,
            phone=self._phone,
            capture_dir=self._settings.capture_dir,
            disk=DiskWatch.of(self._settings),
            drain_s=self._settings.drain_s,
            on_ready=tell_ready,
        ).run()

    def _write(self) -> None:
        """The clerk's whole life."""
        ledger = Ledger(self._settings.ledger_url)
        office = Office(
            ledger=ledger, matcher=Matcher(self._plan), wishes=CallWishes(ledger), dues=Dues(ledger)
        )
        clerk = Clerk(office, self._settings.run_dir, Jobs(self._settings).announce)
        asyncio.run(clerk.serve(tell_ready))

    def _open_books(self) -> None:
        ledger = open_ledger(self._settings)
        with ledger.transaction() as session:
            registering = {number for number, one in self._plan.operators.items() if one.address is None}
            operators.enrol(session, list(self._plan.operators), registering)
            teams.note_teams(session, teams_of(self._plan))
        ledger.keep_reserve(DiskWatch.of(self._settings).least_bytes)
        ledger.close()

    def _settle_past(self) -> None:
        """Close what earlier lines left; those that the fleet has no more are forgotten.

        The row of a process that still lets its callers finish stays until the next start.
        """
        names = [line.name for line in self._lines]
        with ledger_for_now(self._settings) as ledger, ledger.reading() as session:
            known = [line.name for line in lines.list_lines(session)]
        removed = [name for name in known if name not in names and is_own_line(self._settings, name)]
        for name in [*names, *removed]:
            self._clean_up(name)
        with ledger_for_now(self._settings) as ledger, ledger.transaction() as session:
            dead = {line.name for line in lines.list_lines(session) if line.state is LineState.DEAD}
            lines.remove_lines(session, dead.intersection(removed))

    def _to_clean_up(self, name: str) -> None:
        self._to_clean.add(name)
        self._clean_up_after_the_dead()

    def _clean_up_after_the_dead(self) -> None:
        self._write_down(self._find_the_dead)
        self._to_clean = {
            name for name in self._to_clean if not self._write_down(partial(self._clean_up, name))
        }

    def _find_the_dead(self) -> None:
        """Calls of dead processes that were no children of ours, or whose entries came after their death."""
        with ledger_for_now(self._settings) as ledger, ledger.reading() as session:
            dead = {name_of(process) for process in calls.processes_with_calls(session) if not lives(process)}
        self._to_clean |= {name for name in dead if is_own_line(self._settings, name)}

    def _write_down(self, entry: Callable[[], None]) -> bool:
        """Whether it could be written. A full disk ends no calls: it is tried again at the next look."""
        try:
            entry()
        except UNWRITABLE as error:
            log.warning("entry_put_off", cause=str(error))
            return False
        return True

    def _clean_up(self, name: str) -> None:
        """A line has died: close its calls at once, and hand them on to be sealed. The clerk has none."""
        with ledger_for_now(self._settings) as ledger:
            left = clean_up_after(ledger, name, self._settings.capture_dir)
        if left:
            jobs = Jobs(self._settings)
            for call_id in left:
                jobs.announce(call_id)

    def _note_living(self) -> None:
        """Our lines, and those of a fleet before us as long as they let callers finish."""
        with ledger_for_now(self._settings) as ledger, ledger.transaction() as session:
            own = [
                line
                for line in lines.list_lines(session)
                if is_own_line(self._settings, name_of(line.process))
            ]
            living = {line.name for line in own if lives(line.process)}
            lines.see_lines(session, living)
            gone = {line.name for line in own if line.is_predecessor} - living
            lines.remove_lines(session, gone)
            waiting.free_stranded(session)

    def _stop(self, _sign: int, _frame: object) -> None:
        self._stopping = True

    def _renew(self, _sign: int, _frame: object) -> None:
        self._read_plan_again()
        if self._clerk.process:
            self._clerk.process.send_signal(signal.SIGTERM)  # it comes back with the new plan at once
        self._to_renew = list(self._lines)

    def _renew_some(self) -> None:
        """Let a few lines finish their calls and come back with the newest plan, until all have."""
        pids = {line.name: line.process.pid for line in self._lines if line.process}
        self._renewing = {name: pid for name, pid in self._renewing.items() if pids.get(name) == pid}
        at_once = max(1, round(RENEWED_AT_ONCE * len(self._lines)))
        while self._to_renew and len(self._renewing) < at_once:
            line = self._to_renew.pop(0)
            if line.process:
                self._renewing[line.name] = line.process.pid
                line.process.send_signal(signal.SIGHUP)

    def _read_plan_again(self) -> None:
        try:
            self._plan = _load(self._settings)
            self._phone = phone_settings(self._settings, self._plan)
        except PlanError as error:  # a person's mistake: the lines go on with the plan that they had
            log.warning("plan_kept", cause=str(error))


def _load(settings: Settings) -> Plan:
    plan = plan_to_run(settings)
    _ = plan.library  # read now: the forks share it
    return plan
