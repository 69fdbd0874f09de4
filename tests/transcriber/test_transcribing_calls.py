"""Real speech through the real recogniser: who said what, when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import soxr
from spoken_timeline import CALLER, OPERATOR, RATE_HZ, SCRIPT, load_clip, make_call, syllable_errors

from asr_models.store import InstalledModel
from ledger.states import Role
from transcriber import decoder
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

SHA256 = "5" * 64
BOTH = (Track(channel=CALLER, role=Role.CALLER), Track(channel=OPERATOR, role=Role.OPERATOR))
ROLES = {CALLER: Role.CALLER, OPERATOR: Role.OPERATOR}
WORD_TIME_S = 0.15  # how far a word may be from where it was put
WriteRecording = Callable[..., Path]


def test_words_are_heard_and_lie_where_they_were_spoken(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """Each clip gives one turn of its speaker at its moment, with at most one syllable in twenty wrong."""
    call, spoken = make_call()
    transcript = transcriber.transcribe(write_recording(call), recording_sha256=SHA256, tracks=BOTH)
    assert [turn.role for turn in transcript.turns] == [ROLES[said.channel] for said in spoken]
    for turn, said in zip(transcript.turns, spoken, strict=True):
        assert turn.start_s == pytest.approx(said.start_s, abs=WORD_TIME_S)
        assert turn.end_s == pytest.approx(said.end_s, abs=WORD_TIME_S)
    counts = [syllable_errors(s.text, t.text) for t, s in zip(transcript.turns, spoken, strict=True)]
    assert sum(wrong for wrong, _ in counts) / sum(total for _, total in counts) <= 0.05


def test_a_turn_carries_its_words_without_spaces_between_them(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """The text is the words joined; the words follow each other within the turn."""
    call, _ = make_call()
    transcript = transcriber.transcribe(write_recording(call), recording_sha256=SHA256, tracks=BOTH)
    for turn in transcript.turns:
        spoken = "".join(sign for sign in turn.text if sign.isalnum())
        assert spoken == "".join(word.text for word in turn.words)
        assert " " not in turn.text
        times = [moment for word in turn.words for moment in (word.start_s, word.end_s)]
        assert times == sorted(times)
        assert (times[0], times[-1]) == (turn.start_s, turn.end_s)


def test_times_stay_true_from_call_to_call(transcriber: Transcriber, write_recording: WriteRecording) -> None:
    """A kept recogniser counts its time on; a later call's words are on that call's own clock."""
    first, _ = make_call()
    late, _ = make_call(lead_s=7.5)
    track = [Track(channel=OPERATOR, role=Role.OPERATOR)]
    path = write_recording(first, "first.flac"), write_recording(late, "late.flac")
    before, after = (transcriber.transcribe(p, recording_sha256=SHA256, tracks=track).turns for p in path)
    assert len(before) == 2
    assert [t.start_s + 5.5 for t in before] == pytest.approx([t.start_s for t in after], abs=0.1)


def test_the_same_recording_gives_the_same_transcript(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """What a recogniser heard before changes nothing: words, times and confidence come out alike."""
    call, _ = make_call()
    path = write_recording(call)
    first, again = (transcriber.transcribe(path, recording_sha256=SHA256, tracks=BOTH) for _ in range(2))
    assert first == again


def test_what_lies_outside_a_tracks_spans_is_not_listened_to(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """Prompts share the operator's channel: only the bridged spans become the operator's words."""
    call, spoken = make_call()
    closing = spoken[-1]
    bridged = (closing.start_s - 0.5, closing.end_s + 0.5)
    track = Track(channel=OPERATOR, role=Role.OPERATOR, spans=(bridged,))
    (turn,) = transcriber.transcribe(write_recording(call), recording_sha256=SHA256, tracks=[track]).turns
    assert turn.start_s == pytest.approx(closing.start_s, abs=WORD_TIME_S)
    assert syllable_errors(closing.text, turn.text)[0] == 0


def test_speech_is_cut_at_the_edge_of_a_span(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """A span that begins amid speech gives only what lies in it."""
    call, spoken = make_call()
    middle_s = (spoken[0].start_s + spoken[0].end_s) / 2
    track = Track(channel=OPERATOR, role=Role.OPERATOR, spans=((middle_s, spoken[0].end_s + 0.5),))
    (turn,) = transcriber.transcribe(write_recording(call), recording_sha256=SHA256, tracks=[track]).turns
    assert turn.start_s >= middle_s
    assert 2 <= len(turn.text) <= len(spoken[0].text) / 2 + 2


@pytest.mark.parametrize(("name", "rate_hz"), [("a.wav", 16_000), ("b.flac", 44_100), ("c.ogg", 48_000)])
def test_a_mono_import_of_any_rate_and_format_is_understood(
    transcriber: Transcriber, write_recording: WriteRecording, name: str, rate_hz: int
) -> None:
    """One mixed channel at another rate is resampled: same words, same moments."""
    second = np.zeros(RATE_HZ, dtype=np.float32)
    audio = np.concatenate([second, load_clip("help-desk-greeting"), second])
    path = write_recording(soxr.resample(audio, RATE_HZ, rate_hz), name, rate_hz)
    track = [Track(channel=0, role=Role.MIXED)]
    (turn,) = transcriber.transcribe(path, recording_sha256=SHA256, tracks=track).turns
    assert turn.role is Role.MIXED
    assert turn.start_s == pytest.approx(1.1, abs=WORD_TIME_S)
    assert syllable_errors(SCRIPT[0][2], turn.text)[0] <= 1


def test_a_transcript_says_what_made_it(
    transcriber: Transcriber, write_recording: WriteRecording, model: InstalledModel
) -> None:
    """Model, its hash, the recording's hash, Vosk's version and every setting are kept with the words."""
    silence = write_recording(np.zeros((RATE_HZ, 2), dtype=np.float32))
    transcript = transcriber.transcribe(silence, recording_sha256=SHA256, tracks=BOTH)
    assert (transcript.model, transcript.model_sha256) == (model.name, model.sha256)
    assert transcript.recording_sha256 == SHA256
    assert transcript.settings["vosk_version"] == version("vosk")
    assert {"rate_hz", "beam", "max_active", "lattice_beam", "aggressiveness", "padding_s"} <= set(
        transcript.settings
    )


def test_a_renewed_recogniser_hears_the_same_at_the_same_moments(
    model: InstalledModel, write_recording: WriteRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up after some minutes of speech, for the memory that it takes; the words do not tell."""
    transcriber = Transcriber(model)  # what another has composed before depends on which tests ran before
    call, _ = make_call(lead_s=0.5)
    path = write_recording(call)
    kept = transcriber.transcribe(path, recording_sha256=SHA256, tracks=BOTH)
    monkeypatch.setattr(decoder, "RENEW_AFTER_S", 0.0)
    renewed = transcriber.transcribe(path, recording_sha256=SHA256, tracks=BOTH)
    assert kept.turns
    assert renewed.turns == kept.turns


def test_a_model_loaded_once_serves_forked_workers(write_recording: WriteRecording) -> None:
    """A parent loads, forks, and both transcribe the same words: workers can share the model's memory."""
    call, _ = make_call(lead_s=0.5)
    program = Path(__file__).with_name("fork_and_transcribe.py")
    done = subprocess.run(
        [sys.executable, str(program), str(write_recording(call))],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,  # a busy machine
    )
    parent, child = done.stdout.splitlines()
    assert parent == child
    assert "请问有什么可以帮" in parent
