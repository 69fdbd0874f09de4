"""Two phones call each other over real UDP."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
import soundfile

from callers.errors import CallOver, CallRefused, NoAnswer
from callers.g711 import PCMA, PCMU
from callers.hearing import level_db, tone, tone_share
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import CallEnd
from callers.rtp import unpack


class Answering:
    """A phone's owner who answers every call and tells the test."""

    def __init__(self, phone: Phone) -> None:
        self.calls: asyncio.Queue[IncomingCall] = asyncio.Queue()
        phone.on_invite = self.take

    async def take(self, call: IncomingCall) -> None:
        await call.ring()
        await call.answer()
        self.calls.put_nowait(call)


@pytest.mark.parametrize("codec", [PCMA, PCMU], ids=lambda codec: codec.name)
def test_tones_prove_both_directions(run, codec):
    """440 Hz goes one way and 1000 Hz the other, each within 1 dB of what was played."""

    async def scene():
        async with Phone(user="8001", codecs=(codec,)) as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            low, high = tone(440, 1.0, -12), tone(1000, 1.0, -20)
            await asyncio.gather(
                call.play(low), other.play(high), call.wait_for_tone(1000), other.wait_for_tone(440)
            )
            await asyncio.gather(call.wait_for_quiet(0.2), other.wait_for_quiet(0.2))
            await call.hang_up()
            assert await other.ended(5) == CallEnd.FAR_HUNG_UP
            return call, other

    call, other = run(scene())
    for heard, hz, played_db in ((call.heard(), 1000, -20), (other.heard(), 440, -12)):
        loud = np.flatnonzero(np.abs(heard) > 100)
        middle = heard[loud[0] + 800 : loud[0] + 7200]
        assert tone_share(middle, hz) > 0.95
        assert level_db(middle) == pytest.approx(played_db, abs=1.0)
    assert call.statuses in ([180, 200], [100, 180, 200])
    assert call.end == CallEnd.NEAR_HUNG_UP
    assert call.invite_to_ok_s is not None
    assert 0 < call.invite_to_ok_s < 5
    assert call.first_audio_s is not None
    assert call.slots().count >= 50


def test_callee_hangs_up(run):
    """A BYE from the called side ends the call on both sides, and what follows is refused clearly."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            await other.hang_up()
            assert await call.ended(5) == CallEnd.FAR_HUNG_UP
            assert other.end == CallEnd.NEAR_HUNG_UP
            with pytest.raises(CallOver):
                await call.play(tone(440, 0.1))
            with pytest.raises(CallOver):
                await call.wait_for_speech(1)

    run(scene())


def test_waiting_ends_with_the_call(run):
    """Whoever waits to hear something learns at once that the far end hung up."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            waiting = asyncio.create_task(call.wait_for_speech(20))
            playing = asyncio.create_task(call.play(tone(440, 20)))
            await other.wait_for_tone(440)
            await other.hang_up()
            for task in (waiting, playing):
                with pytest.raises(CallOver):
                    await task

    run(scene())


@pytest.mark.parametrize("by", ["rfc4733", "info"])
def test_digits_arrive_as_sent(run, by):
    """Every key of a phone arrives once, in order, with its duration, by either method."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            await call.send_digits("11590#*0", by=by, press_ms=60)
            heard = await other.wait_for_digits(8)
            await call.hang_up()
            return heard

    heard = run(scene())
    assert "".join(key.key for key in heard) == "11590#*0"
    assert {(key.by, key.duration_ms) for key in heard} == {(by, 60)}


def test_cancel_before_the_answer(run):
    """Hanging up while it rings sends CANCEL: both sides see the call as cancelled, never answered."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            ringing: asyncio.Queue[IncomingCall] = asyncio.Queue()

            async def ring(call: IncomingCall) -> None:
                await call.ring()
                ringing.put_nowait(call)
                await call.ended(10)

            far.on_invite = ring
            call = await near.dial(far.uri)
            other = await ringing.get()
            await call.wait_for_status(180)
            await call.hang_up()
            assert await other.ended(5) == CallEnd.CANCELLED
            assert call.end == CallEnd.CANCELLED
            assert call.status == 487
            with pytest.raises(CallRefused):
                await call.answered(1)
            with pytest.raises(CallOver):
                await other.answer()

    run(scene())


