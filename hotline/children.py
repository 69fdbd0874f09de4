"""Supervised processes: a program started anew, or a fork of a parent that has everything loaded."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hotline.entry import run_program
from hotline.processes.parent import PARENT, READY_FD, die_with_parent

GRACE_S = 40.0  # from SIGTERM to SIGKILL, unless a child says otherwise
_PR_SET_NAME = 15  # prctl(2)
_prctl = ctypes.CDLL(None).prctl  # found before any fork: what a fork touches is no longer shared


class Process(Protocol):
    """What a supervisor needs of a running process; subprocess.Popen has it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""

    def send_signal(self, sig: int, /) -> None:
        """Send a signal, unless it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired."""


@dataclass(kw_only=True)
class Child(ABC):
    """One supervised process."""

    name: str
    grace_s: float = GRACE_S  # how long it may take to stop
    stops_first: bool = False  # the others go on until it has: calls in progress need them
    starts_last: bool = False  # when the others serve: it needs them from its first moment
    hears_hangup: bool = False  # SIGHUP is passed on to it
    process: Process | None = None
    started_s: float = 0.0
    restarts: int = 0  # in a row
    due_s: float = 0.0  # when a dead one is started again
    ready_pipe: int | None = None  # where it will say that it serves

    @abstractmethod
    def launch(self, environment: Mapping[str, str], ready_fd: int) -> Process:
        """Start it; it writes "ready" into `ready_fd`."""


@dataclass(kw_only=True)
class Program(Child):
    """`python -m ARGUMENTS...`."""

    arguments: Sequence[str]

    def launch(self, environment: Mapping[str, str], ready_fd: int) -> Process:
        """Start a new interpreter."""
        return subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            env={**environment, READY_FD: str(ready_fd), PARENT: str(os.getpid())},
            pass_fds=(ready_fd,),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,  # ours is for the answer
            process_group=0,  # Ctrl-C reaches us alone: we stop the children in order
        )


@dataclass(kw_only=True)
class Fork(Child):
    """A fork of this process, which must have one thread: `main` runs with everything loaded and shared."""

    main: Callable[[], None]

    def launch(self, environment: Mapping[str, str], ready_fd: int) -> Process:
        """Fork; what differs in `environment` is set in the child."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._run(environment, ready_fd, parent)
        return ForkedProcess(pid)

    def _run(self, environment: Mapping[str, str], ready_fd: int, parent: int) -> None:
        status = 70
        try:
            for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(sign, signal.SIG_DFL)
            os.setpgid(0, 0)
            if READY_FD in os.environ:  # the parent's own, which it has not used yet
                os.close(int(os.environ[READY_FD]))
            die_with_parent(parent)
            _prctl(_PR_SET_NAME, self.name.encode()[:15], 0, 0, 0)
            os.environ.update(
                {name: value for name, value in environment.items() if os.environ.get(name) != value}
            )
            os.environ[READY_FD] = str(ready_fd)
            run_program(self.main)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stderr.flush()
            os._exit(status)  # never the parent's exit handlers


class ForkedProcess:
    """A forked child, with the methods of subprocess.Popen that a supervisor uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, sig: int, /) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired."""
        give_up_s = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while (status := self.poll()) is None:
            if time.monotonic() > give_up_s:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
            time.sleep(0.02)
        return status
