"""A process is known by its number and by what no clock moves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import signatures
from ledger.signatures import LONGEST_NAME, lives, name_of, pid_of, sign

SIGN = "import sys; from ledger.signatures import sign; print(sign('line-1'), flush=True); sys.stdin.read()"
WIDTH = 64  # of the columns


@pytest.fixture(name="other")
def running_process() -> Iterator[subprocess.Popen[str]]:
    """A process that says its signature and waits for its end."""
    command = [sys.executable, "-c", SIGN, "hotline"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def signature_of(process: subprocess.Popen[str]) -> str:
    """What it says of itself."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_process_lives_until_it_is_killed(other: subprocess.Popen[str]) -> None:
    """Also one that nobody has waited for yet is dead."""
    signature = signature_of(other)
    assert (name_of(signature), pid_of(signature)) == ("line-1", other.pid)
    assert lives(signature)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert Path(f"/proc/{other.pid}").exists(), "it is a zombie"
    assert not lives(signature)
    other.wait()
    assert not lives(signature)


def test_a_number_that_is_given_again_is_another_process(other: subprocess.Popen[str]) -> None:
    """The dead one's start under the living one's number."""
    start = sign("line-1").partition("@")[2]
    assert signature_of(other).partition("@")[2] != start
    assert not lives(f"line-1:{other.pid}@{start}")


def test_after_a_restart_of_the_machine_nobody_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same number, started at the same tick after another boot."""
    before, stat = sign("line-1"), Path(f"/proc/{os.getpid()}/stat").read_text()
    monkeypatch.setattr(signatures, "PROC", tmp_path)
    (tmp_path / str(os.getpid())).mkdir()
    (tmp_path / str(os.getpid()) / "stat").write_text(stat)
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    boot = tmp_path / "sys/kernel/random/boot_id"
    boot.write_text(Path("/proc/sys/kernel/random/boot_id").read_text())
    assert lives(before)
    boot.write_text("00000000-0000-0000-0000-000000000000\n")
    assert not lives(before)
    assert lives(sign("line-1"))


def test_a_signature_of_an_earlier_release_lives_as_long_as_its_number(other: subprocess.Popen[str]) -> None:
    """It has no start; a stranger's process with that number is not taken for it."""
    signature_of(other)
    assert lives(f"line-1:{other.pid}")
    other.kill()
    other.wait()
    assert not lives(f"line-1:{other.pid}")
    assert not lives("line-1:1"), "the machine's first process is not ours"


def test_nobody_does_not_live() -> None:
    """Calls that no line has, and a number that no process can have."""
    assert not lives(None)
    assert not lives("line-1:999999999@0a1b2c3d")


def test_a_signature_fits_its_column() -> None:
    """A long host name is cut, and told as cut again."""
    signature = sign("h" * 64)
    assert len(signature) <= WIDTH
    assert name_of(signature) == ("h" * 64)[:LONGEST_NAME]
