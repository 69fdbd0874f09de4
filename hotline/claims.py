"""How a process signs what it has claimed in the ledger."""

from __future__ import annotations

import socket

from ledger.signatures import LONGEST_NAME, lives, name_of, sign


def claimant() -> str:
    """The signature of the process that asks, by the host's name."""
    return sign(socket.gethostname())


def is_dead(claimant: str) -> bool:
    """Whether a process of this machine claimed it and lives no more; others we cannot see."""
    return name_of(claimant) == socket.gethostname()[:LONGEST_NAME] and not lives(claimant)
