"""A data directory has one hotline at a time; what a killed one has left is waited for."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from callers.phone import Phone
from callers.phone_call import CallEnd, PhoneCall
from hotline.ports import free_port
from hotline.reconciling import Account, reconcile_calls
from ledger import calls
from ledger.database import open_ledger
from ledger.records import Call
from ledger.settings import load_settings
from ledger.signatures import pid_of
from ledger.states import Reason
from recorder.opening import Recordings
from tests.programs import needs

PATIENCE_S = 60.0
PLAN = """\
version: 1
numbers:
  "114": {name: 查号台, greeting: greeting-114, menu: music, desk: "114"}
menus:  # callers may stay for minutes and are never long without sound
  music: {prompt: hold-music, silence_s: 1, tries: 10, keys: {"1": {desk: "114"}}, otherwise: {desk: "114"}}
desks:
  "114": {name: 查号台, operators: ["8001"]}
operators:
  "8001": {name: 一号, address: "sip:8001@127.0.0.1:9"}
"""


class Start:
    """`hotline up`."""

    def __init__(self, data: Path, sip_port: int, drain_s: float, lines: int) -> None:
        data.mkdir(exist_ok=True)
        open_ledger(load_settings(data_dir=data)).close()  # a new one is a copy here, and made anew there
        plan = data / "plan.yaml"
        plan.write_text(PLAN, encoding="utf-8")
        options = [
            "--plan",
            str(plan),
            "--sip-port",
            str(sip_port),
            "--console-port",
            str(free_port()),
            "--lines",
            str(lines),
        ]
        settings = {"HOTLINE_DATA_DIR": str(data), "HOTLINE_DRAIN_S": str(drain_s), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "up", *options],
            env={**os.environ, **settings, "HOTLINE_LOG_LEVEL": "warning"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self, words: str) -> str:
        """The line of its answer that begins so."""
        assert self.process.stdout is not None
        for said in self.process.stdout:
            if said.startswith(words):
                return said
        pytest.fail(f"it ended: {self.process.communicate()[1]}")


@contextmanager
def start(data: Path, sip_port: int, drain_s: float = 20.0, lines: int = 1) -> Iterator[Start]:
    """One that is ended with the block."""
    started = Start(data, sip_port, drain_s, lines)
    with started.process:
        try:
            yield started
        finally:
            if started.process.poll() is None:
                started.process.terminate()
                started.process.communicate(timeout=PATIENCE_S)


def account(data: Path) -> tuple[Account, list[Call]]:
    """Every INVITE, once all are closed."""
    settings = load_settings(data_dir=data)
    ledger = open_ledger(settings)
    with ledger.reading() as session:
        rows = calls.list_calls(session)
    counted = reconcile_calls(ledger, Recordings(settings), settings.capture_dir)
    ledger.close()
    return counted, rows


@pytest.mark.parametrize("stays", [False, True])
def test_the_start_after_a_killed_parent_waits_for_the_callers(tmp_path: Path, *, stays: bool) -> None:
    """The caller talks on for as long as a drain lasts; then the same port is open for the next caller."""
    port = free_port()
    target = f"sip:114@127.0.0.1:{port}"

    async def scenario() -> CallEnd | None:
        async with Phone() as phone:
            with start(tmp_path, port) as killed:
                await asyncio.to_thread(killed.says, "SIP: ")
                call = await phone.dial(target)
                await call.answered(8)
                await call.wait_for_speech()
                killed.process.kill()
                killed.process.wait()
                with start(tmp_path, port) as again:
                    said = await asyncio.to_thread(again.says, "A hotline was killed here")
                    assert said.endswith("letting callers finish: waiting for at most 60 s.\n")
                    await call.wait_for_speech()
                    assert call.end is None
                    if stays:
                        await call.ended(30)
                    else:
                        await call.hang_up()
                    await asyncio.to_thread(again.says, "SIP: ")
                    new = await phone.dial(target)
                    await new.answered(8)
                    await new.wait_for_speech()
                    await new.hang_up()
            return call.end

    assert asyncio.run(scenario()) is (CallEnd.FAR_HUNG_UP if stays else CallEnd.NEAR_HUNG_UP)
    counted, rows = account(tmp_path)
    assert (counted.invites, counted.unexplained) == (2, ())
    reasons = [row.ending.reason for row in sorted(rows, key=lambda row: row.received_at) if row.ending]
    assert reasons == [Reason.DRAINING if stays else Reason.CALLER_HUNG_UP, Reason.CALLER_HUNG_UP]


async def served(phone: Phone, target: str) -> PhoneCall:
    """A caller who hears the hotline."""
    call = await phone.dial(target)
    await call.answered(8)
    await call.wait_for_speech()
    return call


@needs("kamailio")
def test_callers_whom_a_killed_hotline_cuts_off_are_told(tmp_path: Path) -> None:
    """Its edge stays until the lines have hung up, also when nobody starts it again."""
    port = free_port()

    async def scenario() -> CallEnd | None:
        async with Phone() as phone:
            with start(tmp_path, port, drain_s=1.0, lines=2) as killed:
                await asyncio.to_thread(killed.says, "SIP: ")
                call = await served(phone, f"sip:114@127.0.0.1:{port}")
                killed.process.kill()
                killed.process.wait()
            await call.ended(30)
            return call.end

    assert asyncio.run(scenario()) is CallEnd.FAR_HUNG_UP


@needs("kamailio")
def test_lines_behind_an_edge_are_not_waited_for(tmp_path: Path) -> None:
    """The next hotline serves another caller, while those of a killed one talk on; each has a row.

    Its edge knows the old lines: one caller hangs up through it. The other's line dies, and the start after
    that closes the call. A second hotline in the same place is refused in a sentence, and the first goes on.
    """
    port = free_port()
    target = f"sip:114@127.0.0.1:{port}"

    async def scenario() -> None:
        async with Phone() as phone:
            with start(tmp_path, port, drain_s=600.0, lines=2) as killed:
                await asyncio.to_thread(killed.says, "SIP: ")
                staying = await served(phone, target)
                (row,) = account(tmp_path)[1]
                leaving = await served(phone, target)
                killed.process.kill()
                killed.process.wait()
            try:
                with start(tmp_path, port, lines=2) as again:
                    await asyncio.to_thread(again.says, "SIP: ")
                    await (await served(phone, target)).hang_up()
                    await leaving.hang_up()
                    await asyncio.to_thread(assert_refused, tmp_path)
                    assert again.process.poll() is None
                    await staying.wait_for_speech()
            finally:
                os.kill(pid_of(str(row.line)), signal.SIGKILL)

    asyncio.run(scenario())
    with start(tmp_path, port, lines=2) as third:
        third.says("SIP: ")
    counted, rows = account(tmp_path)
    assert (counted.invites, counted.unexplained) == (3, ())
    reasons = [row.ending.reason for row in sorted(rows, key=lambda row: row.received_at) if row.ending]
    assert reasons == [Reason.LINE_DIED, Reason.CALLER_HUNG_UP, Reason.CALLER_HUNG_UP]


def assert_refused(data: Path) -> None:
    """A second hotline in this place: one sentence, exit status 2."""
    with start(data, free_port()) as second:
        _, told = second.process.communicate(timeout=PATIENCE_S)
    assert second.process.returncode == 2
    assert told == f"hotline: another hotline runs in {data}; stop it, or choose another with --data\n"
