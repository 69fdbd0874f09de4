"""A small disk that can be filled: a tmpfs of its own, or a limit on files where nothing may be mounted."""

from __future__ import annotations

import resource
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

SIZE_MB = 400
PIECE = bytes(1 << 20)


class Disk(Protocol):
    """Where the hotline under test keeps its data."""

    folder: Path

    def fill(self) -> None:
        """Not a byte more fits."""

    def free(self) -> None:
        """There is room again."""


class SmallDisk:
    """A file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Write until the kernel says that it is full, at last byte by byte."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for piece in (PIECE, PIECE[:4096], PIECE[:1]):
                try:
                    while True:
                        ballast.write(piece)
                except OSError:
                    continue

    def free(self) -> None:
        """Remove the ballast."""
        (self.folder / "ballast").unlink(missing_ok=True)


class LimitedFiles:
    """Without the right to mount: no process may make a file longer (RLIMIT_FSIZE, told as EFBIG)."""

    def __init__(self, folder: Path, pids: Callable[[], Iterable[int]]) -> None:
        self.folder, self._pids = folder, pids

    def fill(self) -> None:
        """From now on."""
        self._limit(0)

    def free(self) -> None:
        """As before."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, most_bytes: int) -> None:
        for pid in self._pids():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, pids: Callable[[], Iterable[int]]) -> Iterator[Disk]:
    """A disk at `folder`; `pids` are the processes that use it."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "faults", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # inherited: told as an error, nobody dies
        yield LimitedFiles(folder, pids)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
