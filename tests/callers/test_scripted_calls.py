"""Synthetic callers and operators hold dialogues with each other; load is told in numbers."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from callers.caller import SyntheticCaller
from callers.dialogue import STANDARD, Dialogue, load_dialogue
from callers.hearing import level_db, tone
from callers.incoming_call import IncomingCall
from callers.load import run_load
from callers.operator import SyntheticOperator
from callers.phone import Phone
from callers.phone_call import CallEnd
from callers.sip_transport import UdpWire
from ledger.errors import MissingAsset

DIALOGUE = """
id: short-one
title: a short one
hotline: "114"
menu: {menu}
dtmf: {dtmf}
voices: {{caller: zm_yunxi, operator: zf_xiaoxiao}}
turns:
  - {{who: operator, text: 您好}}
  - {{who: caller, text: 请查电话}}
  - {{who: operator, text: 再见, pause_s: 0.5}}
hang_up: {hang_up}
{survey}
facts: {{}}
split: tune
truth: {{greeting: pass, closing: pass, forbidden-words: pass, offer-more-help: pass}}
"""


@pytest.fixture
def write_dialogue(tmp_path):
    """Writes a dialogue of three turns, each a second of syllables of its own."""

    def write(
        *, menu: str = "[]", dtmf: str = "rfc4733", hang_up: str = "operator", survey: str = ""
    ) -> Dialogue:
        path = tmp_path / "short-one.yaml"
        path.write_text(
            DIALOGUE.format(menu=menu, dtmf=dtmf, hang_up=hang_up, survey=survey), encoding="utf-8"
        )
        dialogue = load_dialogue(path)
        for index in range(3):
            sound = dialogue.audio_path(index)
            sound.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(sound, syllables(index), 8000, subtype="PCM_16")
        return dialogue

    return write


def syllables(seed: int):
    """A second that rises and falls in its own way."""
    rng = np.random.default_rng(seed)
    parts = [tone(rng.uniform(200, 3000), rng.uniform(0.05, 0.25), rng.uniform(-30, -12)) for _ in range(6)]
    return np.concatenate(parts)


class SmallHotline:
    """A hotline of one room: a prompt, a key, music, then the operator's call joined by hand."""

    def __init__(self, phone: Phone, operator_uri: str) -> None:
        self.keys = ""
        self.survey = ""
        self._phone, self._operator_uri = phone, operator_uri
        phone.on_invite = self.take

    async def take(self, call: IncomingCall) -> None:
        await call.answer()
        await call.play(syllables(50))
        await call.wait_for_digits(1)
        self.keys = call.digits
        await call.play(np.concatenate([tone(523, 1.0, -20), syllables(51)]))
        leg = await self._phone.dial(
            self._operator_uri, headers={"P-Asserted-Identity": f"<sip:{call.caller_number}@h.example>"}
        )
        await leg.answered(5)
        self._join(call, leg)
        await leg.ended(30)
        await call.play(syllables(52))
        await call.wait_for_digits(2)
        self.survey = call.digits[1:]
        await call.play(syllables(53))
        await call.hang_up()

    def _join(self, one, other) -> None:
        for heard_by, said_by in ((one, other), (other, one)):
            take = said_by.media.heard.add_audio
            sender = heard_by.media._sender  # a bridge by hand, packet by packet

            def carry(packet, arrival_s, codec, take=take, sender=sender):
                take(packet, arrival_s, codec)
                sender.play(codec.decode(packet.payload))

            said_by.media.heard.add_audio = carry


def test_a_dialogue_goes_to_its_end(run, write_dialogue, tmp_path):
    """Caller and operator, joined directly, take every turn in order and the operator hangs up."""
    dialogue = write_dialogue()

    async def scene():
        async with SyntheticOperator(user="8001", answer_after_s=0.05) as operator:
            operator.expect("13800000007", dialogue)
            caller = SyntheticCaller(record_to=tmp_path / "heard")
            report = await caller.run(dialogue, operator.uri, "13800000007")
            return report, await operator.next_report(5)

    report, seen = run(scene())
    assert report.went_well
    assert (report.answered, report.ending) == (True, CallEnd.FAR_HUNG_UP)
    assert (seen.answered, seen.ending, seen.number) == (True, CallEnd.NEAR_HUNG_UP, "13800000007")
    assert (seen.missed_turns, seen.cut_at, seen.problem) == ((), None, None)
    assert report.sip_call_id
    said, _ = soundfile.read(tmp_path / "heard" / "short-one-13800000007" / "said.wav", dtype="int16")
    heard, _ = soundfile.read(tmp_path / "heard" / "short-one-13800000007" / "heard.wav", dtype="int16")
    assert len(said) == len(heard)
    spans = [np.flatnonzero(np.abs(samples) > 200) for samples in (heard, said)]
    said_from, said_to = spans[1][0], spans[1][-1]
    assert level_db(heard[said_from:said_to]) < -60  # nobody spoke while the caller did
    assert (spans[0] < said_from).any()
    assert (spans[0] > said_to).any()
    gap_s = (spans[0][spans[0] > said_to][0] - said_to) / 8000
    assert 0.35 < gap_s < 1.0  # the pause that the last turn asks for


