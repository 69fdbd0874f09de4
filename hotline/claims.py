"""How a process signs what it has claimed in the ledger: host:pid."""

from __future__ import annotations

import os
import socket


def claimant() -> str:
    """Of the process that asks; asked anew each time, since workers are forks."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_of_this_machine(claimant: str) -> bool:
    """Whether we can see if that process still lives."""
    return claimant.rpartition(":")[0] == socket.gethostname()
