"""The store: assets of the catalogue on this machine's disk.

`models_dir/NAME/` holds an asset's files and its marker. `models_dir/.partial/` holds what is on its way.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog

from asr_models.catalogue import Asset, AssetKind, Catalogue, PinnedFile, standard_catalogue
from asr_models.fetch import Fetcher
from asr_models.hashing import sync_folder, write_synced
from asr_models.marker import MARKER, content_problems, make_marker, read_marker, size_problems
from asr_models.packages import PackageClient
from asr_models.progress import Progress, silent
from asr_models.reasons import SourceFailed, WrongHash
from asr_models.unpack import unpack_zip
from ledger.errors import BadAsset, MissingAsset, StorageError

logger = structlog.get_logger(__name__)

BY_HAND_VARIABLE = "HOTLINE_MODELS_FROM"  # a folder with files brought by hand, like --from


class AssetState(StrEnum):
    """How an asset is on this machine."""

    INSTALLED = "installed"
    ABSENT = "absent"
    DAMAGED = "damaged"  # a file is missing, has changed, or belongs to another version


@dataclass(frozen=True, kw_only=True, slots=True)
class InstalledModel:
    """An asset that is here and looks whole."""

    name: str
    kind: AssetKind
    path: Path  # its folder
    sha256: str  # of the pinned archive, or of all its files' hashes


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetStatus:
    """One line of the list."""

    asset: Asset
    state: AssetState
    path: Path
    problems: tuple[str, ...] = ()


def install(
    name: str,
    models_dir: Path,
    *,
    from_dir: Path | None = None,
    sha256: str | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
) -> Path:
    """Bring an asset here and return its folder. One that is whole already is left alone.

    `from_dir`, or else the environment's HOTLINE_MODELS_FROM, is looked into before any source; it may be the
    one file itself. `sha256` is asked for where the catalogue pins nothing: which file it shall be. Two
    installers wait for each other. Raises MissingAsset or BadAsset with one sentence that names all
    that was tried and how to bring the files by hand, StorageError where the disk refuses.
    """
    asset = (catalogue or standard_catalogue()).get(name)
    report, by_hand = progress or silent, _by_hand(from_dir)
    is_whole = not _problems(asset, models_dir / name, thorough=True)
    if sha256 is not None or not (asset.is_pinned or is_whole):
        asset = _vouched(asset, by_hand, sha256)
    try:
        with _one_installer(models_dir, report):
            if not _problems(asset, models_dir / name, thorough=True):
                report(
                    asset.size_bytes, asset.size_bytes, f"{name} is already installed, nothing to download"
                )
                return models_dir / name
            return _bring(asset, models_dir, by_hand, report)
    except OSError as error:
        raise StorageError(
            f"cannot write to {error.filename or models_dir}: {error.strerror}; free space, give the "
            "rights, or choose another folder with HOTLINE_MODELS_DIR"
        ) from error


def verify(name: str, models_dir: Path, *, catalogue: Catalogue | None = None) -> list[str]:
    """What is wrong with an installed asset, one sentence each; every file is hashed. Empty: it is whole."""
    asset = (catalogue or standard_catalogue()).get(name)
    return _problems(asset, models_dir / name, thorough=True)


def list_assets(models_dir: Path, *, catalogue: Catalogue | None = None) -> list[AssetStatus]:
    """Every asset of the catalogue and its state here, judged by marker and sizes without reading files."""
    assets = (catalogue or standard_catalogue()).assets
    return [_status(asset, models_dir / asset.name) for asset in assets]


def require(name: str, models_dir: Path, *, catalogue: Catalogue | None = None) -> InstalledModel:
    """The installed asset, checked by marker and sizes in milliseconds.

    Raises MissingAsset where it is not here, BadAsset where it is damaged or not the pinned version.
    """
    asset = (catalogue or standard_catalogue()).get(name)
    status = _status(asset, models_dir / name)
    if status.state is AssetState.ABSENT:
        raise MissingAsset(f"{name} is not in {models_dir}; run `hotline models install {name}`")
    if status.state is AssetState.DAMAGED:
        raise BadAsset(f"{status.path}: {status.problems[0]}; run `hotline models install {name}`")
    marker = read_marker(status.path)
    assert marker is not None, "an installed asset has its marker"
    return InstalledModel(name=name, kind=asset.kind, path=status.path, sha256=marker.sha256)


def _status(asset: Asset, folder: Path) -> AssetStatus:
    problems = tuple(_problems(asset, folder, thorough=False))
    if not folder.exists():
        state = AssetState.ABSENT
    else:
        state = AssetState.DAMAGED if problems else AssetState.INSTALLED
    return AssetStatus(asset=asset, state=state, path=folder, problems=problems)


def _problems(asset: Asset, folder: Path, *, thorough: bool) -> list[str]:
    if not folder.exists():
        return ["it is not installed"]
    try:
        marker = read_marker(folder)
    except BadAsset as error:
        return [str(error)]
    if marker is None:
        return [f"it has no {MARKER}: it was not installed by `hotline models install`"]
    if asset.sha256 is not None and marker.sha256 != asset.sha256:
        return [f"its hash is {marker.sha256[:12]}…, the catalogue pins {asset.sha256[:12]}…"]
    return size_problems(marker, folder) or (content_problems(marker, folder) if thorough else [])


def _by_hand(from_dir: Path | None) -> Path | None:
    if from_dir is not None:
        return from_dir
    named = os.environ.get(BY_HAND_VARIABLE)
    return Path(named) if named else None


def _vouched(asset: Asset, by_hand: Path | None, sha256: str | None) -> Asset:
    """An asset whose file somebody brings and vouches for. Raises BadAsset, MissingAsset."""
    if asset.is_pinned:
        raise BadAsset(f"{asset.name} is pinned by the catalogue; install it without --sha256")
    file = _file_in(by_hand, asset.files[0])
    if sha256 is None or file is None:
        where = " or ".join(str(source) for source in asset.files[0].sources)
        raise MissingAsset(
            f"{asset.name} is not pinned: nobody has vouched for its hash here; bring {asset.files[0].name} "
            f"from {where}, compare its SHA-256 with one that you trust, and run "
            f"`hotline models install {asset.name} --from FILE --sha256 HASH`"
        )
    return asset.pinned_to(sha256, file.stat().st_size)


def _file_in(by_hand: Path | None, pinned: PinnedFile) -> Path | None:
    file = by_hand / pinned.name if by_hand and by_hand.is_dir() else by_hand
    return file if file and file.is_file() and file.stat().st_size else None


@contextmanager
def _one_installer(models_dir: Path, report: Progress) -> Iterator[None]:
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / ".lock").open("w") as lock:  # released by the kernel when its holder dies
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(0, None, "waiting for another installer")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bring(asset: Asset, models_dir: Path, by_hand: Path | None, report: Progress) -> Path:
    partial = models_dir / ".partial"
    partial.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=partial) as packages:
        client = PackageClient(Path(packages), by_hand)
        fetcher = Fetcher(partial, packages=client, by_hand=by_hand, progress=report)
        fetched = _fetch_all(asset, fetcher)
    report(asset.size_bytes, asset.size_bytes, f"unpacking {asset.name}")
    folder = _put_in_place(asset, fetched, models_dir)
    for path in fetched:
        path.unlink()
    logger.info("asset_installed", name=asset.name, path=str(folder))
    return folder


def _fetch_all(asset: Asset, fetcher: Fetcher) -> list[Path]:
    fetched: list[Path] = []
    for pinned in asset.files:
        path, failures = fetcher.fetch(pinned)
        if path is None:
            raise _not_brought(asset, pinned, failures)
        fetched.append(path)
    return fetched


def _not_brought(asset: Asset, pinned: PinnedFile, failures: Sequence[SourceFailed]) -> Exception:
    tried = ", ".join(str(failure) for failure in failures)
    files = ", ".join(f"{file.name} (sha256 {file.sha256})" for file in asset.files)
    sentence = (
        f"{asset.name} is not installed: {pinned.name} could not be had ({tried}); bring it by hand: put "
        f"{files} into a folder and run `hotline models install {asset.name} --from FOLDER`"
    )
    wrong = any(isinstance(failure, WrongHash) for failure in failures)
    return BadAsset(sentence) if wrong else MissingAsset(sentence)


def _put_in_place(asset: Asset, fetched: Sequence[Path], models_dir: Path) -> Path:
    fresh = models_dir / ".partial" / asset.name
    shutil.rmtree(fresh, ignore_errors=True)  # left by a crash
    for pinned, path in zip(asset.files, fetched, strict=True):
        _place(asset, pinned, path, fresh)
    marker = make_marker(asset, fresh).model_dump_json(indent=1)
    (fresh / MARKER).write_text(marker, encoding="utf-8")
    for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
        sync_folder(folder)
    return _swap(fresh, models_dir / asset.name)


def _place(asset: Asset, pinned: PinnedFile, path: Path, fresh: Path) -> None:
    if pinned.unpack is None:
        with path.open("rb") as source:
            write_synced(fresh / pinned.target, [source])
        return
    try:
        unpack_zip(path, fresh)
    except BadAsset as error:
        path.unlink()
        raise BadAsset(f"{asset.name} cannot be unpacked from {pinned.name}: {error}") from error


def _swap(fresh: Path, folder: Path) -> Path:
    old = fresh.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
    return folder
