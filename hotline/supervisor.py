"""Starts the processes of an installation, watches them, restarts what dies, and stops them in order."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

import structlog

from hotline.children import Child, Process
from ledger.errors import HotlineError

READY_S = 60.0  # how long a process may take to serve
BACK_OFF_S = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)  # before each restart in a row
STEADY_S = 60.0  # a process that lived so long starts again without back-off

Ask = Callable[[int, FrameType | None], None]  # as signals call it

log = structlog.get_logger(__name__)


class ChildFailed(HotlineError):
    """A part could not be started: the sentence above says why; mend it and start again."""


def obey(*, stop: Ask, hang_up: Ask) -> None:
    """What is called on SIGTERM and SIGINT, and on SIGHUP."""
    for sign, ask in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, hang_up)):
        signal.signal(sign, ask)


class Supervisor:
    """Runs children until it is told to stop. `environment` is added to our own.

    `on_death` is called with the name of a child that has ended, before it is started again.
    """

    def __init__(
        self,
        children: Sequence[Child],
        environment: Mapping[str, str],
        on_death: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self.children, self._on_death = children, on_death
        self._environment = {**os.environ, **environment}
        self._stopping = False

    def start(self) -> None:
        """Start all and wait until each serves. Raises ChildFailed, having stopped the others."""
        try:
            for last in (False, True):
                self._start_all([child for child in self.children if child.starts_last is last])
        except BaseException:
            self.stop()
            raise

    def _start_all(self, children: Sequence[Child]) -> None:
        for (
            child
        ) in children:  # and nothing in between: what we touch between two forks, the first keeps a copy of
            self._launch(child)
        for child in children:
            _tell_start(child)
            self._wait_until_ready(child)

    def take_signals(self) -> None:
        """Let SIGTERM and SIGINT end `watch`, also one that comes before it; pass SIGHUP on."""
        obey(stop=self._ask_to_stop, hang_up=self._pass_on)

    def watch(self, every_s: float = 0.2) -> None:
        """Restart what dies, until a signal that was taken."""
        while not self._stopping:
            self.mend()
            time.sleep(every_s)

    def mend(self) -> None:
        """Look at each child once; start again what has died and waited out its back-off."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_death(child)
            if child.process is None and time.monotonic() >= child.due_s:
                self._launch(child)
                _tell_start(child)
            if child.ready_pipe is not None and self._says_ready(child, wait_s=0.0):
                log.info("child_serves", name=child.name)

    def stop(self) -> None:
        """SIGTERM, then SIGKILL to those that take too long; those that stop first before the others."""
        for first in (True, False):
            self._stop_all([child for child in self.children if child.stops_first is first])

    def _stop_all(self, children: Sequence[Child]) -> None:
        alive = [child for child in children if child.process and child.process.poll() is None]
        began_s = time.monotonic()
        for child in alive:
            _process(child).send_signal(signal.SIGTERM)
        for child in alive:
            self._wait_or_kill(child, began_s + child.grace_s - time.monotonic())

    def _pass_on(self, sign: int, _frame: object) -> None:
        for child in self.children:
            if child.hears_hangup and child.process:
                child.process.send_signal(sign)

    def _wait_or_kill(self, child: Child, wait_s: float) -> None:
        process = _process(child)
        try:
            process.wait(timeout=max(0.1, wait_s))
        except subprocess.TimeoutExpired:
            log.warning("child_killed", name=child.name, pid=process.pid)
            process.send_signal(signal.SIGKILL)
            process.wait()

    def _ask_to_stop(self, _sign: int, _frame: object) -> None:
        self._stopping = True

    def _launch(self, child: Child) -> None:
        child.ready_pipe, writing = os.pipe()
        child.process = child.launch(self._environment, writing)
        os.close(writing)
        child.started_s = time.monotonic()

    def _wait_until_ready(self, child: Child) -> None:
        if not self._says_ready(child, wait_s=READY_S):
            raise ChildFailed(f"{child.name} did not start; its message is above")

    def _says_ready(self, child: Child, wait_s: float) -> bool:
        """Whether it says so within `wait_s`. A pipe that has spoken or ended is closed."""
        assert child.ready_pipe is not None
        readable, _, _ = select.select([child.ready_pipe], [], [], wait_s)
        if not readable:
            return False
        said = os.read(child.ready_pipe, 16)
        os.close(child.ready_pipe)
        child.ready_pipe = None
        return said == b"ready"

    def _note_death(self, child: Child) -> None:
        status = _process(child).returncode
        lived_s = time.monotonic() - child.started_s
        child.restarts = 0 if lived_s > STEADY_S else child.restarts + 1
        pause_s = 0.0 if status == 0 else BACK_OFF_S[min(max(child.restarts, 1), len(BACK_OFF_S)) - 1]
        log.warning("child_ended", name=child.name, status=status, restart_in_s=pause_s)
        if child.ready_pipe is not None:  # it died before it served
            os.close(child.ready_pipe)
        child.process, child.ready_pipe, child.due_s = None, None, time.monotonic() + pause_s
        self._on_death(child.name)


def _tell_start(child: Child) -> None:
    log.info("child_started", name=child.name, pid=_process(child).pid)


def _process(child: Child) -> Process:
    assert child.process is not None
    return child.process
