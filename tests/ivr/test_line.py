"""The line: how many it serves, whom it refuses, how it stops, and what a crash leaves."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import soundfile
from ruamel.yaml import YAML

from callers.errors import CallRefused
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger import calls, lines
from ledger.records import Call, Ending
from ledger.states import CallState, LineState, OperatorState, Origin, Place, Reason, Result
from recorder.sealing import seal_call
from tests.ivr.people import REPLY_HZ, SAY_HZ, Desk, hear, loudness, reach_menu
from tests.ivr.stage import HOST, RATE_HZ, Stage, tone, write_tone


def test_callers_beyond_the_lines_places_hear_busy(stage: Stage) -> None:
    """Two are served; the third gets 486, also the one whom pjsip itself has no leg for. Each has a row."""

    async def scenario() -> list[Call]:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            served = [await reach_menu(phone, stage) for _ in range(2)]
            refused = []
            for _ in range(2):
                call = await phone.dial(stage.target)
                with pytest.raises(CallRefused) as refusal:
                    await call.answered(5)
                assert refusal.value.status == 486
                refused.append(call)
            rows = [await asyncio.to_thread(stage.ended_row_of, call) for call in refused]
            for call in served:
                await call.hang_up()
            rows += [await asyncio.to_thread(stage.ended_row_of, call) for call in served]
            return rows

    rows = asyncio.run(scenario())
    assert [row.ending and row.ending.reason for row in rows] == [
        Reason.LINES_BUSY,
        Reason.LINES_BUSY,
        Reason.CALLER_HUNG_UP,
        Reason.CALLER_HUNG_UP,
    ]


def test_a_line_that_is_told_to_stop_lets_its_calls_finish(stage: Stage) -> None:
    """New callers get 503; the caller in the menu goes on to the end."""

    async def scenario() -> tuple[Call, Call]:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"})
            staying = await reach_menu(phone, stage)
            stopping = asyncio.create_task(asyncio.to_thread(stage.stop))
            refused = await refused_with(phone, stage, 503)
            await staying.send_digits("2")
            await hear(staying, "news")
            await staying.ended(5)
            await stopping
            return stage.ended_row_of(staying), stage.ended_row_of(refused)

    stayed, refused = asyncio.run(scenario())
    assert stayed.ending == Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=Place.ANNOUNCEMENT)
    assert refused.ending == Ending(result=Result.REFUSED, reason=Reason.DRAINING)


async def refused_with(phone: Phone, stage: Stage, status: int) -> PhoneCall:
    """A call that is refused with `status`; calls that came before the line knew are hung up."""
    for _ in range(20):
        call = await phone.dial(stage.target)
        try:
            await call.answered(5)
        except CallRefused as refusal:
            if refusal.status == status:
                return call
        await call.hang_up()
    pytest.fail(f"no call was refused with {status}")


def test_what_a_killed_line_captured_is_sealed_after_it(stage: Stage) -> None:
    """Killed in a conversation: its parent closes the row and frees the operator; the audio is there."""

    async def scenario() -> PhoneCall:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.play(tone(SAY_HZ, 2.0))
            stage.kill_line()
            return call

    call = asyncio.run(scenario())
    row = stage.ended_row_of(call)
    assert row.ending is not None
    assert (row.ending.result, row.ending.reason) == (Result.FAILED, Reason.LINE_DIED)
    recording = seal_call(row, stage.folder / "capture", stage.folder / "recordings")
    stereo, _ = soundfile.read(stage.folder / "recordings" / recording.path, dtype="int16")
    assert recording.rescued
    assert loudness(stereo[-RATE_HZ:, 0], SAY_HZ) > 0.9, "the last second before the crash is there"
    with stage.ledger.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT state FROM operators").scalar() == OperatorState.IDLE


def test_lines_that_a_smaller_fleet_has_no_more_are_forgotten(stage: Stage) -> None:
    """Their calls are closed first; one that still serves its callers and other machines' lines stay."""
    draining = subprocess.Popen(["hotline line-3", "60"], executable=shutil.which("sleep"))
    gone = subprocess.Popen([shutil.which("true") or "true"])
    gone.wait()
    pids = {"line-2": gone.pid, "line-3": draining.pid, "north-line-1": gone.pid}
    try:
        with stage.ledger.transaction() as session:
            for name, pid in pids.items():
                lines.enter_line(session, process=f"{name}:{pid}", host=HOST, port=9, places=2)
            calls.add_call(
                session, call_id="left", hotline="114", origin=Origin.SIP, line=f"line-2:{gone.pid}"
            )
        stage.start({"8001": "sip:8001@127.0.0.1:9"})
        with stage.ledger.reading() as session:
            states = {line.name: line.state for line in lines.list_lines(session)}
            left = calls.get_call(session, "left")
    finally:
        draining.kill()
        draining.wait()
    assert states == dict.fromkeys(("line-1", "line-3", "north-line-1"), LineState.SERVING)
    assert left.ending == Ending(result=Result.FAILED, reason=Reason.LINE_DIED)


