"""Pauses of the recording over real SIP and RTP: what is said in one is in no file, and nothing moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.ports import free_port
from ledger import call_wishes
from ledger.records import Call, Mark
from ledger.states import Place, WishKind
from recorder.capture import Capture
from recorder.raw_wav import read_samples
from recorder.sealing import join_capture
from tests.ivr.people import Desk, hear, loudness, reach_menu
from tests.ivr.stage import RATE_HZ, TONES_HZ, SharedStage, Stage, tone

BEFORE_HZ, SECRET_HZ, AFTER_HZ = 350, 3300, 2950  # no prompt is like them
SAID_S = 0.8
DESK_PORT = free_port()


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


@dataclass(frozen=True)
class Talk:
    """A conversation with its two phones."""

    caller: PhoneCall
    operator: IncomingCall
    stage: Stage

    async def both_say(self, hz: float) -> None:
        """Both at once, each so long that a file would have it."""
        sound = tone(hz, SAID_S)
        await asyncio.gather(self.caller.play(sound), self.operator.play(sound))
        await self.caller.pause(0.3)


def talk(
    stage: Stage,
    what: Callable[[Talk], Awaitable[None]],
    change: Callable[[dict[str, Any]], None] | None = None,
) -> Call:
    """Hold a conversation and hang up; the call's row."""

    async def wait_for_end(call: IncomingCall) -> None:
        await call.ended(60)

    async def scenario() -> Call:
        desk = Desk(wait_for_end, port=DESK_PORT)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, change)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            await call.pause(1.0)
            await what(Talk(call, desk.calls[0], stage))
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    return asyncio.run(scenario())


def pauses(row: Call) -> list[Mark]:
    """The pauses of a call."""
    return [mark for mark in row.marks if mark.place is Place.PAUSED]


def has(samples: np.ndarray, hz: float) -> bool:
    """Whether a tone is anywhere in it."""
    frames = samples[: len(samples) // 800 * 800].reshape(-1, 800)
    loud = frames[np.abs(frames).max(axis=1) > 200]
    return any(loudness(frame, hz) > 0.5 for frame in loud)


def captured(stage: Stage, row: Call) -> dict[str, np.ndarray]:
    """Each file of the capture, and each channel of what is sealed from it."""
    files = Capture.of_call(stage.folder / "capture", row.id)
    stereo = join_capture(files).samples
    return {
        "said.wav": read_samples(files.said).samples,
        "heard.wav": read_samples(files.heard).samples,
        "left": stereo[:, 0],
        "right": stereo[:, 1],
    }


def test_what_is_said_in_a_pause_is_in_no_file(stage: Stage) -> None:
    """The operator dials *1 and *2: both channels are silent between, as long as before, and marked."""

    async def what(talk: Talk) -> None:
        await talk.both_say(BEFORE_HZ)
        await talk.operator.send_digits("*1")
        await talk.both_say(SECRET_HZ)
        await talk.operator.send_digits("*2")
        await talk.caller.pause(0.6)
        await talk.both_say(AFTER_HZ)
        assert talk.caller.digits == ""  # the caller hears no code

    row = talk(stage, what)
    (pause,) = pauses(row)
    assert pause.detail == "8001"
    bridged = next(mark for mark in row.marks if mark.place is Place.OPERATOR)
    assert bridged.start_s < pause.start_s < pause.end_s < bridged.end_s
    for name, samples in captured(stage, row).items():
        assert has(samples, BEFORE_HZ), name
        assert not has(samples, SECRET_HZ), name
        assert has(samples, AFTER_HZ), name
    left = captured(stage, row)["left"]
    assert not left[int(pause.start_s * RATE_HZ) : int(pause.end_s * RATE_HZ)].any()
    assert row.answered_at
    assert row.ended_at
    assert abs(len(left) / RATE_HZ - (row.ended_at - row.answered_at).total_seconds()) < 0.02


def test_a_page_pauses_within_a_second(stage: Stage) -> None:
    """What a page wrote into the ledger happens, and the mark names who asked."""

    def ask(call: PhoneCall, *, paused: bool) -> None:
        with stage.ledger.transaction() as session:
            kind = WishKind.PAUSE if paused else WishKind.RESUME
            call_wishes.ask(session, stage.row_of(call).id, kind, by="wang")

    async def what(talk: Talk) -> None:
        await asyncio.to_thread(ask, talk.caller, paused=True)
        await talk.caller.pause(1.0)
        await talk.both_say(SECRET_HZ)
        await asyncio.to_thread(ask, talk.caller, paused=False)
        await talk.caller.pause(1.6)
        await talk.both_say(AFTER_HZ)

    row = talk(stage, what)
    (pause,) = pauses(row)
    assert pause.detail == "wang"
    for name, samples in captured(stage, row).items():
        assert not has(samples, SECRET_HZ), name
        assert has(samples, AFTER_HZ), name


def test_a_pause_ends_with_the_plans_limit(stage: Stage) -> None:
    """An operator who forgets to resume loses `limits.longest_pause_s` and no more."""

    def change(document: dict[str, Any]) -> None:
        document["limits"] = {"longest_pause_s": 1.0}

    async def what(talk: Talk) -> None:
        await talk.operator.send_digits("*1")
        await talk.caller.pause(1.6)
        await talk.both_say(AFTER_HZ)

    row = talk(stage, what, change)
    (pause,) = pauses(row)
    assert 0.9 < pause.end_s - pause.start_s < 1.5
    assert has(captured(stage, row)["left"], AFTER_HZ)


def test_a_pause_ends_with_the_conversation(stage: Stage) -> None:
    """The operator hangs up in a pause: the survey is recorded."""

    async def what(talk: Talk) -> None:
        await talk.operator.send_digits("*1")
        await talk.operator.pause(0.3)
        await talk.operator.hang_up()
        await hear(talk.caller, "survey")
        await talk.caller.pause(0.5)

    row = talk(stage, what)
    (pause,) = pauses(row)
    bridged = next(mark for mark in row.marks if mark.place is Place.OPERATOR)
    assert pause.end_s <= bridged.end_s + 0.01
    assert has(captured(stage, row)["right"], TONES_HZ["survey"])
