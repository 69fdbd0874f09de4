"""Keeps what is attached: bounded, known by its content, in the data directory under the content's hash."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desks.intake import viewing
from desks.intake.kinds import FileKind, Problem
from desks.intake.records import Attachment
from ledger.plain_text import text_of

LARGEST_BYTES: Final = 10 * 1024 * 1024
MOST_FILES: Final = 10  # of one mail
_SIGNATURES: Final = (
    (FileKind.PDF, re.compile(rb"[\s\S]{0,1024}?%PDF-")),
    (FileKind.TIFF, re.compile(rb"II\*\0|MM\0\*|II\+\0|MM\0\+")),
    (FileKind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (FileKind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (FileKind.OFFICE, re.compile(rb"PK\x03\x04[\s\S]{26}(\[Content_Types\]|_rels/|word/|xl/|docProps/)")),
)
SHOWN: Final = frozenset({FileKind.PDF, FileKind.TIFF, FileKind.PNG, FileKind.JPEG})


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A file as it will stand in the ledger."""

    name: str
    kind: FileKind | None
    size_bytes: int
    sha256: str
    pages: int = 0
    problem: Problem | None = None


def kind_of(content: bytes) -> FileKind | None:
    """What it is, whatever its name says; None for what we do not keep."""
    for kind, signature in _SIGNATURES:
        if signature.match(content):
            return kind
    return FileKind.TEXT if _is_text(content) else None


def store_all(folder: Path, attachments: Sequence[Attachment]) -> list[Stored]:
    """Keep what may be kept and tell of the rest. What is kept twice lies there once."""
    return [
        _store(folder, one) if place < MOST_FILES else _refused(one, Problem.TOO_MANY)
        for place, one in enumerate(attachments)
    ]


def path_of(folder: Path, sha256: str) -> Path:
    """Where a content lies."""
    return folder / sha256[:2] / sha256


def _store(folder: Path, attachment: Attachment) -> Stored:
    content = attachment.content
    if len(content) > LARGEST_BYTES:
        return _refused(attachment, Problem.TOO_LARGE)
    kind = kind_of(content)
    if kind is None:
        return _refused(attachment, Problem.NOT_TAKEN)
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(folder, sha256)
    _write(path, content)
    pages, problem = viewing.count_pages(path, kind) if kind in SHOWN else (0, None)
    return Stored(
        name=attachment.name,
        kind=kind,
        size_bytes=len(content),
        sha256=sha256,
        pages=pages,
        problem=problem,
    )


def _refused(attachment: Attachment, problem: Problem) -> Stored:
    sha256 = hashlib.sha256(attachment.content).hexdigest()
    size = len(attachment.content)
    return Stored(name=attachment.name, kind=None, size_bytes=size, sha256=sha256, problem=problem)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all. What is there already looks new, so that it is not deleted as nobody's."""
    with suppress(FileNotFoundError):
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).rename(path)


def _is_text(content: bytes) -> bool:
    return bool(content) and b"\0" not in content and text_of(content) is not None
