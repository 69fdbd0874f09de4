"""The hotline under test: the real command on a small disk, with an object store as its archive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.process_use import descendants
from hotline.ports import LOOPBACK, free_port
from hotline.stand import write_plan
from ledger.settings import load_settings
from tests.faults.disk import Disk, small_disk
from tests.recorder.object_store import BUCKET, ObjectStore, running_store

LINES = 3
START_S = 90.0
CLOCK = Path(__file__).parent / "clock"
ROOT = Path(__file__).parents[2]


class Site:
    """Starts and stops it, and finds its processes. `died_s` says when each was killed, by process id."""

    def __init__(self, folder: Path, store: ObjectStore) -> None:
        self.store, self.log = store, folder / "hotline.log"
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self.settings = load_settings(
            data_dir=folder / "disk",
            archive_url=f"s3://{BUCKET}/faults",
            plan=folder / "plan.yaml",
            lines=LINES,
            drain_s=0.5,
            sip_host=LOOPBACK,
            sip_port=free_port(),
            console_port=free_port(),
        )
        write_plan(folder / "plan.yaml", {}, lines=LINES)
        self.died_s: dict[int, float] = {}
        self.disk: Disk
        self._process: subprocess.Popen[str] | None = None

    @property
    def target(self) -> str:
        """What callers dial."""
        return f"sip:114@{LOOPBACK}:{self.settings.sip_port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """For the hotline and for its commands."""
        values = self.settings.model_dump(mode="json", exclude_none=True, exclude={"recording_key"})
        return {
            **os.environ,
            **{f"HOTLINE_{name.upper()}": str(value) for name, value in values.items()},
            "PYTHONPATH": f"{CLOCK}:{ROOT}",
            "FAULTS_CLOCK_OFFSET_FILE": str(self.clock_file),
        }

    def start(self) -> None:
        """Start it and wait until it serves."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hotline", "up"],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        assert any(said.startswith("SIP: ") for said in self._process.stdout), self.log.read_text()[-3000:]

    @property
    def is_up(self) -> bool:
        """Whether the parent of all runs."""
        return self._process is not None and self._process.poll() is None

    def pids(self) -> set[int]:
        """All processes, the parent's too."""
        return descendants(self._process.pid) if self._process and self.is_up else set()

    def find(self, program: str, name: str = "") -> list[int]:
        """Processes of one program, by a part of the command line and the beginning of the kernel's name."""
        return sorted(pid for pid in self.pids() if program in _command(pid) and _name(pid).startswith(name))

    def kill(self, pids: list[int]) -> None:
        """Kill -9."""
        for pid in pids:
            self.died_s[pid] = time.monotonic()
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it ended with its parent a moment ago

    def kill_all(self) -> None:
        """Everything at once, as a crash of the machine; Kamailio's processes too."""
        self.kill(sorted(self.pids()))
        self.wait_for_end()

    def kill_parent(self) -> None:
        """`hotline up` alone; the kernel tells its children."""
        assert self._process is not None
        family = self.pids() - {self._process.pid}
        self.kill([self._process.pid])
        self.wait_for_end()
        give_up_s = time.monotonic() + START_S
        while any(_command(pid) for pid in family):
            assert time.monotonic() < give_up_s, "something outlived the parent"
            time.sleep(0.1)

    def wait_for_end(self) -> None:
        """Until the parent is gone."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.wait(START_S)
        self._process.stdout.close()

    def stop(self) -> None:
        """In order."""
        if self.is_up and self._process:
            self._process.terminate()
            self.wait_for_end()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """A running hotline, its disk and its store."""
    (folder / "store").mkdir()
    with running_store(folder / "store") as store:
        site = Site(folder, store)
        with small_disk(folder / "disk", site.pids) as site.disk:
            site.start()
            try:
                yield site
            finally:
                site.stop()
