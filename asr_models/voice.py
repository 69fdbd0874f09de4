"""The synthesiser that speaks our prompts and test dialogues: Kokoro-82M, at telephone rate.

Mandarin is its own; words in Latin letters are spoken by the English voice.

Only rendering needs it: what it says is committed as audio, so a running system has no synthesiser.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from asr_models.english import english_phonemizer
from ledger.errors import MissingAsset

Audio = npt.NDArray[np.float32]

ASSET = "kokoro-82m-v1.0-int8"
ENGLISH_ASSET = "kokoro-82m-v1.0-english"
ENGLISH_VOICE = "af_heart"
MODEL_RATE_HZ = 24_000
TELEPHONE_RATE_HZ = 8_000
MOST_TOKENS = 510  # the model's context of 512 less the padding at both ends
SPEECH_LEVEL_DBFS = -20.0  # RMS of the frames with speech, a usual level on the telephone network
MOST_PEAK = 0.95
EDGE_SILENCE_S = 0.1
JOINT_SILENCE_S = 0.02  # at the ends of a fragment that others join
PIECE_PAUSE_S = 0.25  # between pieces of a text that is too long for the model
FRAME_S = 0.01
SPEECH_BELOW_PEAK_DB = 35.0  # a frame this far below the loudest one is no speech
# Words that the dictionary gives another reading than telephone desks do
PRONUNCIATIONS = {"重听": [["chóng"], ["tīng"]], "重拨": [["chóng"], ["bō"]]}
LATIN = re.compile(
    r"[A-Za-z](?:[A-Za-z ,;:.!?'-]*[A-Za-z.!?])?"
)  # a run of English, with its spaces and points
PIECE = re.compile(r"[^，、；：。！？,;:.!?]*[，、；：。！？,;:.!?]*")


class Voice:
    """Kokoro-82M int8 from the folder of the asset `kokoro-82m-v1.0-int8`, and perhaps of further voices.

    The folder holds `model.onnx`, `vocab.json` and `voices/<name>.bin` (510 x 256 float32).
    Raises MissingAsset where a file or a package of the extra `render` is missing.
    """

    def __init__(self, folder: Path, *further: Path) -> None:
        self._folders = (folder, *further)
        runtime, self._mandarin = _load_packages()
        self._vocabulary = _load_vocabulary(_present(folder / "vocab.json"))
        self._session = _open_session(runtime, _present(folder / "model.onnx"))
        self._english = cache(english_phonemizer)
        self._styles: dict[str, Audio] = {}

    def say(self, text: str, *, voice: str, speed: float = 1.0, joins: bool = False) -> Audio:
        """`text` as mono float32 at 8 kHz, speech at -20 dBFS, about 0.1 s of silence at both ends.

        One that `joins` others has next to no silence. Digits are spoken as the text writes them, so write
        them in Chinese characters. Raises MissingAsset for a voice that is not installed, ValueError for a
        text without sound.
        """
        spoken = [
            self._speak(tokens, self._style(speaker), speed)
            for speaker, run in by_script(text, voice)
            for tokens in self._pieces(run, speaker)
        ]
        if not spoken:
            raise ValueError(f"the text {text!r} has no sound; write words in Chinese characters or English")
        return to_telephone(_join(spoken), JOINT_SILENCE_S if joins else EDGE_SILENCE_S)

    def _pieces(self, text: str, voice: str) -> list[list[int]]:
        pieces = split_text(text, lambda piece: len(self._tokens(piece, voice)), MOST_TOKENS)
        return [self._tokens(piece, voice) for piece in pieces]

    def _tokens(self, text: str, voice: str) -> list[int]:
        phonemize = self._mandarin if voice.startswith("z") else self._english()
        tokens = [self._vocabulary[sound] for sound in phonemize(text) if sound in self._vocabulary]
        if not tokens:
            raise ValueError(f"the text {text!r} has no sound; write words in Chinese characters or English")
        return tokens

    def _speak(self, tokens: list[int], style: Audio, speed: float) -> Audio:
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[len(tokens) - 1].reshape(1, -1),
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).reshape(-1)

    def _style(self, voice: str) -> Audio:
        if voice not in self._styles:
            asset = ASSET if voice.startswith("z") else ENGLISH_ASSET
            places = [folder / "voices" / f"{voice}.bin" for folder in self._folders]
            path = next((place for place in places if place.is_file()), places[0])
            self._styles[voice] = np.fromfile(_present(path, asset), dtype=np.float32).reshape(
                MOST_TOKENS, -1
            )
        return self._styles[voice]


def by_script(text: str, voice: str) -> Iterator[tuple[str, str]]:
    """A text in runs of one script, each with who speaks it: Mandarin voices know no English."""
    if not voice.startswith("z"):
        yield voice, text
        return
    start = 0
    for match in LATIN.finditer(text):
        runs = ((voice, text[start : match.start()]), (ENGLISH_VOICE, match[0]))
        yield from ((speaker, run) for speaker, run in runs if re.search(r"\w", run))
        start = match.end()
    if re.search(r"\w", text[start:]):
        yield voice, text[start:]


def split_text(text: str, length: Callable[[str], int], most: int) -> list[str]:
    """`text` in as few pieces as have a length of at most `most`, cut at punctuation if it can be."""
    if length(text) <= most:
        return [text]
    clauses = [clause for clause in PIECE.findall(text) if clause.strip()]
    if len(clauses) == 1:
        middle = len(text) // 2
        return [*split_text(text[:middle], length, most), *split_text(text[middle:], length, most)]
    pieces: list[str] = []
    for clause in clauses:
        if pieces and length(pieces[-1] + clause) <= most:
            pieces[-1] += clause
        else:
            pieces.extend(split_text(clause, length, most))
    return pieces


def to_telephone(audio: Audio, edge_s: float = EDGE_SILENCE_S) -> Audio:
    """Speech at 24 kHz as it sounds at the telephone: 8 kHz, -20 dBFS, `edge_s` of silence at both ends."""
    narrow = np.asarray(
        soxr.resample(audio, MODEL_RATE_HZ, TELEPHONE_RATE_HZ, quality="HQ"), dtype=np.float32
    )
    loud = _speech_frames(narrow)
    if not loud.any():
        raise ValueError("the synthesiser made no sound; choose another voice or reword the text")
    return _level(_trim(narrow, loud, edge_s), _rms(narrow, loud))


def _speech_frames(audio: Audio) -> npt.NDArray[np.bool_]:
    """For each whole frame of 10 ms whether it is speech, measured against the loudest one."""
    energy = np.mean(np.square(_frames(audio)), axis=1)
    if not energy.size or energy.max() <= 0:
        return np.zeros(energy.size, dtype=np.bool_)
    return np.asarray(energy > energy.max() * 10 ** (-SPEECH_BELOW_PEAK_DB / 10))


def _frames(audio: Audio) -> Audio:
    size = int(FRAME_S * TELEPHONE_RATE_HZ)
    return audio[: len(audio) // size * size].reshape(-1, size)


def _rms(audio: Audio, loud: npt.NDArray[np.bool_]) -> float:
    return float(np.sqrt(np.mean(np.square(_frames(audio)[loud]))))


def _trim(audio: Audio, loud: npt.NDArray[np.bool_], edge_s: float) -> Audio:
    size, edge = int(FRAME_S * TELEPHONE_RATE_HZ), int(edge_s * TELEPHONE_RATE_HZ)
    first, last = np.flatnonzero(loud)[[0, -1]]
    start, end = first * size - edge, (last + 1) * size + edge
    inside = audio[max(start, 0) : end]
    return np.pad(inside, (max(-start, 0), max(end - len(audio), 0)))


def _level(audio: Audio, rms: float) -> Audio:
    gain = min(10 ** (SPEECH_LEVEL_DBFS / 20) / rms, MOST_PEAK / float(np.abs(audio).max()))
    return np.asarray(audio * gain, dtype=np.float32)


def _join(spoken: list[Audio]) -> Audio:
    pause = np.zeros(int(PIECE_PAUSE_S * MODEL_RATE_HZ), dtype=np.float32)
    parts = [part for piece in spoken for part in (pause, piece)]
    return np.concatenate(parts[1:])


def _load_packages() -> tuple[Any, Callable[[str], str]]:
    try:
        import onnxruntime  # noqa: PLC0415  an extra that running does not need
        import pypinyin  # noqa: PLC0415
        from misaki.zh import ZHG2P  # noqa: PLC0415
    except ImportError as error:
        raise MissingAsset(
            f"rendering speech needs the package {error.name!r}: run `pip install 'hotline[render]'`"
        ) from error
    logging.getLogger("jieba").setLevel(logging.WARNING)  # it tells of its dictionary on standard error
    pypinyin.load_phrases_dict(PRONUNCIATIONS)
    convert = ZHG2P()
    return onnxruntime, lambda text: str(convert(text)[0])


def _open_session(runtime: Any, path: Path) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1  # rendering runs beside other work and need not hurry
    options.log_severity_level = 3
    return runtime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def _load_vocabulary(path: Path) -> dict[str, int]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return dict(content.get("vocab", content))


def _present(path: Path, asset: str = ASSET) -> Path:
    if not path.is_file():
        raise MissingAsset(f"the voice has no {path}: install it with `hotline models install {asset}`")
    return path
