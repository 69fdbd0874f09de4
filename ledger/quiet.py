"""Keeping C libraries from writing where our users read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2


@contextmanager
def quiet(descriptor: int) -> Iterator[None]:
    """Whatever the process writes into a file descriptor while the block runs goes nowhere."""
    kept = os.dup(descriptor)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), descriptor)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
