"""CPU for a second of stereo call, beside the stock way: a new recogniser per channel, whole stream."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import jiwer
import numpy as np
import soundfile
import vosk
from pypinyin import lazy_pinyin

from asr_models.store import InstalledModel, require
from bench.figure import Figure
from callers.dialogue import Dialogue, load_dialogues
from callers.g711 import PCMA
from ledger.records import Turn
from ledger.settings import load_settings
from ledger.states import Role
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

DIALOGUES = 6
RATE_HZ = 8000
CHUNK_FRAMES = 2000  # what stock clients feed at a time


def measure(folder: Path) -> list[Figure]:
    """CPU seconds per second of stereo call, and pinyin error, ours and stock."""
    settings = load_settings()
    model = require(settings.model, settings.models_dir)
    calls = [
        (dialogue, _record(dialogue, folder)) for dialogue in list(load_dialogues().values())[:DIALOGUES]
    ]
    length_s = sum(soundfile.info(path).duration for _, path in calls)
    truth = [_syllables(_spoken(dialogue)) for dialogue, _ in calls]
    stock_cpu_s, stock_texts = _stock(model, [path for _, path in calls])
    our_cpu_s, our_texts = _ours(model, [path for _, path in calls])
    how = f"{DIALOGUES} rendered dialogues through A-law, {length_s:.0f} s of stereo, process CPU time"
    peer = "peer: Vosk's own loop, a new recogniser per channel, whole stream"
    return [
        Figure(
            name="CPU per second of stereo call",
            unit="s",
            ours=our_cpu_s / length_s,
            peer=stock_cpu_s / length_s,
            how=f"{how}; model loaded before; {peer}",
        ),
        Figure(
            name="toneless pinyin error",
            unit="%",
            ours=100 * jiwer.wer(truth, [_syllables(text) for text in our_texts]),
            peer=100 * jiwer.wer(truth, [_syllables(text) for text in stock_texts]),
            how="the same recordings, syllables as words (jiwer), each channel after the other",
        ),
    ]


def _spoken(dialogue: Dialogue) -> str:
    """The caller's words, then the operator's."""
    sides = ("caller", "operator")
    return "".join(turn.text for side in sides for turn in dialogue.turns if turn.who == side)


def _record(dialogue: Dialogue, folder: Path) -> Path:
    """A dialogue as a stereo file, its turns one after the other, through A-law."""
    stretches = []
    for index, turn in enumerate(dialogue.turns):
        speech, _ = soundfile.read(dialogue.audio_path(index), dtype="int16")
        stretch = np.zeros((len(speech) + RATE_HZ // 2, 2), np.int16)
        stretch[: len(speech), 0 if turn.who == "caller" else 1] = PCMA.decode(PCMA.encode(speech))
        stretches.append(stretch)
    path = folder / f"{dialogue.id}.flac"
    soundfile.write(path, np.concatenate(stretches), RATE_HZ)
    return path


def _stock(model: InstalledModel, paths: list[Path]) -> tuple[float, list[str]]:
    vosk.SetLogLevel(-1)
    loaded = vosk.Model(str(next(model.path.rglob("conf")).parent))
    started_s = time.process_time()
    texts = [_stock_text(loaded, path) for path in paths]
    return time.process_time() - started_s, texts


def _stock_text(model: vosk.Model, path: Path) -> str:
    stereo, _ = soundfile.read(path, dtype="int16")
    return "".join(_stock_channel(model, stereo[:, channel].copy()) for channel in (0, 1))


def _stock_channel(model: vosk.Model, samples: np.ndarray) -> str:
    recogniser = vosk.KaldiRecognizer(model, RATE_HZ)
    chunks = (samples[at : at + CHUNK_FRAMES].tobytes() for at in range(0, len(samples), CHUNK_FRAMES))
    results = [recogniser.Result() for chunk in chunks if recogniser.AcceptWaveform(chunk)]
    return "".join(json.loads(result)["text"] for result in [*results, recogniser.FinalResult()])


def _ours(model: InstalledModel, paths: list[Path]) -> tuple[float, list[str]]:
    transcriber = Transcriber(model)
    transcriber.load()
    tracks = [
        Track(channel=0, role=Role.CALLER, spans=None),
        Track(channel=1, role=Role.OPERATOR, spans=None),
    ]
    started_s = time.process_time()
    transcripts = [transcriber.transcribe(path, recording_sha256="", tracks=tracks) for path in paths]
    cpu_s = time.process_time() - started_s
    return cpu_s, [_by_channel(transcript.turns) for transcript in transcripts]


def _by_channel(turns: Sequence[Turn]) -> str:
    """The words as they were recognised: a turn's text has figures and punctuation of ours."""
    ordered = (turn for role in (Role.CALLER, Role.OPERATOR) for turn in turns if turn.role is role)
    return "".join(word.text for turn in ordered for word in turn.words)


def _syllables(text: str) -> str:
    return " ".join(lazy_pinyin("".join(character for character in text if character.isalnum())))
