"""One hotline at a time runs in a data directory, and waits for what a killed one has left there."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from hotline.children import GRACE_S
from ledger.errors import HotlineError
from ledger.settings import Settings

PARTS = b"hotline.processes."  # begins the module that a part of an installation runs
LINES = PARTS + b"lines"
EDGE = PARTS + b"edge"

log = structlog.get_logger(__name__)


class DataDirTaken(HotlineError):
    """Another hotline runs in this data directory: stop it, or choose another with --data."""


@contextmanager
def tenancy(settings: Settings, tell: Callable[[str], None], *, behind_edge: bool) -> Iterator[None]:
    """Have the data directory to ourselves on this machine. Raises DataDirTaken.

    Parts of a hotline that was killed have been told by the kernel to stop, but its line lets callers
    finish and keeps the port: we say so by `tell` and wait, for as long as a stop may take. Lines behind
    an edge have ports of their own: new ones need not wait for them.
    """
    with (settings.run_dir / "lock").open("a") as file:  # the kernel lets go of it with us
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataDirTaken(
                f"another hotline runs in {settings.data_dir}; stop it, or choose another with --data"
            ) from None
        _see_off(settings, tell, but=LINES if behind_edge else None)
        yield


def _see_off(settings: Settings, tell: Callable[[str], None], but: bytes | None) -> None:
    """Nobody but an orphan runs here by now. Those that run the module `but` are left alone."""
    patience_s = settings.drain_s + GRACE_S
    orphans = _orphans(settings, but)
    try:
        if orphans:
            tell(
                f"A hotline was killed here and {len(orphans)} of its processes still stop, letting callers "
                f"finish: waiting for at most {patience_s:g} s."
            )
        _relieve_edge(orphans)
        _wait_or_kill(orphans, time.monotonic() + patience_s)
    finally:
        for process in orphans.values():
            os.close(process)


def _relieve_edge(orphans: dict[int, int]) -> None:
    """The edge has stayed for lines that let callers finish. They find ours in its place in a moment."""
    for pid, process in orphans.items():
        with suppress(OSError):
            if EDGE in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                signal.pidfd_send_signal(process, signal.SIGTERM)


def _wait_or_kill(orphans: dict[int, int], until_s: float) -> None:
    for pid, process in orphans.items():
        if not _has_ended(process, until_s - time.monotonic()):
            log.warning("leftover_killed", pid=pid)
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(process, signal.SIGKILL)
            _has_ended(process, GRACE_S)


def _has_ended(process: int, within_s: float) -> bool:
    """A process descriptor is readable once its process has ended (pidfd_open(2))."""
    readable, _, _ = select.select([process], [], [], max(0.0, within_s))
    return bool(readable)


def _orphans(settings: Settings, but: bytes | None) -> dict[int, int]:
    """Descriptors of processes by their ids: a number may soon be another's, a descriptor never."""
    found: dict[int, int] = {}
    for pid in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        with suppress(OSError):  # it has ended, or is not ours to look at
            process = os.pidfd_open(pid)
            if _is_part_of(settings, pid, but):
                found[pid] = process
            else:
                os.close(process)
    return found


def _is_part_of(settings: Settings, pid: int, but: bytes | None) -> bool:
    try:
        home = Path(f"/proc/{pid}")
        arguments = (home / "cmdline").read_bytes().split(b"\0")
        if but in arguments or not any(word.startswith(PARTS) for word in arguments):
            return False
        environment = dict(
            entry.split(b"=", 1) for entry in (home / "environ").read_bytes().split(b"\0") if b"=" in entry
        )
        data_dir = (home / "cwd").readlink() / os.fsdecode(environment.get(b"HOTLINE_DATA_DIR", b"var"))
    except OSError:
        return False
    machine = os.fsdecode(environment.get(b"HOTLINE_MACHINE", b""))
    return machine == settings.machine and data_dir.resolve() == settings.data_dir.resolve()
