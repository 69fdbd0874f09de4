"""The adapted language model is made once for a model and its desks, and found again at the next start."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr_models.catalogue import AssetKind
from asr_models.store import InstalledModel
from transcriber import kept_language
from transcriber.desk_language import DeskLanguage
from transcriber.kept_files import KEPT_S
from transcriber.kept_language import MAKERS, MOST_KEPT, put_language
from transcriber.language_model import ARC, STATE, LanguageModel

HELLO = DeskLanguage(phrases=("您好",))
GOODBYE = DeskLanguage(phrases=("再见",))
Put = Callable[[DeskLanguage], Path]


class Reader:
    """Stands for reading the model's file, and counts how often it is done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _path: Path) -> LanguageModel:
        """Four words without contexts, all alike likely."""
        self.times += 1
        words = {word: place for place, word in enumerate(("您", "好", "再", "见"), 1)}
        arcs = [(label, label, 1.5, 0) for label in words.values()]
        states = np.array([(0.0, 0, len(arcs), 0, 0)], STATE)
        return LanguageModel(
            words=words, symbols=b"", properties=0, start=0, states=states, arcs=np.array(arcs, ARC)
        )


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Instead of the real one."""
    made = Reader()
    monkeypatch.setattr(kept_language, "read_ngrams", made)
    return made


@pytest.fixture
def put(tmp_path: Path, reader: Reader) -> Put:
    """Puts the language into a fresh view of one installed model, as each start does, and gives its path."""
    path = tmp_path / "models" / "m"
    (path / "graph").mkdir(parents=True)
    (path / "graph" / "Gr.fst").write_bytes(b"n-grams")
    model = InstalledModel(name="m", kind=AssetKind.RECOGNISER, path=path, sha256="0" * 64)
    starts = iter(range(100))

    def start(desk: DeskLanguage) -> Path:
        target = tmp_path / f"view-{next(starts)}.fst"
        assert put_language(model, desk, target)
        return target

    return start


def kept(tmp_path: Path) -> list[Path]:
    """The files that are kept."""
    return sorted((tmp_path / "models" / ".adapted").iterdir())


def test_the_second_start_makes_nothing(tmp_path: Path, put: Put, reader: Reader) -> None:
    """It is given the very file of the first one, without the model's own being read."""
    first, second = put(HELLO), put(HELLO)
    assert reader.times == 1
    assert second.resolve() == kept(tmp_path)[0]
    assert second.read_bytes() == first.read_bytes()


def test_other_phrases_are_another_language(tmp_path: Path, put: Put, reader: Reader) -> None:
    """A pack that wants other words said is heard with them at the next start."""
    assert put(HELLO).read_bytes() != put(GOODBYE).read_bytes()
    assert (reader.times, len(kept(tmp_path))) == (2, 2)


@pytest.mark.parametrize("changed", range(len(MAKERS)))
def test_a_program_that_makes_it_otherwise_makes_it_anew(
    tmp_path: Path, put: Put, reader: Reader, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    """What leads up to a number, or what a way costs, stands in the program: none is kept beyond it."""
    put(HELLO)
    other = tmp_path / "other.py"
    other.write_bytes(MAKERS[changed].read_bytes() + b"COST = 2.0\n")
    makers = tuple(other if place == changed else path for place, path in enumerate(MAKERS))
    monkeypatch.setattr(kept_language, "MAKERS", makers)
    put(HELLO)
    assert (reader.times, len(kept(tmp_path))) == (2, 2)


def test_a_damaged_file_is_made_again(tmp_path: Path, put: Put, reader: Reader) -> None:
    """What a full disk or a flipped bit left is never given to the recogniser."""
    whole = put(HELLO).read_bytes()
    (damaged,) = kept(tmp_path)
    damaged.write_bytes(whole[:-1])
    assert put(HELLO).read_bytes() == whole
    assert put(HELLO).resolve().read_bytes() == whole
    assert reader.times == 2


def test_a_start_without_room_to_keep_it_goes_on(tmp_path: Path, put: Put, reader: Reader) -> None:
    """Where the models' folder cannot be written the language is made each time."""
    (tmp_path / "models" / ".adapted").write_bytes(b"in the way")
    assert put(HELLO).read_bytes() == put(HELLO).read_bytes()
    assert reader.times == 2


@pytest.mark.usefixtures("reader")
def test_languages_that_nobody_uses_are_removed(tmp_path: Path, put: Put) -> None:
    """Plans change: of those unused for a day only the last few stay, one in use always."""
    phrases = ("您好", "再见", "您见", "好见", "再好", "见好")
    for place, phrase in enumerate(phrases[:-1]):
        path = put(DeskLanguage(phrases=(phrase,)))
        (new,) = (each for each in kept(tmp_path) if each.read_bytes() == path.read_bytes())
        used_s = time.time() - (2 * KEPT_S if place else 0)
        os.utime(new, (used_s, used_s))
    put(DeskLanguage(phrases=phrases[-1:]))
    assert len(kept(tmp_path)) == MOST_KEPT
    assert put(HELLO).is_symlink()


@pytest.mark.usefixtures("reader")
def test_a_model_with_one_whole_graph_has_none(tmp_path: Path) -> None:
    """Big models are left as they are."""
    model = InstalledModel(name="m", kind=AssetKind.RECOGNISER, path=tmp_path, sha256="0" * 64)
    assert not put_language(model, HELLO, tmp_path / "view.fst")
