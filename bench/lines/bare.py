"""Bare pjsua2 under the same load: one process for two callers, as our lines are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from hotline.ports import LOOPBACK as HOST
from hotline.ports import free_port
from ivr.line import CALLERS_A_LINE
from sip_config import prompt_folder


@dataclass(frozen=True, kw_only=True)
class Bare:
    """What runs."""

    targets: list[str]  # one a process, as often as it has places
    pids: set[int]


@contextmanager
def open_bare(folder: Path, *, callers: int, recorders: int) -> Iterator[Bare]:
    """Processes for so many callers; each records the caller's leg, or also what the caller hears."""
    folder.mkdir(parents=True, exist_ok=True)
    running: list[subprocess.Popen[bytes]] = []
    ports: list[int] = []
    try:
        for _ in range(ceil(callers / CALLERS_A_LINE)):
            ports.append(free_port())
            running.append(_start(ports[-1], folder, recorders))
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()
        targets = [f"sip:114@{HOST}:{port}" for port in ports for _ in range(CALLERS_A_LINE)]
        yield Bare(targets=targets, pids={process.pid for process in running})
    finally:
        for process in running:
            process.kill()
            process.wait()


def _start(port: int, folder: Path, recorders: int) -> subprocess.Popen[bytes]:
    sound = prompt_folder("zh") / "hold-music.wav"
    arguments = [str(port), str(sound), str(folder), str(recorders)]
    return subprocess.Popen(
        [sys.executable, "-m", "bench.lines.bare_line", *arguments], stdout=subprocess.PIPE
    )
