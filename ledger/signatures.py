"""How a process signs what it has in the ledger, and whether the one that signed still lives.

A signature is `name:pid@start`. The process id says where to look; `start` says whether it is still the same
process: a hash of the boot's id and of the process's start in ticks after that boot (proc(5), `boot_id` and
`starttime`). Neither moves when the clock is set, and a number that is given again has another start.
"""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

PROC = Path("/proc")
GONE = "ZX"  # states of processes of which only the number is left
LONGEST_NAME = 46  # the columns hold 64
_STATE, _STARTTIME = 0, 19  # fields of `stat` after the command's name


def sign(name: str) -> str:
    """The signature of the process that asks; asked anew each time, since lines and workers are forks."""
    start = _start(_stat(os.getpid()))
    return f"{name[:LONGEST_NAME]}:{os.getpid()}@{start}"


def claimant() -> str:
    """The signature of the process that asks, by the host's name: what it claims in the ledger bears it."""
    return sign(socket.gethostname())


def is_dead(claimant: str) -> bool:
    """Whether a process of this machine claimed it and lives no more; others we cannot see."""
    return name_of(claimant) == socket.gethostname()[:LONGEST_NAME] and not lives(claimant)


def name_of(signature: str) -> str:
    """The name in a signature, cut to LONGEST_NAME."""
    return signature.partition("@")[0].rpartition(":")[0]


def pid_of(signature: str) -> int:
    """The process id in a signature."""
    return int(signature.partition("@")[0].rpartition(":")[2])


def lives(signature: str | None) -> bool:
    """Whether the process of this machine that signed still runs; nobody's signature is nobody's process.

    An earlier release signed `name:pid`: any process of ours with that number is taken for it.
    """
    if not signature:
        return False
    try:
        stat = _stat(pid_of(signature))
        if stat[_STATE] in GONE:
            return False
        start = signature.partition("@")[2]
        return start == _start(stat) if start else _is_ours(pid_of(signature))
    except OSError:
        return False


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may itself hold blanks and brackets."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _start(stat: list[str]) -> str:
    boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return hashlib.sha256(f"{boot} {stat[_STARTTIME]}".encode()).hexdigest()[:8]


def _is_ours(pid: int) -> bool:
    return b"hotline" in (PROC / str(pid) / "cmdline").read_bytes()
