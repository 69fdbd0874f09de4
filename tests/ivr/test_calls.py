"""Calls over real SIP and RTP: what callers hear, where they get to, and what the ledger says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from callers.errors import CallOver, CallRefused
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger.records import Call, Ending
from ledger.states import CallState, OperatorState, Place, Reason, Result
from recorder.sealing import seal_call
from tests.ivr.stage import RATE_HZ, TONES_HZ, Stage, tone

SAY_HZ, REPLY_HZ = 440, 1000


def places(row: Call) -> list[Place]:
    """Where the caller was, in order, without moments and repetitions."""
    spans = [mark.place for mark in row.marks if mark.end_s > mark.start_s]
    return [place for index, place in enumerate(spans) if index == 0 or spans[index - 1] != place]


def loudness(samples: np.ndarray, hz: float) -> float:
    """How much of `hz` there is, 0 to 1 of the samples' own strength."""
    spectrum = np.abs(np.fft.rfft(samples.astype(float) * np.hanning(len(samples))))
    at = round(hz * len(samples) / RATE_HZ)
    return float(spectrum[max(0, at - 3) : at + 4].max() / (spectrum.max() or 1.0))


async def hear(call: PhoneCall, prompt: str) -> None:
    """Wait until a prompt's tone is heard."""
    await call.wait_for_tone(TONES_HZ[prompt], timeout_s=8)


async def reach_menu(phone: Phone, stage: Stage) -> PhoneCall:
    """Dial and wait for the menu."""
    call = await phone.dial(stage.target)
    await call.answered(5)
    await hear(call, "menu")
    return call


class Desk:
    """One operator's phone. It says REPLY_HZ on picking up, unless `talk` says what else to do."""

    def __init__(self, talk: Callable[[IncomingCall], Awaitable[None]] | None = None) -> None:
        self.phone = Phone(user="8001", any_user=True)
        self.talking: asyncio.Event = asyncio.Event()
        self.calls: list[IncomingCall] = []
        self._talk = talk
        self.phone.on_invite = self._pick_up

    async def _pick_up(self, call: IncomingCall) -> None:
        self.calls.append(call)
        await call.ring()
        await call.answer()
        self.talking.set()
        if self._talk:
            await self._talk(call)
            return
        with suppress(CallOver):  # the caller may leave in the middle
            await call.play(tone(REPLY_HZ, 5.0))


def test_tones_pass_both_ways_and_are_recorded_apart(stage: Stage) -> None:
    """The caller's tone is left, the operator's right; the marks say when the right one is the operator's."""

    async def reply(call: IncomingCall) -> None:
        await call.wait_for_tone(SAY_HZ)
        await call.play(tone(REPLY_HZ, 1.0))

    async def scenario() -> Call:
        desk = Desk(reply)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            await call.play(tone(SAY_HZ, 1.0))
            await call.wait_for_tone(REPLY_HZ)
            await call.pause(0.5)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.OPERATOR)
    assert places(row) == [Place.NOTICE, Place.MENU, Place.QUEUE, Place.OPERATOR]
    assert (row.operator, row.desk, row.caller) == ("8001", "114", "13800000001")
    recording = seal_call(row, stage.folder / "capture", stage.folder / "recordings")
    stereo, _ = soundfile.read(stage.folder / "recordings" / recording.path, dtype="int16")
    talk = next(mark for mark in row.marks if mark.place is Place.OPERATOR)
    bridged = stereo[int(talk.start_s * RATE_HZ) : int(talk.end_s * RATE_HZ)]
    assert loudness(bridged[:, 0], SAY_HZ) > 0.9
    assert loudness(bridged[:, 1], REPLY_HZ) > 0.9
    assert loudness(bridged[:, 0], REPLY_HZ) < 0.1
    menu = next(mark for mark in row.marks if mark.detail == "main")
    assert (
        loudness(stereo[int(menu.start_s * RATE_HZ) : int(menu.end_s * RATE_HZ), 1], TONES_HZ["menu"]) > 0.9
    )
    assert row.answered_at is not None
    assert row.ended_at is not None
    assert recording.duration_s == pytest.approx((row.ended_at - row.answered_at).total_seconds(), abs=0.15)


def test_the_operator_sees_who_calls(stage: Stage) -> None:
    """The operator's INVITE carries the caller's number (RFC 3325) and the call's id."""

    async def scenario() -> None:
        desk = Desk()
        async with desk.phone, Phone(user="13912345678") as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            assert desk.calls[0].caller_number == "13912345678"
            assert desk.calls[0].remote_headers.get("X-Hotline-Call") == stage.row_of(call).id
            await call.hang_up()

    asyncio.run(scenario())


@pytest.mark.parametrize("by", ["rfc4733", "info"])
def test_a_key_ends_the_prompt(stage: Stage, by: str) -> None:
    """Barge-in, by RFC 4733 and by SIP INFO: the menu stops and the announcement is heard."""

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"})
            call = await reach_menu(phone, stage)
            await call.send_digits("2", by=by)
            await hear(call, "news")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=Place.ANNOUNCEMENT)
    menu = next(mark for mark in row.marks if mark.place is Place.MENU and mark.end_s > mark.start_s)
    assert menu.end_s - menu.start_s < 1.4, "the menu's prompt lasts 1.5 s and was cut"


