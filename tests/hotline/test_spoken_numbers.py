"""Joined numbers are understood: Vosk hears what the fragments say, listening for number words only."""

from __future__ import annotations

import random

import numpy as np
import pytest
import soundfile

from asr_models.store import require
from hotline.ear import Ear
from ledger.settings import load_settings
from sip_config.placeholders import Kind
from sip_config.speech import Speech
from sip_config.spoken import fragments_of
from transcriber.decoder import Decoder

SPEECH = Speech([])
NUMBERS = 40


@pytest.fixture(scope="module")
def ear() -> Ear:
    """The transcriber's decoder."""
    return Ear(Decoder(require("vosk-model-small-cn-0.22", load_settings().models_dir)))


def joined(kind: Kind, value: str | int) -> tuple[np.ndarray, str]:
    """What a caller hears of a value, piece after piece, and its text."""
    library = SPEECH.fragments("zh")
    names = fragments_of(kind, value, "zh")
    pieces = [soundfile.read(library.path(name), dtype="float32")[0] for name in names]
    return np.concatenate(pieces), "".join(library.text(name) or "" for name in names)


def values(kind: Kind) -> list[str | int]:
    """Forty values of a kind, always the same ones."""
    dice = random.Random(7)
    if kind == "digits":
        return ["".join(dice.choice("0123456789") for _ in range(8)) for _ in range(NUMBERS)]
    return [dice.randrange(10 ** dice.randint(1, 5)) for _ in range(NUMBERS)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "words", "least"),
    [("digits", "零幺二三四五六七八九", 32), ("count", "零一二两三四五六七八九十百千万", 32)],
)
def test_numbers_are_understood(ear: Ear, kind: Kind, words: str, least: int) -> None:
    """Four of five numbers are heard without one wrong word; the whole rate is printed."""
    told = [(joined(kind, value), value) for value in values(kind)]
    heard = [(text, ear.hear_words(audio, words)) for (audio, text), _ in told]
    right = sum(text == words_heard for text, words_heard in heard)
    print(f"{kind}: {right} of {len(heard)} heard word for word")  # noqa: T201 - what is measured
    assert right >= least, [pair for pair in heard if pair[0] != pair[1]]
