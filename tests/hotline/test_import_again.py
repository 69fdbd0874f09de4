"""The same file is one call: imported again, by two at once, or after the import was killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ledger import imports
from ledger.clock import now
from ledger.imports import Told
from ledger.states import CallState
from ledger.tables import CallRow
from recorder.foreign import fingerprint
from tests.hotline.command import hotline
from tests.hotline.importing import assert_sealed_once, calls_in, ledger_of, rest, write_recording

FILES = 60


def start_import(folder: Path, data: Path) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "hotline", "import", str(folder), "--hotline", "114", "--json"],
        env={**os.environ, "HOTLINE_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def imported(data: Path) -> int:
    """How many files have a call by now; asked without opening a ledger, which would take too long here."""
    try:
        with closing(sqlite3.connect(f"file:{data / 'ledger.sqlite3'}?mode=ro", uri=True)) as ledger:
            (count,) = ledger.execute("SELECT count(*) FROM imports").fetchone()
    except sqlite3.OperationalError:
        return 0  # there is none yet
    return int(count)


def write_folder(folder: Path) -> Path:
    """Recordings long enough that one can interrupt between them and within one."""
    for seed in range(FILES):
        write_recording(folder / f"{seed:02}.wav", seed, seconds=20)
    return folder


def test_the_same_bytes_are_the_same_call(tmp_path: Path) -> None:
    """Under another name and with other facts too: the second import says so and gives the first call."""
    file = write_recording(tmp_path / "a.wav", 1)
    first = hotline("import", file, "--hotline", "114", "--json", data=tmp_path / "var").document
    copy = tmp_path / "b.wav"
    copy.write_bytes(file.read_bytes())
    again = hotline("import", rest(copy), "--hotline", "112", "--fact", "a=b", data=tmp_path / "var")
    assert again.status == 0
    assert again.out == f"{copy}: already imported as {first[0]['call_id']} (recorded)\n"
    assert "0 imported, 1 already there, 0 refused" in again.err
    (call,) = calls_in(tmp_path / "var").values()
    assert (call.id, call.hotline, call.facts) == (first[0]["call_id"], "114", {})


def test_two_copies_in_one_import_are_one_call(tmp_path: Path) -> None:
    """The JSON has an entry for each file, with the same id."""
    file = write_recording(tmp_path / "a.wav", 1)
    (tmp_path / "b.wav").write_bytes(file.read_bytes())
    documents = hotline("import", tmp_path, "--hotline", "114", "--json", data=tmp_path / "var").document
    assert [Path(document["file"]).name for document in documents] == ["a.wav", "b.wav"]
    assert documents[0]["call_id"] == documents[1]["call_id"]
    assert_sealed_once(tmp_path / "var")


@pytest.mark.slow
def test_two_imports_at_once_make_one_call_of_each_file(tmp_path: Path) -> None:
    """Both end well and tell the same ids."""
    folder = write_folder(tmp_path / "in")
    both = [start_import(folder, tmp_path / "var") for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0].count('"recorded"') == said[1][0].count('"recorded"') == FILES
    ids = [{line for line in out.splitlines() if '"call_id"' in line} for out, _ in said]
    assert ids[0] == ids[1]
    assert len(calls_in(tmp_path / "var")) == FILES
    assert_sealed_once(tmp_path / "var")


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_broken_off_goes_on_where_it_stopped(
    tmp_path: Path, ending: signal.Signals
) -> None:
    """Ended at three random moments and run again: every file is one call, and nothing is half there."""
    folder, data = write_folder(tmp_path / "in"), tmp_path / "var"
    rng = random.Random(8)
    for least in (1, 8, 16):
        process = start_import(folder, data)
        while process.poll() is None and imported(data) < least:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.1))  # anywhere within the next file
        process.send_signal(ending)
        _, err = process.communicate(timeout=60)
        assert process.returncode == (-9 if ending is signal.SIGKILL else 130)
        assert ending is signal.SIGKILL or "run the same command again to go on" in err
    before = {name: call.id for name, call in calls_in(data).items()}
    assert 16 <= len(before) < FILES
    answer = hotline("import", folder, "--hotline", "114", "--json", data=data)
    assert answer.status == 0, answer.err
    calls = calls_in(data)
    assert len(calls) == FILES
    assert {call.state for call in calls.values()} == {CallState.RECORDED}
    assert before == {name: calls[name].id for name in before}
    assert_sealed_once(data)


def test_a_call_whose_import_died_while_it_was_sealed_is_taken_over(tmp_path: Path) -> None:
    """It keeps its id and gets what is known now; a dead process's claim holds nobody up."""
    file, data = write_recording(tmp_path / "a.wav", 1), tmp_path / "var"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with ledger_of(data) as ledger, ledger.transaction() as session:
        worker = f"{socket.gethostname()}:{dead.pid}"
        left = imports.begin_import(session, fingerprint(file), str(file), Told(hotline="112"), worker)
    answer = hotline("import", file, "--hotline", "114", "--json", data=data)
    assert (answer.document[0]["call_id"], answer.document[0]["hotline"]) == (left, "114")
    assert "1 imported, 0 already there" in answer.err
    assert_sealed_once(data)


def test_a_call_that_another_machine_is_sealing_is_waited_for(tmp_path: Path) -> None:
    """As soon as its import says that the recording is there, its call is given."""
    file, data = write_recording(tmp_path / "a.wav", 1), tmp_path / "var"
    with ledger_of(data) as ledger:
        with ledger.transaction() as session:
            told = Told(hotline="114", received_at=now())
            held = imports.begin_import(session, fingerprint(file), str(file), told, "elsewhere:1")
        process = start_import(file, data)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=4)
        with ledger.transaction() as session:
            session.get_one(CallRow, held).state = CallState.RECORDED
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert held in out
    assert "0 imported, 1 already there" in err
