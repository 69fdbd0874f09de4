"""Numbers that are spoken and recognised: hidden in the text, and not to be heard in what is played."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from console.secrets import MARGIN_S
from ledger.redaction.finding import find_secrets
from ledger.redaction.hiding import HIDDEN, Veil, silent_spans
from ledger.states import Role
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

AUDIO = Path("callers/dialogues/audio")
DIGITS = set("0123456789零一二三四五六七八九幺")
TRACK = Track(channel=0, role=Role.CALLER)
CLIPS = (
    ("114-hotel-wrong-number/02", "请记录"),  # some digits are heard as other words
    ("114-pharmacy-perfect/03", "对吗"),
    ("114-branch-perfect/04", "请记录"),
)


@pytest.mark.parametrize(("clip", "other_words"), CLIPS, ids=[clip for clip, _ in CLIPS])
def test_a_spoken_number_is_neither_read_nor_heard(
    transcriber: Transcriber, tmp_path: Path, clip: str, other_words: str
) -> None:
    """It is ● and the words beside it stay; of the silenced sound the recogniser hears no three digits."""
    heard = transcriber.transcribe(AUDIO / f"{clip}.flac", recording_sha256="", tracks=[TRACK])
    secrets = find_secrets(heard.turns)
    shown = "".join(turn.text for turn in Veil.of(heard.turns, secrets).over_turns(heard.turns))
    assert other_words in shown
    assert HIDDEN * 8 in shown
    assert not set(shown) & DIGITS
    samples, rate_hz = soundfile.read(AUDIO / f"{clip}.flac", dtype="int16")
    for start_s, end_s in silent_spans(secrets, MARGIN_S):
        samples[int(start_s * rate_hz) : int(end_s * rate_hz)] = 0
    soundfile.write(tmp_path / "silenced.flac", samples, rate_hz)
    again = transcriber.transcribe(tmp_path / "silenced.flac", recording_sha256="", tracks=[TRACK])
    left = "".join(turn.text for turn in again.turns)
    assert sum(sign in DIGITS for sign in left) < 3, left
