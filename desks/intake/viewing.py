"""Pages of a file as pictures, made by a process of its own with little memory and little time.

What strangers send may be broken, encrypted or a bomb: the worst that it can do is to end that process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import structlog

from desks.intake.kinds import FileKind, Problem
from ledger.errors import HotlineError

LONGEST_S: Final = 20.0
MOST_PAGES: Final = 50  # that are shown
_WORKER: Final = "desks.intake.page_worker"

log = structlog.get_logger(__name__)


class PageNotShown(HotlineError):
    """The page cannot be shown: keep the file and open it with a program of your own."""

    http_status = 422


def count_pages(path: Path, kind: FileKind) -> tuple[int, Problem | None]:
    """How many pages can be shown, and why none can."""
    answer = _run("count", path, kind)
    if answer is None:
        return 0, Problem.HUGE
    said = answer.decode(errors="replace").strip()
    if said.isdigit():
        return min(int(said), MOST_PAGES), None
    return 0, Problem(said) if said in set(Problem) else Problem.BROKEN


def page(path: Path, kind: FileKind, number: int, shown_at: Path) -> bytes:
    """A page as PNG, from 1; kept at `shown_at` for the next who asks. Raises PageNotShown."""
    if shown_at.exists():
        return shown_at.read_bytes()
    answer = _run("page", path, kind, str(number))
    if not answer or not answer.startswith(b"\x89PNG"):
        raise PageNotShown(f"page {number} cannot be shown; keep the file and open it elsewhere")
    shown_at.parent.mkdir(parents=True, exist_ok=True)
    part = shown_at.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(answer)
    part.rename(shown_at)
    return answer


def _run(*words: str | Path) -> bytes | None:
    """What the worker answers; None where it took too much time or memory, or died."""
    command = [sys.executable, "-m", _WORKER, *map(str, words)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=LONGEST_S, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        log.warning("page_took_too_long", words=words[0])
        return None
    if done.returncode != 0:
        log.warning(
            "page_worker_ended", status=done.returncode, said=done.stderr[-200:].decode(errors="replace")
        )
        return None
    return done.stdout
