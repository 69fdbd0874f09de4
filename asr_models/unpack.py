"""Unpacking of archives that passed their hash, and still never outside their folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from asr_models.hashing import write_synced
from ledger.errors import BadAsset


def unpack_zip(archive: Path, folder: Path) -> None:
    """Unpack a zip whose one top folder becomes `folder`. Raises BadAsset where it is none such."""
    try:
        with zipfile.ZipFile(archive) as bundle:
            for member, place in _places(bundle):
                with bundle.open(member) as source:
                    write_synced(folder / place, [source])
    except (zipfile.BadZipFile, EOFError) as error:
        raise BadAsset(f"the archive is damaged: {error}") from error


def _places(bundle: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    members = [member for member in bundle.infolist() if not member.is_dir()]
    for member in members:
        _refuse_escape(member.filename)
    tops = {PurePosixPath(member.filename).parts[0] for member in members}
    if len(tops) != 1 or any(len(PurePosixPath(member.filename).parts) < 2 for member in members):
        raise BadAsset(f"the archive must hold one folder, not {', '.join(sorted(tops)) or 'nothing'}")
    for member in members:
        yield member, PurePosixPath(*PurePosixPath(member.filename).parts[1:])


def _refuse_escape(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise BadAsset(f"the archive wants to write outside its folder: {name!r}")
