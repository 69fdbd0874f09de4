"""Processes are started, restarted when they die, and stopped; with small stand-ins for the real parts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.children import Program
from hotline.supervisor import ChildFailed, Supervisor

SERVES = """\
import signal
from hotline.processes.parent import die_with_parent, tell_ready
die_with_parent()
tell_ready()
signal.pause()
"""
STARTS_SLOWLY = """\
import os, signal, time
while os.getppid() == int(os.environ["HOTLINE_PARENT"]):
    time.sleep(0.01)
from hotline.processes.parent import die_with_parent
die_with_parent()
signal.pause()
"""
LEAVES = """\
import os
from hotline.children import Program
print(Program(name="part", arguments=["part"]).launch(os.environ, os.pipe()[1]).pid, flush=True)
os._exit(9)
"""
FAILS = "import sys; sys.exit(2)"
DETACHES = """\
import os, sys, time
from hotline.children import Program
from hotline.supervisor import Supervisor
supervisor = Supervisor([Program(name="part", arguments=["part"])], {})
supervisor.start()
print(supervisor.children[0].process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], Supervisor]]:
    """Supervisors of one child that runs the given program."""
    started: list[Supervisor] = []

    def supervise(program: str) -> Supervisor:
        (tmp_path / "part.py").write_text(program)
        supervisor = Supervisor(
            [Program(name="part", arguments=["part"])], {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"}
        )
        started.append(supervisor)
        return supervisor

    yield supervise
    for supervisor in started:
        supervisor.stop()


def pid_of(supervisor: Supervisor) -> int:
    """The child's process."""
    process = supervisor.children[0].process
    assert process is not None
    return process.pid


def test_a_child_that_dies_is_started_again(run: Callable[[str], Supervisor]) -> None:
    """After kill -9 another process serves; the first restart comes almost at once."""
    supervisor = run(SERVES)
    supervisor.start()
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    give_up_s = time.monotonic() + 20
    while supervisor.children[0].process is None or pid_of(supervisor) == first:
        supervisor.mend()
        assert time.monotonic() < give_up_s
    assert supervisor.children[0].restarts == 1


def test_restarts_back_off(run: Callable[[str], Supervisor]) -> None:
    """A child that dies at once waits longer each time."""
    supervisor = run(SERVES)
    supervisor.start()
    pauses = []
    for _ in range(3):
        child = supervisor.children[0]
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        supervisor.mend()
        pauses.append(child.due_s - time.monotonic())
        child.due_s = 0  # no need to wait it out here
        supervisor.mend()
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0]


def test_a_child_that_cannot_start_stops_the_start(run: Callable[[str], Supervisor]) -> None:
    """Its own sentence is above; ours says which part it was."""
    with pytest.raises(ChildFailed, match="part did not start"):
        run(FAILS).start()


def test_stopping_ends_the_child(run: Callable[[str], Supervisor]) -> None:
    """SIGTERM, and the process is gone."""
    supervisor = run(SERVES)
    supervisor.start()
    supervisor.stop()
    process = supervisor.children[0].process
    assert process is not None
    assert process.returncode == -signal.SIGTERM


def test_nothing_is_orphaned_when_the_parent_is_killed(tmp_path: Path) -> None:
    """Kill -9 of the supervisor: the kernel ends its child."""
    (tmp_path / "part.py").write_text(SERVES)
    with parent_of_part(tmp_path, DETACHES) as (parent, child):
        parent.kill()
    assert_ends(child)


def test_a_parent_that_dies_before_its_child_has_started_is_noticed(tmp_path: Path) -> None:
    """The kernel tells only of later deaths: the child compares with what its parent told it."""
    (tmp_path / "part.py").write_text(STARTS_SLOWLY)
    with parent_of_part(tmp_path, LEAVES) as (parent, child):
        parent.wait()
    assert_ends(child)


@contextmanager
def parent_of_part(folder: Path, program: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that starts `part` and prints its process id."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{Path.cwd()}"}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        lines = iter(parent.stdout.readline, "")
        yield parent, next(int(line) for line in lines if line.strip().isdigit())


def assert_ends(child: int) -> None:
    """A zombie has no command line."""
    give_up_s = time.monotonic() + 20
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes():
        assert time.monotonic() < give_up_s, "the child outlived its parent"
        time.sleep(0.01)
