"""Adapted language models, kept on the disk: making one takes seconds and depends on model and desk alone.

They lie beside the models, in `.adapted/`.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

import structlog

from asr_models.hashing import file_sha256
from asr_models.store import InstalledModel
from transcriber import desk_language, language_model
from transcriber.desk_language import DeskLanguage, adapt
from transcriber.kept_files import find_kept, keep
from transcriber.language_model import read_ngrams, write_language

LANGUAGE_MODEL = Path("graph", "Gr.fst")  # of small models; big ones have one whole HCLG.fst
FOLDER = ".adapted"
MAKERS = (Path(desk_language.__file__), Path(language_model.__file__))  # one that changes makes another file
MOST_KEPT = 4

logger = structlog.get_logger(__name__)


def put_language(model: InstalledModel, desk: DeskLanguage, target: Path) -> bool:
    """Put the model's language, adapted to the desk, at `target`, which is new; False where it has none.

    A link to the kept one, or made now and kept for the next time where the disk allows it.
    """
    source = model.path / LANGUAGE_MODEL
    if not source.is_file():
        return False
    folder, key = model.path.parent / FOLDER, key_of(model, desk, MAKERS)
    if (kept := find_kept(folder, key)) is not None:
        target.symlink_to(kept)
        return True
    language = read_ngrams(source)
    if language is None:
        return False
    adapted = adapt(language, desk)
    try:
        target.symlink_to(keep(folder, key, lambda path: write_language(path, adapted), MOST_KEPT))
    except OSError as error:  # the next start makes it again, a few seconds later
        logger.info("language_not_kept", folder=str(folder), cause=str(error))
        write_language(target, adapted)
    return True


def key_of(model: InstalledModel, desk: DeskLanguage | None, makers: tuple[Path, ...]) -> str:
    """The hash of what decides how a model's language is adapted, or only of model and program."""
    source = model.path / LANGUAGE_MODEL
    made = sorted(asdict(desk).items()) if desk is not None else None
    parts = (tuple(map(file_sha256, makers)), model.sha256, source.stat().st_size, made)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
