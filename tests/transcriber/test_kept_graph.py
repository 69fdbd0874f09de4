"""Vosk reads the graph that was composed once; where there is none, or none can be made, it composes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from spoken_timeline import RATE_HZ

from asr_models.store import InstalledModel
from ledger.errors import NotEnoughMemory, StorageError
from transcriber import kept_graph
from transcriber.decoder import WHILE_COMPOSING, Decoder, SearchSettings
from transcriber.desk_language import DIGITS, DeskLanguage
from transcriber.kept_graph import adapted_graph, compose_model, is_composed
from transcriber.language_model import ARC, STATE, LanguageModel, read_ngrams
from transcriber.transcriber import Transcriber

DIALOGUES = Path(__file__).parents[2] / "callers" / "dialogues" / "audio"
SAME_DIGIT = str.maketrans("幺两洞", "一二零")


@pytest.fixture
def copy(tmp_path: Path, model: InstalledModel, monkeypatch: pytest.MonkeyPatch) -> InstalledModel:
    """The real model in a folder of its own, whose language knows the digits alone, all alike likely."""
    path = tmp_path / "models" / model.name
    path.mkdir(parents=True)
    for entry in model.path.iterdir():
        (path / entry.name).symlink_to(entry.resolve())

    def few_words(file: Path) -> LanguageModel:
        whole = read_ngrams(file)
        assert whole is not None
        numbers = sorted(whole.words[sign] for sign in DIGITS)
        arcs = np.array([(number, number, 2.3, 0) for number in numbers], ARC)
        states = np.array([(2.3, 0, len(arcs), 0, 0)], STATE)
        return LanguageModel(
            words=whole.words, symbols=whole.symbols, properties=0, start=0, states=states, arcs=arcs
        )

    monkeypatch.setattr(kept_graph, "read_ngrams", few_words)
    monkeypatch.setattr(kept_graph, "COMPOSING_MB", 0)  # for so few words
    monkeypatch.setattr(kept_graph, "ADAPTING_MB", 0)
    return InstalledModel(name=model.name, kind=model.kind, path=path, sha256=model.sha256)


def test_vosk_hears_through_the_graph_that_we_composed(copy: InstalledModel, tmp_path: Path) -> None:
    """The real lexicon with the digits: a number that is read out, and nothing else than digits."""
    assert adapted_graph(copy, DeskLanguage()) is None
    assert Decoder(copy).search == WHILE_COMPOSING
    compose_model(copy)
    decoder = Decoder(copy)
    assert (decoder.is_composed, decoder.search) == (True, SearchSettings())
    audio, _ = soundfile.read(DIALOGUES / "114-hospital-perfect" / "02.flac", dtype="int16")
    heard = "".join(word.text for word in decoder.words(np.pad(audio, RATE_HZ // 2), 0.0))
    assert set(heard) <= set(DIGITS) | {"两", "洞"}
    assert "六三零一二三四五" in heard.translate(SAME_DIGIT)
    kept = sorted((tmp_path / "models" / ".composed").glob("*.fst"))
    assert [adapted_graph(copy, DeskLanguage())] == kept


def test_a_damaged_graph_is_not_read(copy: InstalledModel) -> None:
    """Vosk composes instead, which the transcript says; it is composed again when somebody asks for it."""
    path = compose_model(copy)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    transcriber = Transcriber(copy)
    transcriber.load()
    told = transcriber.settings()
    assert (told["graph"], told["beam"]) == ("composed", str(WHILE_COMPOSING.beam))
    assert not is_composed(copy)
    assert compose_model(copy) == path
    assert adapted_graph(copy, DeskLanguage())


def test_what_a_machine_has_not_is_told(copy: InstalledModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory for composing, or room for what comes of it."""
    monkeypatch.setattr(kept_graph, "COMPOSING_MB", 10**9)
    with pytest.raises(NotEnoughMemory, match=r"takes 1000000000 MB of memory and \d+ are free; stop other"):
        compose_model(copy)
    monkeypatch.setattr(kept_graph, "COMPOSING_MB", 0)
    (copy.path.parent / ".composed").write_bytes(b"in the way")
    with pytest.raises(StorageError, match=r"cannot keep the graph in .*; it takes 1\.3 GB, make room"):
        compose_model(copy)
