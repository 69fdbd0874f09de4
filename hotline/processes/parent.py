"""How a child process tells its parent that it is ready, and how it notices that the parent is gone."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

READY_FD = "HOTLINE_READY_FD"  # the environment variable with the pipe's number
PARENT = "HOTLINE_PARENT"  # the one with the parent's process id: it may die before we can ask for it
_PR_SET_PDEATHSIG = 1  # prctl(2)
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with_parent(parent: int | None = None, sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for a signal when the parent dies, so that nothing is orphaned (Linux).

    `parent` is its process id, where that is known better than by what it told us or asking now.
    """
    told = os.environ.pop(PARENT, None)
    if sys.platform != "linux":
        return
    parent = parent or int(told or os.getppid())
    _prctl(_PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:  # it died before the call above
        os.kill(os.getpid(), sign)


def tell_ready() -> None:
    """Tell the parent, if there is one that listens, that this process serves."""
    number = os.environ.pop(READY_FD, None)
    if number is not None:
        with os.fdopen(int(number), "w") as pipe:
            pipe.write("ready")