def test_a_call_of_a_dead_process_that_shows_later_is_closed_too(stage: Stage) -> None:
    """The clerk reads what a line had sent before it died, also after the line's parent has cleaned up."""
    stage.start({"8001": "sip:8001@127.0.0.1:9"})
    late = "line-1:999999999@0a1b2c3d"  # more than any process number
    with stage.ledger.transaction() as session:
        calls.add_call(session, call_id="late", hotline="114", line=late)
        calls.add_call(session, call_id="elsewhere", hotline="114", line=f"north-{late}")

    def ending_of(call_id: str) -> Ending | None:
        with stage.ledger.reading() as session:
            return calls.get_call(session, call_id).ending

    stage.wait_for(lambda: ending_of("late") is not None)
    assert ending_of("late") == Ending(result=Result.FAILED, reason=Reason.LINE_DIED)
    assert ending_of("elsewhere") is None, "each machine looks after its own lines"


def test_a_taken_port_is_told_in_a_sentence(
    tmp_path: Path, stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    """The second line on one port ends with status 2 and says what to do; no traceback."""
    stage.start({"8001": "sip:8001@127.0.0.1:9"})
    other = Stage(folder=tmp_path / "other", ledger=stage.ledger, port=stage.port)
    other.folder.mkdir()
    with pytest.raises(Exception, match="lines did not start"):
        other.start({"8001": "sip:8001@127.0.0.1:9"})
    said = capfd.readouterr().err
    assert f"SIP cannot listen on 127.0.0.1:{stage.port}" in said
    assert "choose another with --sip-port" in said
    assert "Traceback" not in said


def test_a_call_that_takes_an_ended_calls_place_is_left_alone(stage: Stage) -> None:
    """Calls in quick succession reuse pjsip's call numbers: what is cleaned up of one never ends another."""

    async def call_again_and_again(phone: Phone) -> list[tuple[int, PhoneCall]]:
        placed = []
        for _ in range(12):
            call = await phone.dial(stage.target)
            try:
                await call.answered(10)
            except CallRefused as refusal:
                placed.append((refusal.status, call))
                continue
            await hear(call, "notice")
            await call.hang_up()
            placed.append((200, call))
        return placed

    async def scenario() -> tuple[list[int], list[Call]]:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"})
            both = await asyncio.gather(call_again_and_again(phone), call_again_and_again(phone))
            placed = [entry for one in both for entry in one]
            rows = [await asyncio.to_thread(stage.ended_row_of, call) for _, call in placed]
            return [status for status, _ in placed], rows

    statuses, rows = asyncio.run(scenario())
    assert set(statuses) <= {200, 486}, "486 where a place was not free yet"
    assert statuses.count(200) >= 12
    assert {row.ending and row.ending.reason for row in rows} <= {Reason.CALLER_HUNG_UP, Reason.LINES_BUSY}


def test_an_unknown_number_is_refused_and_written_down(stage: Stage) -> None:
    """404, and a row that says why."""

    async def scenario() -> tuple[int, Call]:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"})
            call = await phone.dial(stage.target.replace("114", "999"))
            with pytest.raises(CallRefused) as refused:
                await call.answered(5)
            return refused.value.status, await asyncio.to_thread(stage.ended_row_of, call)

    status, row = asyncio.run(scenario())
    assert status == 404
    assert row.ending == Ending(result=Result.REFUSED, reason=Reason.UNKNOWN_NUMBER)
    assert (row.state, row.hotline) == (CallState.UNRECORDED, "999")


def test_a_line_says_more_prompts_than_pjsip_has_players(stage: Stage) -> None:
    """Forty different announcements in one process, where pjsip has 32 players: all are heard."""
    names = [f"part-{place}" for place in range(40)]

    def announce(document: dict[str, Any]) -> None:
        folder = stage.folder / "parts"
        folder.mkdir()
        YAML().dump({name: {"music": True} for name in names}, folder / "texts.yaml")
        for place, name in enumerate(names):
            write_tone(folder / f"{name}.wav", tone(2000 + 25 * place, 0.1))
        document["prompts"]["folders"].append("parts")
        for first, key in enumerate("6789"):
            step: dict[str, Any] = {"repeat": True}
            for name in reversed(names[10 * first : 10 * first + 10]):
                step = {"say": name, "then": step}
            document["menus"]["main"]["keys"][key] = step

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, announce)
            call = await reach_menu(phone, stage)
            for first, key in enumerate("6789"):
                await call.send_digits(key)
                await call.wait_for_tone(2000 + 25 * (10 * first + 9), timeout_s=10)
            await call.send_digits("2")
            await hear(call, "news")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert [mark.detail for mark in row.marks if mark.place is Place.ANNOUNCEMENT] == [*names, "news"]


def test_announcements_to_their_end_leave_the_line_alive(stage: Stage) -> None:
    """Forty prompts that end by themselves: what pjsip tells of their ends comes to nobody who is gone."""

    async def listen_again_and_again(phone: Phone) -> list[PhoneCall]:
        heard = []
        for _ in range(20):
            call = await phone.dial(stage.target)
            await call.answered(5)
            await call.send_digits("2")
            await call.ended(10)
            heard.append(call)
        return heard

    async def scenario() -> list[Call]:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"})
            both = await asyncio.gather(listen_again_and_again(phone), listen_again_and_again(phone))
            return [await asyncio.to_thread(stage.ended_row_of, call) for one in both for call in one]

    ending = Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=Place.ANNOUNCEMENT)
    assert [row.ending for row in asyncio.run(scenario())] == [ending] * 40
