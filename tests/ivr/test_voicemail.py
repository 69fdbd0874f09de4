"""Messages that callers leave for a desk."""

from __future__ import annotations

import asyncio

import pytest
import soundfile

from callers.phone_call import PhoneCall
from ledger import messages
from ledger.messages import Voicemail
from ledger.records import Call, Ending
from ledger.states import CallState, Place, Reason, Result
from recorder.sealing import seal_call
from tests.ivr.people import SAY_HZ, hear, heard_pieces, loudness
from tests.ivr.stage import RATE_HZ, SharedStage, Stage, tone
from tests.ivr.unattended import NO_ROOM, Document, call_a_desk_without_operators, late


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


def voicemails(stage: Stage, row: Call) -> list[Voicemail]:
    """A caller's messages."""
    with stage.ledger.reading() as session:
        return [message for message in messages.list_voicemails(session) if message.call_id == row.id]


@pytest.mark.parametrize("end", ["#", "hang-up", "silence"])
def test_a_message_is_kept_however_it_is_ended(stage: Stage, end: str) -> None:
    """The row's span is the caller's words in the recording, after the beep."""

    async def leave_message(call: PhoneCall) -> None:
        await hear(call, "voicemail-please")
        await hear(call, "beep")
        await call.pause(0.9)
        await call.play(tone(SAY_HZ, 1.0))
        if end == "hang-up":
            return
        if end == "#":
            await call.send_digits("#")
        await hear(call, "message-kept")
        await call.ended(5)

    row = call_a_desk_without_operators(stage, late({"voicemail": "114"}), leave_message)
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.MESSAGE_LEFT, place=Place.VOICEMAIL)
    (message,) = voicemails(stage, row)
    (mark,) = [mark for mark in row.marks if mark.place is Place.VOICEMAIL]
    assert message.desk == "114"
    assert (message.start_s, message.end_s) == pytest.approx((mark.start_s, mark.end_s), abs=0.2)
    recording = seal_call(row, stage.folder / "capture", stage.folder / "recordings")
    stereo, _ = soundfile.read(stage.folder / "recordings" / recording.path, dtype="int16")
    spoken = stereo[int(message.start_s * RATE_HZ) : int(message.end_s * RATE_HZ), 0]
    assert loudness(spoken, SAY_HZ) > 0.9


@pytest.mark.parametrize("says", ["nothing", "leaves-before-the-beep"])
def test_no_message_is_kept_where_nobody_spoke(stage: Stage, says: str) -> None:
    """A silent caller has found no operator; one who leaves before the beep has given up."""

    async def be_silent(call: PhoneCall) -> None:
        await hear(call, "voicemail-please")
        if says == "nothing":
            await call.ended(10)

    row = call_a_desk_without_operators(stage, late({"voicemail": "114"}), be_silent)
    assert voicemails(stage, row) == []
    assert row.ending is not None
    reasons = {
        "nothing": (Result.FAILED, Reason.NO_OPERATOR, Place.VOICEMAIL),
        "leaves-before-the-beep": (Result.ABANDONED, Reason.CALLER_HUNG_UP, Place.ANNOUNCEMENT),
    }
    assert (row.ending.result, row.ending.reason, row.ending.place) == reasons[says]


def test_the_longest_message_ends_it(stage: Stage) -> None:
    """The plan's limit, while the caller still speaks."""

    def change(document: Document) -> None:
        late({"voicemail": "114"})(document)
        document["limits"] = {"longest_message_s": 1.5}

    async def talk_on(call: PhoneCall) -> None:
        await hear(call, "beep")
        talking = asyncio.create_task(call.play(tone(SAY_HZ, 4.0)))
        await hear(call, "message-kept")
        talking.cancel()

    row = call_a_desk_without_operators(stage, change, talk_on)
    (message,) = voicemails(stage, row)
    assert message.end_s - message.start_s == pytest.approx(1.5, abs=0.4)


@pytest.mark.parametrize("comes", ["from-the-queue", "from-the-menu"])
def test_a_call_that_is_not_recorded_takes_no_message(stage: Stage, comes: str) -> None:
    """Its caller is never asked for one, nor told that it is kept, but that nobody is there."""
    heard: list[str] = []

    def change(document: Document) -> None:
        late({"voicemail": "114"})(document)
        if comes == "from-the-menu":
            document["menus"]["main"]["keys"]["1"] = {"voicemail": "114"}

    async def hear_refusal(call: PhoneCall) -> None:
        await hear(call, "all-busy")
        await call.ended(5)
        heard.extend(heard_pieces(call.heard()))

    row = call_a_desk_without_operators(stage, change, hear_refusal, **NO_ROOM)
    assert not {"voicemail-please", "beep", "message-kept"} & set(heard)
    assert voicemails(stage, row) == []
    assert row.state is CallState.UNRECORDED
    endings = {
        "from-the-queue": (Result.FAILED, Reason.NO_OPERATOR),
        "from-the-menu": (Result.SERVED, Reason.MENU_ENDED),
    }
    assert row.ending is not None
    assert (row.ending.result, row.ending.reason) == endings[comes]