def test_menu_music_operator_and_survey(run, write_dialogue):
    """Through a hotline: the key after the prompt, no word to the music, the dialogue, the survey's key."""
    dialogue = write_dialogue(menu='[{send: "1", after: quiet}]', dtmf="info", survey='survey: "5"')

    async def scene():
        async with (
            SyntheticOperator(user="8001", answer_after_s=0.05) as operator,
            Phone(user="114") as house,
        ):
            hotline = SmallHotline(house, operator.uri)
            operator.expect("13800000008", dialogue)
            report = await SyntheticCaller().run(dialogue, house.uri, "13800000008")
            return report, await operator.next_report(5), hotline

    report, seen, hotline = run(scene())
    assert report.went_well, report
    assert (hotline.keys, hotline.survey) == ("1", "5")
    assert report.survey_sent
    assert seen.missed_turns == ()
    assert seen.number == "13800000008"
    assert report.first_audio_s is not None


def test_a_caller_who_hangs_up(run, write_dialogue):
    """Where the dialogue says so, the caller puts the phone down and the operator sees it."""
    dialogue = write_dialogue(hang_up="caller")

    async def scene():
        async with SyntheticOperator(user="8001", answer_after_s=0.0) as operator:
            operator.expect("13800000009", dialogue)
            report = await SyntheticCaller().run(dialogue, operator.uri, "13800000009")
            return report, await operator.next_report(5)

    report, seen = run(scene())
    assert report.went_well
    assert (report.ending, seen.ending) == (CallEnd.NEAR_HUNG_UP, CallEnd.FAR_HUNG_UP)


def test_refused_and_cut_calls_are_told(run, write_dialogue):
    """A refused call and one that the far end cuts short are reported as such, with what is wrong."""
    dialogue = write_dialogue()

    async def scene():
        async with Phone(user="114") as house:
            house.on_invite = lambda call: call.reject(503)
            refused = await SyntheticCaller().run(dialogue, house.uri, "13800000010")

            async def cut(call: IncomingCall) -> None:
                await call.answer()
                await call.play(syllables(0))
                await call.wait_for_speech(5)
                await call.hang_up()

            house.on_invite = cut
            return refused, await SyntheticCaller().run(dialogue, house.uri, "13800000010")

    refused, cut = run(scene())
    assert (refused.answered, refused.status, refused.ending) == (False, 503, CallEnd.REFUSED)
    assert "503" in refused.problem
    assert (cut.answered, cut.cut_at, cut.ending) == (True, 1, CallEnd.FAR_HUNG_UP)
    assert not cut.went_well


def test_an_operator_has_one_call_at_a_time(run, write_dialogue):
    """A second caller hears busy, and a caller whom nobody announced is not answered."""
    dialogue = write_dialogue()

    async def scene():
        async with SyntheticOperator(user="8001", answer_after_s=0.0) as operator, Phone() as phone:
            operator.expect("1", dialogue)
            stranger = await phone.dial(operator.uri, user="2")
            await stranger.ended(5)
            first = await phone.dial(operator.uri, user="1")
            await first.answered(5)
            second = await phone.dial(operator.uri, user="1")
            await second.ended(5)
            await first.hang_up()
            reports = [await operator.next_report(5) for _ in range(2)]
            return stranger, second, reports

    stranger, second, reports = run(scene())
    assert (stranger.status, second.status) == (480, 486)
    assert [report.dialogue for report in reports] == [None, "short-one"]


def test_missing_audio_is_told_before_the_call(run, write_dialogue):
    """A dialogue whose audio is not rendered places no call: the error names the file."""
    dialogue = write_dialogue()
    dialogue.audio_path(1).unlink()
    with pytest.raises(MissingAsset, match=r"01\.flac"):
        run(SyntheticCaller().run(dialogue, "sip:114@127.0.0.1:9", "1"))


def test_a_real_dialogue(run):
    """The first turns of a rendered dialogue are held between two phones, each one recognised."""
    whole = load_dialogue(STANDARD / "114-school-no-greeting.yaml")
    dialogue = whole.model_copy(update={"menu": (), "survey": None, "turns": whole.turns[:4]})

    async def scene():
        async with SyntheticOperator(user="8001") as operator:
            operator.expect("13800000011", dialogue)
            report = await SyntheticCaller().run(dialogue, operator.uri, "13800000011")
            return report, await operator.next_report(5)

    report, seen = run(scene())
    assert report.went_well, report
    assert seen.missed_turns == ()


def test_load_counts_every_call(run):
    """Ten callers for three seconds: every call is answered or refused, and every slot is counted."""

    async def scene():
        async with Phone(user="114") as house:
            turned_away = 0

            async def take(call: IncomingCall) -> None:
                nonlocal turned_away
                if call.caller_number == "13900000003":
                    turned_away += 1
                    await call.reject(503)
                    return
                await call.answer()
                await call.play(tone(440, 5))

            house.on_invite = take
            return await run_load(house.uri, 10, 3.0, call_s=0.8), turned_away

    report, turned_away = run(scene())
    assert report.callers == 10
    assert report.calls == report.answered + report.refused + report.unaccounted
    assert report.unaccounted == 0
    assert report.refusals == {503: turned_away}
    assert report.answered >= 9
    assert 0 < report.answer_ms_p50 <= report.answer_ms_p99
    assert report.silent == 0
    assert report.slots > 9 * 30
    assert report.late_slots_share == report.late_slots / report.slots


def test_load_against_nobody_is_unaccounted(run):
    """Callers whom nobody answers are counted, not forgotten."""

    async def scene():
        wire = UdpWire()
        host, port = await wire.open("127.0.0.1", 0, lambda *_: None)
        try:
            return await run_load(f"sip:114@{host}:{port}", 2, 0.2, answer_wait_s=0.2)
        finally:
            wire.close()

    report = run(scene())
    assert (report.calls, report.unaccounted, report.answered) == (2, 2, 0)
    assert report.answer_ms_p50 is None
