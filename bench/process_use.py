"""What processes take: CPU time and memory, from /proc (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a group of processes took."""

    cpu_share: float  # of one core
    pss_mb: float  # proportional set size: shared pages are counted once, by shares


def descendants(pid: int) -> set[int]:
    """A process and all that come from it."""
    parents = {int(entry.name): _parent(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def watch(pids: Callable[[], Iterable[int]], seconds: float) -> Use:
    """Measure a group of processes for so long; memory at the end."""
    began_s, before_s = time.monotonic(), cpu_s(pids())
    time.sleep(seconds)
    took_s = time.monotonic() - began_s
    return Use(cpu_share=(cpu_s(pids()) - before_s) / took_s, pss_mb=sum(map(pss_mb, pids())))


def cpu_s(pids: Iterable[int]) -> float:
    """CPU seconds so far, user and system."""
    return sum(_ticks(pid) for pid in pids) / _TICKS_A_SECOND


def pss_mb(pid: int) -> float:
    """Megabytes, shared pages by shares; 0 where the process has ended."""
    return _rollup_mb(pid, "Pss:")


def own_memory_mb(pid: int) -> float:
    """Megabytes that are of no file: what a further process costs; 0 where the process has ended."""
    return _rollup_mb(pid, "Anonymous:")


def _rollup_mb(pid: int, field: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def _ticks(pid: int) -> int:
    fields = _fields(Path(f"/proc/{pid}"))
    return int(fields[11]) + int(fields[12]) if fields else 0


def _parent(entry: Path) -> int:
    fields = _fields(entry)
    return int(fields[1]) if fields else 0


def _fields(entry: Path) -> list[str]:
    """/proc/PID/stat from the state on (proc(5)); empty where the process has ended."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
