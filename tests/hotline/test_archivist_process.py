"""The archivist's real process: it waits for its archive and goes on by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ledger import archived, calls, judgements
from ledger.clock import new_call_id
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, prepare_data_dir
from recorder.archivist import Archivist
from recorder.sealing import Sound, seal

PATIENCE_S = 60.0


def seal_a_call(settings: Settings, ledger: Ledger) -> None:
    """A second of silence in the spool and in the ledger."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=(call_id := new_call_id()), hotline="114")
        call = calls.get_call(session, call_id)
        silence = Sound(samples=np.zeros((8000, 2), np.int16))
        judgements.save_recording(session, seal(call, silence, settings.spool_dir))


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds."""
    give_up_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_s
        time.sleep(0.1)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_it_resumes_when_the_archive_is_back(tmp_path: Path, sign: signal.Signals) -> None:
    """Away at first; told in the log; back: all that waited goes; after a kill the next one goes on."""
    away = tmp_path / "archive"
    away.write_text("in the way")
    settings = Settings(data_dir=tmp_path / "var", archive_url=f"file://{away}")
    prepare_data_dir(settings)
    ledger = open_ledger(settings)
    for _ in range(4):
        seal_a_call(settings, ledger)
    environment = {
        **os.environ,
        "HOTLINE_DATA_DIR": str(settings.data_dir),
        "HOTLINE_ARCHIVE_URL": str(settings.archive_url),
    }
    log_path = tmp_path / "log"

    def waiting() -> int:
        with ledger.reading() as session:
            return archived.spooled(session).recordings

    with log_path.open("wb") as log:
        command = [sys.executable, "-m", "hotline.processes.archivist"]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        wait_for(lambda: b"archive_refuses" in log_path.read_bytes())
        assert waiting() == 4
        away.unlink()
        wait_for(lambda: waiting() == 0)
        process.send_signal(sign)
        assert process.wait(timeout=PATIENCE_S) == (0 if sign is signal.SIGTERM else -sign)
    assert len(list(away.rglob("*.flac"))) == 4
    assert Archivist(settings, ledger).sweep()
    assert not list(settings.spool_dir.rglob("*.flac"))
