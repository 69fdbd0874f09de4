"""SRTP by plan, with a phone that nobody here wrote: who is taken, who is refused, and what is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from callers.errors import CallRefused
from callers.hearing import has_tone
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from hotline.ports import free_port
from ledger import calls
from ledger.records import Call, Ending
from ledger.states import OperatorState, Place, Reason, Result
from recorder.sealing import seal_call
from tests.hotline.phones import baresip
from tests.ivr.people import REPLY_HZ, SAY_HZ, Desk, loudness, reach_menu
from tests.ivr.stage import RATE_HZ, TONES_HZ, Stage, tone, write_tone
from tests.programs import needs

NUMBER = "13700000009"
REFUSED = Ending(result=Result.REFUSED, reason=Reason.BAD_REQUEST)


def start(stage: Stage, srtp: str, operator_uri: str = "sip:8001@127.0.0.1:9") -> None:
    """The line with `edge.srtp`."""

    def set_srtp(document: dict[str, Any]) -> None:
        document["edge"] = {"srtp": srtp}

    stage.start({"8001": operator_uri}, set_srtp)


def rows(stage: Stage) -> list[Call]:
    """Every row."""
    with stage.ledger.reading() as session:
        return calls.list_calls(session)


async def until(stage: Stage, happened: Callable[[Call], object]) -> None:
    """Wait until the only row says so."""
    await asyncio.to_thread(stage.wait_for, lambda: any(happened(row) for row in rows(stage)), 20.0)


async def call_by_baresip(stage: Stage, encryption: str) -> tuple[Call, Path]:
    """A call in which baresip says SAY_HZ for three seconds, unless refused; gives its row and folder."""
    folder = stage.folder / "baresip"
    write_tone(stage.folder / "say.wav", tone(SAY_HZ, 20.0))
    speech = stage.folder / "say.wav"
    async with baresip(folder, stage.target, user=NUMBER, speech=speech, srtp=encryption) as phone:
        await until(stage, lambda row: row.answered_at or row.ending)
        if rows(stage)[0].answered_at:
            await asyncio.sleep(3.0)  # they talk
            phone.press("b")
        await until(stage, lambda row: row.ending)
    (row,) = rows(stage)
    return row, folder


def recorded(stage: Stage, row: Call) -> np.ndarray:
    """The sealed recording, both channels."""
    recording = seal_call(row, stage.folder / "capture", stage.folder / "recordings")
    return soundfile.read(stage.folder / "recordings" / recording.path, dtype="int16")[0]


def says_notice(samples: np.ndarray) -> bool:
    """Whether the notice's tone is in it."""
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return sum(has_tone(frame, TONES_HZ["notice"]) for frame in frames) > 10


@needs("baresip")
@pytest.mark.parametrize(
    ("srtp", "encryption"),
    [("optional", "srtp"), ("optional", "srtp-mand"), ("required", "srtp-mand"), ("off", "srtp")],
)
def test_audio_goes_both_ways(stage: Stage, srtp: str, encryption: str) -> None:
    """Whoever may use SRTP hears the notice, and the recording holds what the phone has said."""
    start(stage, srtp)
    row, folder = asyncio.run(call_by_baresip(stage, encryption))
    assert row.ending is not None
    assert row.ending.reason is Reason.CALLER_HUNG_UP
    stereo = recorded(stage, row)
    assert loudness(stereo[RATE_HZ : 2 * RATE_HZ, 0], SAY_HZ) > 0.9
    assert says_notice(stereo[:, 1])
    (dump,) = folder.glob("dump-*-dec.wav")
    assert says_notice(soundfile.read(dump, dtype="int16")[0])


@needs("baresip")
def test_who_insists_on_srtp_is_refused_where_it_is_off(stage: Stage) -> None:
    """488 and a row with its reason."""
    start(stage, "off")
    row, _ = asyncio.run(call_by_baresip(stage, "srtp-mand"))
    assert (row.ending, row.answered_at) == (REFUSED, None)


def test_plain_audio_is_refused_where_srtp_is_required(stage: Stage) -> None:
    """488 and a row with its reason."""

    async def scenario() -> CallRefused:
        async with Phone() as phone:
            await asyncio.to_thread(start, stage, "required")
            call = await phone.dial(stage.target)
            with pytest.raises(CallRefused) as refusal:
                await call.answered(5)
            await until(stage, lambda row: row.ending)
            return refusal.value

    assert asyncio.run(scenario()).status == 488
    assert [row.ending for row in rows(stage)] == [REFUSED]


@needs("baresip")
def test_operators_phones_are_rung_with_srtp_where_it_is_required(stage: Stage) -> None:
    """Caller and operator are two phones that insist on it; the recording has both."""
    say, reply = stage.folder / "say.wav", stage.folder / "reply.wav"
    write_tone(say, tone(SAY_HZ, 30.0))
    write_tone(reply, tone(REPLY_HZ, 30.0))
    port = free_port()

    async def scenario() -> Call:
        start(stage, "required", f"sip:8001@127.0.0.1:{port}")
        async with AsyncExitStack() as phones:
            folders = stage.folder / "operator", stage.folder / "caller"
            await phones.enter_async_context(
                baresip(folders[0], None, user="8001", speech=reply, srtp="srtp-mand", port=port)
            )
            caller = await phones.enter_async_context(
                baresip(folders[1], stage.target, user=NUMBER, speech=say, srtp="srtp-mand")
            )
            talking = OperatorState.TALKING
            await asyncio.to_thread(stage.wait_for, lambda: stage.operator().state is talking)
            await asyncio.sleep(2.0)  # they talk
            caller.press("b")
            await until(stage, lambda row: row.ending)
        return rows(stage)[0]

    row = asyncio.run(scenario())
    talk = next(mark for mark in row.marks if mark.place is Place.OPERATOR)
    stereo = recorded(stage, row)[int(talk.start_s * RATE_HZ) : int(talk.end_s * RATE_HZ)]
    assert loudness(stereo[:, 0], SAY_HZ) > 0.9
    assert loudness(stereo[:, 1], REPLY_HZ) > 0.9


def test_plain_phones_talk_where_srtp_is_optional(stage: Stage) -> None:
    """Caller and operator without SRTP hear each other."""

    async def reply(call: IncomingCall) -> None:
        await call.wait_for_tone(SAY_HZ)
        await call.play(tone(REPLY_HZ, 1.0))

    async def scenario() -> Call:
        desk = Desk(reply)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(start, stage, "optional", desk.phone.uri)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            await call.play(tone(SAY_HZ, 1.0))
            await call.wait_for_tone(REPLY_HZ)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.operator == "8001"
