"""The main job with phones that nobody here wrote: baresip and sipp call 114 and end up in the list."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from pypinyin import lazy_pinyin

from asr_models.store import require
from callers.dialogue import Dialogue, load_dialogues
from callers.g711 import PCMA
from hotline.demo import USER, make_guest
from hotline.stand import Stand, open_stand, settle
from ledger import calls
from ledger.records import Call
from ledger.settings import Settings
from ledger.states import CallState, Place, Role
from tests.hotline.phones import HOST, RtpSink, baresip, run_sipp
from tests.programs import needs
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

PATIENCE_S = 120.0
# 本次通话将被(录音。您好，)114: the notice, then the greeting
GREETED = re.compile("ben ci tong hua jiang bei .*114")


def greeting_only() -> Dialogue:
    """A dialogue in which the operator greets, waits for one sentence of the caller, and hangs up."""
    dialogue = load_dialogues()["114-hospital-perfect"]
    return dialogue.model_copy(update={"turns": dialogue.turns[:1], "hang_up": "operator", "survey": None})


def callers_speech() -> np.ndarray:
    """What the callers say: a rendered sentence, 16 bit at 8000 Hz."""
    dialogue = load_dialogues()["114-hospital-perfect"]
    turn = next(index for index, turn in enumerate(dialogue.turns) if turn.who == "caller")
    return soundfile.read(dialogue.audio_path(turn), dtype="int16")[0]


def syllables_heard(settings: Settings, path: Path) -> str:
    """What Vosk hears in a file, as toneless pinyin."""
    transcriber = Transcriber(require(settings.model, settings.models_dir))
    transcript = transcriber.transcribe(
        path, recording_sha256="", tracks=[Track(channel=0, role=Role.MIXED, spans=None)]
    )
    return " ".join(lazy_pinyin("".join(turn.text for turn in transcript.turns)))


async def scored_call(stand: Stand, caller: str) -> Call:
    """The caller's call once it is scored."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with stand.ledger.reading() as session:
                found = [call for call in calls.list_calls(session) if call.caller == caller]
            if found and found[0].state is CallState.SCORED:
                return found[0]
            await asyncio.sleep(0.3)  # polling other processes' ledger


async def listed(stand: Stand, call: Call) -> bool:
    """Whether somebody who signs in sees the call in the list."""
    password = await asyncio.to_thread(make_guest, stand)
    async with httpx.AsyncClient(base_url=stand.console_url, follow_redirects=True, timeout=120) as browser:
        form = (await browser.get("sign-in")).text
        token = form.split('name="csrf" value="')[1].split('"')[0]
        await browser.post("sign-in", data={"name": USER, "password": password, "csrf": token})
        return call.id in (await browser.get("calls")).text


@pytest.mark.slow
@needs("baresip")
def test_baresip_hears_the_greeting_presses_a_key_and_reaches_an_operator(tmp_path: Path) -> None:
    """It speaks a file, records what it hears and sends RFC 4733 digits; its call is recorded and listed."""
    settings = settle(tmp_path / "stand", log_level="warning")
    speech = tmp_path / "speech.wav"
    soundfile.write(speech, np.concatenate([np.zeros(8000, np.int16), *[callers_speech()] * 8]), 8000)
    number = "13700000001"

    async def scenario() -> tuple[Call, Path]:
        async with open_stand(settings) as stand:
            stand.expected[number] = greeting_only()
            target = f"sip:114@{stand.sip_uri}"
            async with baresip(tmp_path / "baresip", target, user=number, speech=speech) as phone:
                await reached_menu(stand, number)
                phone.press("1")
                call = await scored_call(stand, number)
            assert await listed(stand, call)
            return call, phone.heard()

    call, heard = asyncio.run(scenario())
    assert call.operator in {"8001", "8002"}
    assert [mark.detail for mark in call.marks if ": " in mark.detail] == ["directory: 1"]
    assert GREETED.search(syllables_heard(settings, heard))
    assert callers_loudness(settings, call) > 500


async def reached_menu(stand: Stand, caller: str) -> None:
    """Until the caller was answered and has heard notice and greeting."""
    async with asyncio.timeout(20):
        while True:
            with stand.ledger.reading() as session:
                found = [call for call in calls.list_calls(session) if call.caller == caller]
            if found and found[0].answered_at:
                break
            await asyncio.sleep(0.1)  # polling the line's ledger
    await asyncio.sleep(7)  # a person listens to notice and greeting, too


def callers_loudness(settings: Settings, call: Call) -> float:
    """The root mean square of what the line recorded of the caller in the conversation, in 16-bit steps."""
    with soundfile.SoundFile(next(settings.recordings_dir.rglob(f"{call.id}.flac"))) as audio:
        stereo = audio.read(dtype="int16")
    talk = next(mark for mark in call.marks if mark.place is Place.OPERATOR)
    said = stereo[int(talk.start_s * 8000) : int(talk.end_s * 8000), 0].astype(float)
    return float(np.sqrt(np.mean(said**2)))


@pytest.mark.slow
@needs("sipp")
def test_sipp_with_rtp_does_the_same(tmp_path: Path) -> None:
    """Its audio goes out as RTP, its key as SIP INFO; what it hears arrives at a port where we listen."""
    settings = settle(tmp_path / "stand", log_level="warning")
    (tmp_path / "speech.raw").write_bytes(PCMA.encode(np.tile(callers_speech(), 8)))
    scenario_file = Path(__file__).parent / "sipp_caller.xml"
    number = "13700000002"

    async def scenario() -> tuple[Call, np.ndarray]:
        loop = asyncio.get_running_loop()
        transport, sink = await loop.create_datagram_endpoint(RtpSink, local_addr=(HOST, 0))
        port = transport.get_extra_info("sockname")[1]
        try:
            async with open_stand(settings) as stand:
                stand.expected[number] = greeting_only()
                status, errors = await run_sipp(
                    tmp_path, scenario_file, stand.sip_uri, number="114", user=number, rtp_port=port
                )
                assert status == 0, errors
                call = await scored_call(stand, number)
                assert await listed(stand, call)
                return call, sink.samples()
        finally:
            transport.close()

    call, samples = asyncio.run(scenario())
    soundfile.write(tmp_path / "heard.wav", samples, 8000)
    assert call.operator in {"8001", "8002"}
    assert GREETED.search(syllables_heard(settings, tmp_path / "heard.wav"))
    assert callers_loudness(settings, call) > 500
