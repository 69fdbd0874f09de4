"""Vosk: segments of speech to words. The only module that imports it."""

from __future__ import annotations

import ctypes
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import vosk

from asr_models.store import InstalledModel
from ledger.errors import BadAsset
from ledger.records import Word
from transcriber.audio import RATE_HZ, Samples
from transcriber.desk_language import DeskLanguage, adapt
from transcriber.language_model import read_ngrams, write_arcs
from transcriber.stutter import without_stutter

NOT_IN_GRAMMAR = "[unk]"
LANGUAGE_MODEL = "Gr.fst"  # what small models compose with at run time; big ones have one whole HCLG.fst
C_LIBRARY = ctypes.CDLL(None)  # whose rand() Kaldi draws from
NO_WORDS = frozenset({"<UNK>", "[SPK]", "<SPOKEN_NOISE>", "!SIL", "<eps>"})
LONGEST_CHARACTER_S = 1.5  # noise is sometimes heard as one character that lasts as long as the noise
DITHER_SEED = 114  # of the faint noise that Kaldi adds: the same recording must give the same words
RENEW_AFTER_S = 3 * 3600.0  # Vosk counts its times on in 32-bit floats: after a day they would be 10 ms off


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchSettings:
    """How widely the decoder searches; narrower than the model's own, which costs time and gains nothing."""

    beam: float = 10.0
    max_active: int = 3000
    lattice_beam: float = 4.0  # narrower, and the confidence of wrong words is 1 too
    frames_per_chunk: int = (
        50  # of 10 ms, that the network sees at a time; the default of 20 costs a tenth more
    )


class Decoder:
    """A loaded model and one recogniser that is kept, since a new one starts with cold caches.

    Not for several threads. Fork after `load`: the children share the model's memory, and each makes its own
    recogniser at its first segment.
    """

    def __init__(
        self, model: InstalledModel, search: SearchSettings, desk: DeskLanguage | None = None
    ) -> None:
        self._installed = model
        self._search = search
        self._desk = desk or DeskLanguage()
        self._model: vosk.Model | None = None
        self._recogniser: vosk.KaldiRecognizer | None = None
        self._fed_samples = 0  # by which Vosk's times run ahead of the segment's own

    def load(self) -> None:
        """Read the model into memory, once. Raises BadAsset where Vosk refuses it."""
        if self._model is not None:
            return
        vosk.SetLogLevel(-1)  # it writes its progress to standard error
        try:
            with _tuned(self._installed.path, self._search, self._desk) as folder:
                self._model = vosk.Model(str(folder))
        except Exception as error:  # Vosk raises nothing narrower
            raise BadAsset(
                f"Vosk cannot load {self._installed.path}; run `hotline models verify` and install it again"
            ) from error

    def words(self, samples: Samples, start_s: float) -> list[Word]:
        """The words of one segment at 8 kHz that begins at `start_s`; times are on that same clock."""
        recogniser = self._warm_recogniser()
        offset_s = start_s - self._fed_samples / RATE_HZ
        C_LIBRARY.srand(DITHER_SEED)
        recogniser.AcceptWaveform(samples.tobytes())
        heard = json.loads(recogniser.FinalResult()).get("result", [])
        self._fed_samples += len(samples)
        return list(without_stutter([_word(entry, offset_s) for entry in heard if _is_speech(entry)]))

    def align(self, samples: Samples, text: str) -> list[Word]:
        """Where each character of a known Chinese text is said; other characters where it is not heard."""
        self.load()
        grammar = json.dumps([" ".join(text), *text], ensure_ascii=False)
        recogniser = vosk.KaldiRecognizer(self._model, RATE_HZ, grammar)
        recogniser.SetWords(True)
        C_LIBRARY.srand(DITHER_SEED)
        recogniser.AcceptWaveform(samples.tobytes())
        heard = json.loads(recogniser.FinalResult()).get("result", [])
        return [_word(entry, 0.0) for entry in heard if entry["word"] != NOT_IN_GRAMMAR]

    def _warm_recogniser(self) -> vosk.KaldiRecognizer:
        self.load()
        if self._recogniser is None or self._fed_samples > RENEW_AFTER_S * RATE_HZ:
            self._recogniser = vosk.KaldiRecognizer(self._model, RATE_HZ)
            self._recogniser.SetWords(True)
            self._fed_samples = 0
        return self._recogniser


def _is_speech(entry: dict[str, Any]) -> bool:
    lasts_s = entry["end"] - entry["start"]
    return entry["word"] not in NO_WORDS and lasts_s <= LONGEST_CHARACTER_S * len(entry["word"])


def _word(entry: dict[str, Any], offset_s: float) -> Word:
    return Word(
        text=entry["word"],
        start_s=max(0.0, round(entry["start"] + offset_s, 3)),
        end_s=round(entry["end"] + offset_s, 3),
        confidence=round(entry["conf"], 3),
    )


@contextmanager
def _tuned(folder: Path, search: SearchSettings, desk: DeskLanguage) -> Iterator[Path]:
    """A view of the model with our search settings and the desk's language, while it is loaded."""
    with tempfile.TemporaryDirectory(prefix="hotline-model-") as name:
        view = Path(name)
        _link(folder, view, all_but={"conf", "graph"})
        (view / "conf").mkdir()
        for file in (folder / "conf").iterdir():
            (view / "conf" / file.name).write_bytes(file.read_bytes())
        _set_options(view / "conf" / "model.conf", search)
        _put_graph(folder / "graph", view / "graph", desk)
        yield view


def _put_graph(graph: Path, view: Path, desk: DeskLanguage) -> None:
    """The graph with the adapted language model, where it has one of its own (small models do)."""
    language = read_ngrams(graph / LANGUAGE_MODEL)
    if language is None:
        view.symlink_to(graph.resolve())
        return
    view.mkdir()
    _link(graph, view, all_but={LANGUAGE_MODEL})
    write_arcs(view / LANGUAGE_MODEL, adapt(language, desk))


def _link(folder: Path, view: Path, *, all_but: set[str]) -> None:
    for entry in folder.iterdir():
        if entry.name not in all_but:
            (view / entry.name).symlink_to(entry.resolve())


def _set_options(conf: Path, search: SearchSettings) -> None:
    ours = {f"--{name.replace('_', '-')}": str(value) for name, value in asdict(search).items()}
    kept = [line for line in conf.read_text("utf-8").splitlines() if line.split("=")[0] not in ours]
    conf.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in ours.items()), ""]), "utf-8")
