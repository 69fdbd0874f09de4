"""The main job: `hotline demo` places calls over SIP; each is answered, recorded, transcribed and scored."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from callers.dialogue import load_dialogues
from hotline.ports import free_port
from ledger.packet_losses import SYLLABLE_SHARE, read, worst_share
from ledger.states import FactKey
from tests.hotline.command import hotline


@pytest.mark.slow
def test_six_calls_are_scored_as_their_dialogues_say(tmp_path: Path) -> None:
    """Exit 0, six calls over four numbers, every one whole, and the flags are the dialogues' faults."""
    words = ("demo", "--once", "--json", "--calls", "6")
    answer = hotline(*words, data=tmp_path / "var", timeout_s=500, HOTLINE_CONSOLE_PORT=str(free_port()))
    assert answer.status == 0, answer.err
    demo = answer.document
    assert [call["error"] for call in demo["calls"]] == [None] * 6
    assert {call["state"] for call in demo["calls"]} == {"scored"}
    dialogues = load_dialogues()
    (folder,) = (tmp_path / "var" / "demo").iterdir()
    whole = _without_gaps(folder)
    assert whole
    for call in demo["calls"]:
        faults = list(dialogues[call["dialogue"]].faults)
        assert call["flags"] == faults if call["id"] in whole else set(call["flags"]) <= set(faults), call
    assert {call["hotline"] for call in demo["calls"]} == {"114", "112", "180", "10050"}
    assert any(call["flags"] for call in demo["calls"])
    assert not all(call["flags"] for call in demo["calls"])
    assert set(demo["stages"]) == {"call", "seal", "transcribe", "score"}
    assert all(stage["calls"] == 6 and stage["median_s"] > 0 for stage in demo["stages"].values())
    account = hotline("reconcile", "--json", data=folder)
    assert (account.status, account.document["recorded"], account.document["invites"]) == (0, 6, 6)


def _without_gaps(folder: Path) -> set[str]:
    """The calls of whose operator every syllable was heard: a busy machine sends some too late."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger:
        rows = ledger.execute("SELECT id, facts FROM calls").fetchall()
    lost = {call_id: read(json.loads(facts).get(FactKey.OPERATOR_LOST, "")) for call_id, facts in rows}
    return {call_id for call_id, losses in lost.items() if worst_share(losses, 0.0, 1e6) <= SYLLABLE_SHARE}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo of one call that stays up; ended by Ctrl-C at the latest."""
    settings = {"HOTLINE_DATA_DIR": str(tmp_path / "var"), "HOTLINE_CONSOLE_PORT": str(free_port())}
    environment = {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline", "demo", "--calls", "1"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    with process:
        yield process
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@pytest.mark.slow
def test_the_console_is_up_with_the_calls_until_ctrl_c(demo: subprocess.Popen[str]) -> None:
    """After the table: the address and how to sign in; the call is listed; Ctrl-C exits 0."""
    assert demo.stdout is not None
    lines = iter(demo.stdout.readline, "")
    while not next(lines).startswith("└"):
        pass  # the table
    address = next(lines)
    found = re.match(r"(http://127\.0\.0\.1:\d+/)  sign in as (\w+) with the password (\S+)", address)
    assert found, address
    url, name, password = found.groups()
    with httpx.Client(base_url=url, follow_redirects=True, timeout=120) as browser:
        token = browser.get("sign-in").text.split('name="csrf" value="')[1].split('"')[0]
        browser.post("sign-in", data={"name": name, "password": password, "csrf": token})
        (call,) = browser.get("api/calls").json()["calls"]
        assert call["state"] == "scored"
        assert browser.get(f"calls/{call['id']}").status_code == 200
        assert browser.get(f"calls/{call['id']}/audio").content[:4] == b"fLaC"
    demo.send_signal(signal.SIGINT)
    assert demo.wait(60) == 0
