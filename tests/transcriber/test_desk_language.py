"""The language model that we write: the same model in plain arcs, and the ways that a desk adds to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from spoken_timeline import RATE_HZ

from asr_models.store import InstalledModel
from ledger.states import Role
from transcriber.desk_language import DeskLanguage, adapt
from transcriber.language_model import LanguageModel, read_ngrams, write_language
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

DIALOGUES = Path(__file__).parents[2] / "callers" / "dialogues" / "audio"
SAME_DIGIT = str.maketrans("幺两洞", "一二零")
WriteRecording = Callable[..., Path]


@pytest.fixture(scope="module")
def language(model: InstalledModel) -> LanguageModel:
    """The real model's own."""
    found = read_ngrams(model.path / "graph" / "Gr.fst")
    assert found is not None
    return found


def cost_of(language: LanguageModel, *texts: str) -> float:
    """The cheapest way from the beginning of a sentence through words, backing off where it must."""
    states, arcs = language.states, language.arcs

    def freely(reached: dict[int, float]) -> dict[int, float]:
        waiting = list(reached)
        while waiting:
            at = waiting.pop()
            first = states["first"][at]
            for arc in arcs[first : first + states["in_eps"][at]]:
                cost = reached[at] + float(arc["cost"])
                if cost < reached.get(int(arc["to"]), math.inf):
                    reached[int(arc["to"])] = cost
                    waiting.append(int(arc["to"]))
        return reached

    reached = freely({language.start: 0.0})
    for text in texts:
        after: dict[int, float] = {}
        for at, cost in reached.items():
            leaving = arcs[states["first"][at] : states["first"][at] + states["arcs"][at]]
            for arc in leaving[leaving["in"] == language.words[text]]:
                to = int(arc["to"])
                after[to] = min(after.get(to, math.inf), cost + float(arc["cost"]))
        reached = freely(after)
    return min(cost + float(states["final"][at]) for at, cost in reached.items())


def test_every_state_is_a_whole_distribution(language: LanguageModel) -> None:
    """All words that may follow the empty context, and the end, have together probability one."""
    root = float(np.exp(-language.root_arcs["cost"].astype(np.float64)).sum())
    assert root + math.exp(-float(language.states["final"][0])) == pytest.approx(1.0, abs=1e-3)


def test_a_states_arcs_are_in_order_of_their_labels(language: LanguageModel) -> None:
    """What the decoder's look-ahead relies on, before and after the ways are added."""
    for each in (language, adapt(language, DeskLanguage(phrases=("您好查号台",)))):
        falls = np.flatnonzero(np.diff(each.arcs["in"]) < 0) + 1
        assert set(falls) <= set(each.states["first"])


def test_a_file_that_is_no_such_model_is_left_alone(tmp_path: Path, language: LanguageModel) -> None:
    """Big models have one whole graph instead; a file that we wrote is none either."""
    assert read_ngrams(tmp_path / "Gr.fst") is None
    write_language(tmp_path / "Gr.fst", language)
    assert read_ngrams(tmp_path / "Gr.fst") is None


def test_a_read_out_number_is_heard_as_digits(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """A number that stands after the words that lead up to it: every digit in its place."""
    audio, _ = soundfile.read(DIALOGUES / "114-hospital-perfect" / "02.flac", dtype="float32")
    path = write_recording(np.pad(audio, RATE_HZ))
    turns = transcriber.transcribe(
        path, recording_sha256="", tracks=[Track(channel=0, role=Role.OPERATOR)]
    ).turns
    heard = "".join(word.text for turn in turns for word in turn.words)
    assert heard.translate(SAME_DIGIT).endswith("六三零一二三四五")


def test_numbers_become_likely_and_other_talk_stays_as_it_is(language: LanguageModel) -> None:
    """Eight digits cost far less than before, a sentence of ordinary talk exactly as much."""
    adapted = adapt(language, DeskLanguage())
    digits = tuple("六三零幺二三四五")
    assert cost_of(adapted, *digits) < cost_of(language, *digits) - 20
    talk = ("我", "想", "查询", "医院")
    assert cost_of(adapted, *talk) == pytest.approx(cost_of(language, *talk))


def test_two_digits_are_no_number(language: LanguageModel) -> None:
    """A single 七 or 一二 is as likely as it was: the further way begins with three."""
    adapted = adapt(language, DeskLanguage())
    for digits in ("七", "七二"):
        assert cost_of(adapted, *digits) == pytest.approx(cost_of(language, *digits), abs=1e-4)


def test_a_desks_phrase_becomes_likely_and_unknown_words_are_left_out(language: LanguageModel) -> None:
    """A phrase is cheaper than before; one with a word that the model has not is no error."""
    said = ("竭诚", "为您", "服务")
    adapted = adapt(language, DeskLanguage(phrases=("竭诚为您服务", "龘龘台")))
    assert cost_of(adapted, *said) < cost_of(language, *said)
