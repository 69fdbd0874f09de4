"""How far a download or an unpacking has come, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None, str], None]
"""Called with bytes done, bytes in all (None: not known) and what is going on, in a few words."""


def silent(done_bytes: int, total_bytes: int | None, what: str) -> None:
    """Nobody watches."""
