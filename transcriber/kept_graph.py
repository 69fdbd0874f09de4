"""Whole graphs of small models, kept on the disk in `.composed/` beside the models.

Composing one takes a minute and 5 GB of memory, once a model (`hotline models compose`). With a desk's
language added it is some 600 MB, which takes seconds to make and a second to read. Where nobody composed it,
Vosk composes while it decodes, for twice the work.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import structlog

from asr_models.store import InstalledModel
from ledger.errors import BadAsset, NotEnoughMemory, StorageError
from transcriber import ahead, composition, desk_language, language_model, lexicon, whole_graph
from transcriber.composition import compose
from transcriber.desk_language import DeskLanguage, adapt
from transcriber.kept_files import find_kept, keep
from transcriber.kept_language import LANGUAGE_MODEL, key_of
from transcriber.language_model import LanguageModel, read_ngrams, write_arcs
from transcriber.lexicon import Lexicon, read_lexicon
from transcriber.whole_graph import Graph

FOLDER = ".composed"
MODULES = (ahead, composition, language_model, lexicon, whole_graph)
MAKERS = tuple(Path(str(module.__file__)) for module in MODULES)
ADAPTING_MAKERS = (*MAKERS, Path(desk_language.__file__))
MOST_KEPT = 2
COMPOSING_MB, ADAPTING_MB = 5_000, 2_500  # of memory, for a small model of Chinese

logger = structlog.get_logger(__name__)


def is_small(model: InstalledModel) -> bool:
    """Whether a model has lexicon and language apart."""
    return (model.path / LANGUAGE_MODEL).is_file()


def is_composed(model: InstalledModel) -> bool:
    """Whether the model's graph was composed, by a program like this one."""
    return is_small(model) and _path(model).is_file()


def compose_model(model: InstalledModel) -> Path:
    """Compose a model's graph and keep it, for all desks; one that is kept is left.

    Raises BadAsset where it is no small model, NotEnoughMemory, StorageError where the disk refuses.
    """
    if is_composed(model):
        return _path(model)
    sounds, language = _parts(model)
    _need(COMPOSING_MB)
    path = _path(model)
    graph = compose(sounds, language)
    try:
        _write(path, graph)
    except OSError as error:
        raise StorageError(
            f"cannot keep the graph in {path.parent}: {error.strerror}; it takes 1.3 GB, make room"
        ) from error
    for other in path.parent.glob(f"{model.name}-*.npz"):
        if other != path:  # of a program or a model that was
            other.unlink(missing_ok=True)
    return path


def _write(path: Path, graph: Graph) -> None:
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, pairs=graph.pairs, ahead=graph.ahead, states=graph.states, arcs=graph.arcs)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def adapted_graph(model: InstalledModel, desk: DeskLanguage) -> Path | None:
    """The composed graph with the desk's language, kept or made now; None where there is or can be none."""
    if not is_composed(model):
        return None
    folder, key = _path(model).parent, key_of(model, desk, ADAPTING_MAKERS)
    try:
        return find_kept(folder, key) or keep(folder, key, lambda path: _adapt(model, desk, path), MOST_KEPT)
    except zipfile.BadZipFile as error:
        logger.warning("graph_damaged", model=model.name, cause=str(error), mend="hotline models compose")
        _path(model).unlink(missing_ok=True)
    except (OSError, NotEnoughMemory) as error:
        logger.warning("graph_not_adapted", model=model.name, cause=str(error), meanwhile="twice the work")
    return None


def _adapt(model: InstalledModel, desk: DeskLanguage, path: Path) -> None:
    _need(ADAPTING_MB)
    with np.load(_path(model)) as parts:
        known = Graph(
            pairs=parts["pairs"], ahead=parts["ahead"], start=0, states=parts["states"], arcs=parts["arcs"]
        )
    sounds, language = _parts(model)
    adapted = adapt(language, desk)
    graph = compose(sounds, adapted, known)
    write_arcs(path, adapted.symbols, graph.start, graph.states, graph.arcs)


def _parts(model: InstalledModel) -> tuple[Lexicon, LanguageModel]:
    sounds = read_lexicon(model.path / LANGUAGE_MODEL.parent)
    language = read_ngrams(model.path / LANGUAGE_MODEL)
    if sounds is None or language is None:
        raise BadAsset(f"{model.name} has no lexicon and language to compose: use it as it is")
    return sounds, language


def _path(model: InstalledModel) -> Path:
    return model.path.parent / FOLDER / f"{model.name}-{key_of(model, None, MAKERS)}.npz"


def _need(wanted_mb: int) -> None:
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    free_mb = int(told["MemAvailable"].split()[0]) // 1000
    if free_mb < wanted_mb:
        raise NotEnoughMemory(
            f"composing takes {wanted_mb} MB of memory and {free_mb} are free; stop other work, or compose "
            f"on another machine and copy the folder {FOLDER}"
        )