@pytest.mark.parametrize("status", [486, 603, 503])
def test_refusal_is_told_with_its_status(run, status):
    """A refused call raises CallRefused with the status that the far end gave."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            far.on_invite = lambda call: call.reject(status)
            call = await near.dial(far.uri)
            with pytest.raises(CallRefused) as refused:
                await call.answered(5)
            assert refused.value.status == status
            assert call.end == CallEnd.REFUSED

    run(scene())


def test_unknown_user_is_not_found(run):
    """A number that the far end does not have is refused with 404."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            Answering(far)
            host, port = far.address
            call = await near.dial(f"sip:9999@{host}:{port}")
            with pytest.raises(CallRefused, match="404"):
                await call.answered(5)

    run(scene())


def test_headers_of_the_invite_reach_the_far_end(run):
    """Custom headers arrive, and the asserted identity wins over From as the caller's number."""

    async def scene():
        async with Phone(user="8001") as far, Phone(user="114") as near:
            owner = Answering(far)
            headers = {"P-Asserted-Identity": "<sip:03916668888@exchange.example>", "X-Test": "one two"}
            call = await near.dial(far.uri, display="查号台", headers=headers)
            await call.answered(5)
            other = await owner.calls.get()
            assert other.remote_headers.get("X-Test") == "one two"
            assert other.caller_number == "03916668888"
            assert other.dialled == "8001"
            plain = await near.dial(far.uri, user="13900000002")
            await plain.answered(5)
            assert (await owner.calls.get()).caller_number == "13900000002"
            assert call.remote_headers.get("Contact") == f"<{far.uri}>"

    run(scene())


def test_hold_and_resume(run):
    """A re-INVITE with sendonly silences the far end's packets until the call is resumed."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            await call.wait_for_quiet(0.1)
            await call.hold()
            assert other.local.direction == "recvonly"
            await call.pause(0.1)
            before = call.media.heard.packets
            await call.pause(0.3)
            assert call.media.heard.packets == before
            await call.resume()
            playing = asyncio.create_task(other.play(tone(440, 1)))
            await call.wait_for_tone(440)
            await playing

    run(scene())


def test_nobody_answers(run):
    """A far end that rings for ever is told as NoAnswer, and leaving the phone cancels the call."""

    async def scene():
        async with Phone(user="8001") as far:
            ends: asyncio.Queue[CallEnd] = asyncio.Queue()

            async def ring(call: IncomingCall) -> None:
                await call.ring()
                ends.put_nowait(await call.ended(10))

            far.on_invite = ring
            async with Phone() as leaving:
                call = await leaving.dial(far.uri)
                await call.wait_for_status(180)
                with pytest.raises(NoAnswer):
                    await call.answered(0.05)
            assert await ends.get() == CallEnd.CANCELLED

    run(scene())


def test_a_delayed_packet_is_late_at_the_far_end(run):
    """A packet that its sender holds back for 60 ms makes exactly its own slot late at the receiver."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            send, loop, sent = call.media.socket.send, asyncio.get_running_loop(), []

            def hold_back_the_twentieth(data, address):
                sent.append(data)
                if len(sent) == 20:
                    loop.call_later(0.060, send, data, address)
                else:
                    send(data, address)

            call.media.socket.send = hold_back_the_twentieth
            await call.play(tone(440, 1.0))
            await call.hang_up()
            await other.ended(5)
            return other.slots(), unpack(sent[19]), other.media.heard._segments[0].first_timestamp

    slots, held, first = run(scene())
    slot = (held.timestamp - first) % 2**32 // 160
    assert slots.lost == 0
    assert slots.late >= 1
    assert slots.lateness_s[slot] - slots.lateness_s.min() > 0.055  # the least late one came in time


def test_what_was_said_and_heard_is_kept(run, tmp_path):
    """Both recordings have one timeline: an echo phone's answer stands where it was heard."""

    async def scene():
        async with Phone(user="8001") as far, Phone() as near:
            owner = Answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await owner.calls.get()
            await call.pause(0.2)
            await call.play(tone(440, 0.4))
            await other.wait_for_quiet(0.1)
            await other.play(tone(1000, 0.4))
            await call.wait_for_quiet(0.2)
            await call.hang_up()
            return call.record_to(tmp_path / "call")

    said, heard = (soundfile.read(path, dtype="int16") for path in run(scene()))
    assert said[1] == heard[1] == 8000
    assert len(said[0]) == len(heard[0])
    spoken, listened = np.flatnonzero(np.abs(said[0]) > 500), np.flatnonzero(np.abs(heard[0]) > 500)
    assert spoken[0] / 8000 == pytest.approx(0.3, abs=0.11)
    assert (spoken[-1] - spoken[0]) / 8000 == pytest.approx(0.4, abs=0.01)
    assert listened[0] > spoken[-1]
    assert tone_share(heard[0][listened[0] : listened[-1]], 1000) > 0.95
