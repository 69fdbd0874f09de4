"""What a process holds: memory, files, threads, read from /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Health:
    """Of one process at one moment."""

    memory_kb: int  # resident
    files: int  # open descriptors
    threads: int


def health_of(pid: int) -> Health:
    """Raises FileNotFoundError where the process is gone."""
    folder = Path(f"/proc/{pid}")
    lines = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    return Health(
        memory_kb=int(lines["VmRSS"].split()[0]),
        files=len(list((folder / "fd").iterdir())),
        threads=int(lines["Threads"]),
    )
