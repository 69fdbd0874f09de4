"""Starts the processes of an installation, watches them, restarts what dies, and stops them in order."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from hotline.processes.parent import READY_FD
from ledger.errors import HotlineError

READY_S = 60.0  # how long a process may take to serve
GRACE_S = 40.0  # from SIGTERM to SIGKILL: longer than a line drains
BACK_OFF_S = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)  # before each restart in a row
STEADY_S = 60.0  # a process that lived so long starts again without back-off

log = structlog.get_logger(__name__)


class ChildFailed(HotlineError):
    """A part could not be started: the sentence above says why; mend it and start again."""


@dataclass(kw_only=True)
class Child:
    """One supervised process: `python -m ARGUMENTS...`."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    restarts: int = 0  # in a row
    due_s: float = 0.0  # when a dead one is started again


class Supervisor:
    """Runs children until it is told to stop. `environment` is added to our own."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str]) -> None:
        self.children = children
        self._environment = {**os.environ, **environment}
        self._stopping = False

    def start(self) -> None:
        """Start all and wait until each serves. Raises ChildFailed, having stopped the others."""
        waiting = [(child, self._spawn(child)) for child in self.children]
        try:
            for child, pipe in waiting:
                self._wait_until_ready(child, pipe)
        except BaseException:
            self.stop()
            raise

    def watch(self, every_s: float = 0.2) -> None:
        """Restart what dies, until SIGTERM or SIGINT."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._ask_to_stop)
        while not self._stopping:
            self.mend()
            time.sleep(every_s)

    def mend(self) -> None:
        """Look at each child once; start again what has died and waited out its back-off."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_death(child)
            if child.process is None and time.monotonic() >= child.due_s:
                os.close(self._spawn(child))

    def stop(self) -> None:
        """SIGTERM to all, then SIGKILL to those that take too long."""
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline_s = time.monotonic() + GRACE_S
        for process in alive:
            try:
                process.wait(timeout=max(0.1, deadline_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("child_killed", pid=process.pid)
                process.kill()
                process.wait()

    def _ask_to_stop(self, _sign: int, _frame: object) -> None:
        self._stopping = True

    def _spawn(self, child: Child) -> int:
        """Start a child; returns the reading end of its ready pipe."""
        reading, writing = os.pipe()
        command = [sys.executable, "-m", *child.arguments]
        environment = {**self._environment, READY_FD: str(writing)}
        child.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,  # ours is for the answer
            process_group=0,  # Ctrl-C reaches us alone: we stop the children in order
        )
        os.close(writing)
        child.started_s = time.monotonic()
        log.info("child_started", name=child.name, pid=child.process.pid)
        return reading

    def _wait_until_ready(self, child: Child, pipe: int) -> None:
        readable, _, _ = select.select([pipe], [], [], READY_S)
        said = os.read(pipe, 16) if readable else b""
        os.close(pipe)
        if said != b"ready":
            raise ChildFailed(f"{child.name} did not start; its message is above")

    def _note_death(self, child: Child) -> None:
        assert child.process is not None
        lived_s = time.monotonic() - child.started_s
        child.restarts = 0 if lived_s > STEADY_S else child.restarts + 1
        pause_s = BACK_OFF_S[min(child.restarts, len(BACK_OFF_S) - 1)]
        log.warning("child_died", name=child.name, status=child.process.returncode, restart_in_s=pause_s)
        child.process, child.due_s = None, time.monotonic() + pause_s
