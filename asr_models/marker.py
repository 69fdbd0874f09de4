"""The marker in an installed asset's folder: what was unpacked there, so that a changed file is found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asr_models.catalogue import Asset, InsidePath, Sha256
from asr_models.hashing import file_sha256
from ledger.errors import BadAsset

MARKER = ".installed.json"


class InstalledFile(BaseModel):
    """One file as it was when it was installed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size_bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256


class Marker(BaseModel):
    """An installed asset: the hash it was pinned with and each of its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: Sha256
    files: dict[InsidePath, InstalledFile]


def make_marker(asset: Asset, folder: Path) -> Marker:
    """Hash every file that was unpacked into the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {
        path.relative_to(folder).as_posix(): InstalledFile(
            size_bytes=path.stat().st_size, sha256=file_sha256(path)
        )
        for path in found
    }
    return Marker(name=asset.name, sha256=asset.sha256, files=files)


def read_marker(folder: Path) -> Marker | None:
    """The folder's marker, or None where there is none. Raises BadAsset for a damaged one."""
    try:
        return Marker.model_validate_json((folder / MARKER).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValidationError) as error:
        raise BadAsset(f"{folder / MARKER} is damaged") from error


def size_problems(marker: Marker, folder: Path) -> list[str]:
    """Files that are missing or have another size: found without reading any."""
    problems = []
    for path, installed in marker.files.items():
        try:
            size_bytes = (folder / path).stat().st_size
        except OSError:
            problems.append(f"{path} is missing")
            continue
        if size_bytes != installed.size_bytes:
            problems.append(f"{path} has {size_bytes} bytes instead of {installed.size_bytes}")
    return problems


def content_problems(marker: Marker, folder: Path) -> list[str]:
    """Files whose content has changed: each is read and hashed."""
    problems = []
    for path, installed in marker.files.items():
        try:
            changed = file_sha256(folder / path) != installed.sha256
        except OSError as error:
            problems.append(f"{path} cannot be read: {error.strerror}")
            continue
        if changed:
            problems.append(f"{path} has changed: its hash is not the one that was installed")
    return problems
