"""Finding recordings: files by name, folders with all that lies in them."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from recorder.foreign import AUDIO_SUFFIXES, looks_like_audio, shown

SNIFFED_BYTES = 16

Inode = tuple[int, int]  # device and number: the same folder by whatever link


@dataclass(kw_only=True)
class Found:
    """What lies under the given paths."""

    files: list[Path] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # what, and one sentence
    passed_over: list[str] = field(default_factory=list)  # in folders: no recordings by name or content

    def named(self, name: str) -> Path | None:
        """The file that a table calls so: by its path, or by the end of it where only one file has that."""
        parts = PurePosixPath(name.strip().replace("\\", "/")).parts
        alike = [file for file in self._by_name[parts[-1]] if _ends_with(file, parts)] if parts else []
        return alike[0] if len(alike) == 1 else None

    @cached_property
    def _by_name(self) -> defaultdict[str, list[Path]]:
        by_name = defaultdict(list)
        for file in self.files:
            by_name[shown(file.name)].append(file)
        return by_name


def find_files(paths: Sequence[Path]) -> Found:
    """Named files are always taken; of folders those that are recordings by their name or first bytes."""
    found = Found()
    seen: set[Inode] = set()
    for path in paths:
        if path.is_dir():
            _search(path, found, seen)
        else:
            found.files.append(path)
    found.files = list(dict.fromkeys(found.files))
    return found


def _search(folder: Path, found: Found, seen: set[Inode]) -> None:
    before = len(found.files) + len(found.refused)
    for path in _walk(folder, found, seen):
        if _is_recording(path):
            found.files.append(path)
        else:
            found.passed_over.append(shown(path))
    if len(found.files) + len(found.refused) == before:
        sentence = (
            f"there is no recording in the folder {shown(folder)}; name one that holds WAV, FLAC, Ogg or MP3"
        )
        found.refused.append((shown(folder), sentence))


def _walk(folder: Path, found: Found, seen: set[Inode]) -> Iterator[Path]:
    """All files, links followed; no folder twice, so that links in a circle end."""

    def refuse(error: OSError) -> None:
        what = shown(error.filename)
        found.refused.append((what, f"the folder {what} cannot be read ({error.strerror}); give the right"))

    for where, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        if _is_known(Path(where), seen):
            folders.clear()
            continue
        folders.sort()
        yield from (Path(where, name) for name in sorted(names))


def _is_known(folder: Path, seen: set[Inode]) -> bool:
    at = folder.stat()
    inode = (at.st_dev, at.st_ino)
    is_known = inode in seen
    seen.add(inode)
    return is_known


def _is_recording(path: Path) -> bool:
    """Whether to try it; what only looks like one is told when it is read."""
    if path.name.startswith("."):  # also the shadows that macOS leaves beside each file
        return False
    if path.suffix.lower() in AUDIO_SUFFIXES:
        return True
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return looks_like_audio(file.read(SNIFFED_BYTES))
    except OSError:
        return False  # no recording by its name, and nobody can look


def _ends_with(file: Path, parts: tuple[str, ...]) -> bool:
    if parts[0] == "/":
        return shown(file.absolute()) == shown(PurePosixPath(*parts).as_posix())
    own = tuple(shown(part) for part in file.absolute().parts)
    wanted = tuple(part for part in parts if part != ".")
    return own[-len(wanted) :] == wanted