def test_a_key_pressed_in_the_notice_counts_in_the_menu(stage: Stage) -> None:
    """Who knows the menu need not wait: the notice is heard to its end, greeting and menu are skipped."""

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"})
            call = await phone.dial(stage.target)
            await call.answered(5)
            await call.send_digits("2")
            await hear(call, "news")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert [mark.detail for mark in row.marks if mark.place is Place.NOTICE] == ["notice"]


@pytest.mark.parametrize(
    ("keys", "heard"),
    [("*1", ["menu", "menu"]), ("0", ["menu"]), ("91", ["menu", "wrong-key", "menu"])],
    ids=["star-hears-again", "zero-to-a-person", "wrong-then-right"],
)
def test_keys_lead_to_a_person(stage: Stage, keys: str, heard: list[str]) -> None:
    """`*` says the menu again, `0` leads to an operator at once, a wrong key is told and may be mended."""

    async def scenario() -> Call:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await phone.dial(stage.target)
            await call.answered(5)
            for key in keys:
                await hear(call, "menu")
                await call.send_digits(key)
                if key == "9":
                    await hear(call, "wrong-key")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    pressed = [
        mark.detail.split(": ")[1] for mark in row.marks if mark.place is Place.MENU and ":" in mark.detail
    ]
    assert pressed == list(keys)
    assert row.operator == "8001"
    assert heard.count("menu") == len(keys)


@pytest.mark.parametrize("keys", ["", "99"], ids=["silence", "wrong-keys"])
def test_silence_and_wrong_keys_end_at_an_operator(stage: Stage, keys: str) -> None:
    """After the plan's tries nobody is left in a menu."""

    async def scenario() -> Call:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            for key in keys:
                await hear(call, "menu")
                await call.send_digits(key)
                await call.pause(0.3)
            await call.wait_for_tone(REPLY_HZ, 15)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).operator == "8001"


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("notice", Place.NOTICE),
        ("greeting", Place.NOTICE),
        ("menu", Place.MENU),
        ("no-key", Place.MENU),
        ("connecting", Place.QUEUE),
        ("hold-music", Place.QUEUE),
    ],
)
def test_a_caller_who_leaves_is_abandoned_where_it_happened(stage: Stage, prompt: str, place: Place) -> None:
    """Hanging up at every step before an operator: the row says where, and the recording waits."""

    async def never(call: IncomingCall) -> None:
        await call.ring()

    async def scenario() -> Call:
        desk = Desk()
        desk.phone.on_invite = never
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await phone.dial(stage.target)
            await call.answered(5)
            if place is Place.QUEUE:
                await hear(call, "menu")
                await call.send_digits("1")
            await hear(call, prompt)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=place)
    assert row.state is CallState.ENDED
    assert seal_call(row, stage.folder / "capture", stage.folder / "recordings").duration_s > 0


def test_the_survey_is_asked_when_the_operator_hangs_up(stage: Stage) -> None:
    """The caller's mark is kept with the call, and thanks are heard."""

    async def scenario() -> Call:
        async def hang_up(call: IncomingCall) -> None:
            await call.hang_up()

        desk = Desk(hang_up)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "survey")
            await call.send_digits("5")
            await hear(call, "survey-thanks")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.facts == {"survey_asked": "yes", "survey_mark": "5"}
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.SURVEY)


def test_an_operator_who_does_not_pick_up_is_passed_over(stage: Stage) -> None:
    """8001 is busy and 8002 takes the call; both are idle afterwards."""

    async def busy(call: IncomingCall) -> None:
        await call.reject(486)

    async def scenario() -> Call:
        first, second = Desk(), Desk()
        first.phone.on_invite = busy
        async with first.phone, second.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": first.phone.uri, "8002": second.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).operator == "8002"
    with stage.ledger.engine.connect() as connection:
        states = connection.exec_driver_sql("SELECT state FROM operators").scalars().all()
    assert states == [OperatorState.IDLE, OperatorState.IDLE]


def test_nobody_free_is_said_after_the_longest_wait(stage: Stage) -> None:
    """The caller hears that all are busy; the row says that no operator was found."""

    async def busy(call: IncomingCall) -> None:
        await call.reject(486)

    async def scenario() -> Call:
        desk = Desk()
        desk.phone.on_invite = busy
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(
                stage.start,
                {"8001": desk.phone.uri},
                lambda document: document["desks"]["114"].update(longest_wait_s=1.5),
            )
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "all-busy")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.QUEUE)


def test_a_closed_desk_says_so(stage: Stage) -> None:
    """Outside the hours the announcement is heard and the call ends."""

    def close(document: dict[str, object]) -> None:
        document["hours"] = {"never": {"weekly": {}}}
        document["desks"]["114"].update(hours="never")  # type: ignore[index]

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, close)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "closed")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).ending == Ending(
        result=Result.SERVED, reason=Reason.DESK_CLOSED, place=Place.ANNOUNCEMENT
    )


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
    """Killed in a conversation: the next process closes the row, frees the operator; the audio is there."""

    async def scenario() -> PhoneCall:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.play(tone(SAY_HZ, 2.0))
            stage.kill_line()
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
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


def test_a_taken_port_is_told_in_a_sentence(
    tmp_path: Path, stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    """The second line on one port ends with status 2 and says what to do; no traceback."""
    stage.start({"8001": "sip:8001@127.0.0.1:9"})
    other = Stage(folder=tmp_path / "other", ledger=stage.ledger, port=stage.port)
    other.folder.mkdir()
    with pytest.raises(Exception, match="line-1 did not start"):
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
