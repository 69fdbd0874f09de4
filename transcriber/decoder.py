"""Vosk: segments of speech to words. The only module that imports it."""

from __future__ import annotations

import ctypes
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
import vosk

from asr_models.store import InstalledModel
from ledger.errors import BadAsset
from ledger.records import Word
from transcriber.audio import RATE_HZ, Samples
from transcriber.desk_language import DeskLanguage
from transcriber.kept_graph import adapted_graph, is_composed, is_small
from transcriber.kept_language import LANGUAGE_MODEL, put_language
from transcriber.lead import with_lead
from transcriber.stutter import without_stutter

WHOLE_GRAPH = Path("graph", "HCLG.fst")  # which Vosk reads instead of the lexicon and the language
NOT_IN_GRAMMAR = "[unk]"
VOSK_VERSION = version("vosk")
C_LIBRARY = ctypes.CDLL(None)  # whose rand() Kaldi draws from
NO_WORDS = frozenset({"<UNK>", "[SPK]", "<SPOKEN_NOISE>", "!SIL", "<eps>"})
LONGEST_CHARACTER_S = 1.5  # noise is sometimes heard as one character that lasts as long as the noise
DITHER_SEED = 114  # of the faint noise that Kaldi adds: the same recording must give the same words
RENEW_AFTER_S = 300.0  # of speech: a recogniser keeps what it composes, half a megabyte a second, without end

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchSettings:
    """How widely the decoder searches a whole graph: as widely as is worth the time, docs/recognition.md."""

    beam: float = 12.0
    max_active: int = 5000
    lattice_beam: float = 4.0  # narrower, and the confidence of wrong words is 1 too
    frames_per_chunk: int = (
        50  # of 10 ms, that the network sees at a time; the default of 20 costs a tenth more
    )


# Where Vosk composes the graph as it goes: as right as the wide search, for half its time
WHILE_COMPOSING = SearchSettings(beam=10.0, max_active=3000)


class Decoder:
    """A loaded model and one recogniser that is kept, since a new one starts with cold caches.

    Not for several threads. Fork after `load`: the children share the model's memory, and each makes its own
    recogniser at its first segment.
    """

    def __init__(
        self, model: InstalledModel, search: SearchSettings | None = None, desk: DeskLanguage | None = None
    ) -> None:
        self._installed = model
        self.is_composed = is_composed(model)  # its graph; what is told before `load` is what is expected
        self._wish = search
        self._desk = desk or DeskLanguage()
        self._model: vosk.Model | None = None
        self._aligner: vosk.Model | None = None  # which composes: a whole graph takes no other grammar
        self._recogniser: vosk.KaldiRecognizer | None = None
        self._fed_samples = 0  # by which Vosk's times run ahead of the segment's own

    @property
    def search(self) -> SearchSettings:
        """How widely it searches: as was asked for, or as its graph allows."""
        return self._wish or (SearchSettings() if self.is_composed else WHILE_COMPOSING)

    def load(self) -> None:
        """Read the model into memory, once. Raises BadAsset where Vosk refuses it."""
        if self._model is not None:
            return
        graph = adapted_graph(self._installed, self._desk)
        self.is_composed = graph is not None
        if is_small(self._installed) and not self.is_composed:
            logger.info("graph_composed_while_decoding", halve_the_work="hotline models compose")
        self._model = self._read(graph)

    def words(self, samples: Samples, start_s: float) -> list[Word]:
        """The words of one segment at 8 kHz that begins at `start_s`; times are on that same clock."""
        recogniser = self._warm_recogniser()
        offset_s = start_s - self._fed_samples / RATE_HZ
        C_LIBRARY.srand(DITHER_SEED)
        recogniser.AcceptWaveform(samples.tobytes())
        heard = json.loads(recogniser.FinalResult()).get("result", [])
        self._fed_samples += len(samples)
        words = [_word(entry, offset_s) for entry in heard if _is_speech(entry)]
        return list(with_lead(list(without_stutter(words))))

    def align(self, samples: Samples, text: str) -> list[Word]:
        """Where each character of a known Chinese text is said; other characters where it is not heard."""
        if self._aligner is None:
            self._aligner = self._read(None)
        grammar = json.dumps([" ".join(text), *text], ensure_ascii=False)
        recogniser = vosk.KaldiRecognizer(self._aligner, RATE_HZ, grammar)
        recogniser.SetWords(True)
        C_LIBRARY.srand(DITHER_SEED)
        recogniser.AcceptWaveform(samples.tobytes())
        heard = json.loads(recogniser.FinalResult()).get("result", [])
        return [_word(entry, 0.0) for entry in heard if entry["word"] != NOT_IN_GRAMMAR]

    def _read(self, graph: Path | None) -> vosk.Model:
        vosk.SetLogLevel(-1)  # it writes its progress to standard error
        try:
            with _tuned(self._installed, self.search, self._desk, graph) as folder:
                return vosk.Model(str(folder))
        except Exception as error:  # Vosk raises nothing narrower
            raise BadAsset(
                f"Vosk cannot load {self._installed.path}; run `hotline models verify` and install it again"
            ) from error

    def _warm_recogniser(self) -> vosk.KaldiRecognizer:
        self.load()
        if self._recogniser is not None and self._fed_samples > RENEW_AFTER_S * RATE_HZ:
            self._recogniser = None
            _give_memory_back()
        if self._recogniser is None:
            self._recogniser = vosk.KaldiRecognizer(self._model, RATE_HZ)
            self._recogniser.SetWords(True)
            self._fed_samples = 0
        return self._recogniser


def _give_memory_back() -> None:
    """To the system: glibc keeps what was freed (malloc_trim(3))."""
    if hasattr(C_LIBRARY, "malloc_trim"):
        C_LIBRARY.malloc_trim(0)


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
def _tuned(
    model: InstalledModel, search: SearchSettings, desk: DeskLanguage, graph: Path | None
) -> Iterator[Path]:
    """A view of the model with our search settings and the desk's graph or language, while it is loaded."""
    with tempfile.TemporaryDirectory(prefix="hotline-model-") as name:
        view = Path(name)
        _link(model.path, view, all_but={"conf", "graph"})
        (view / "conf").mkdir()
        for file in (model.path / "conf").iterdir():
            (view / "conf" / file.name).write_bytes(file.read_bytes())
        _set_options(view / "conf" / "model.conf", search)
        (view / "graph").mkdir()
        if graph is not None:
            (view / WHOLE_GRAPH).symlink_to(graph)
        is_adapted = graph is not None or put_language(model, desk, view / LANGUAGE_MODEL)
        _link(model.path / "graph", view / "graph", all_but={LANGUAGE_MODEL.name} if is_adapted else set())
        yield view


def _link(folder: Path, view: Path, *, all_but: set[str]) -> None:
    for entry in folder.iterdir():
        if entry.name not in all_but:
            (view / entry.name).symlink_to(entry.resolve())


def _set_options(conf: Path, search: SearchSettings) -> None:
    ours = {f"--{name.replace('_', '-')}": str(value) for name, value in asdict(search).items()}
    kept = [line for line in conf.read_text("utf-8").splitlines() if line.split("=")[0] not in ours]
    conf.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in ours.items()), ""]), "utf-8")
