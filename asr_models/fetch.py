"""One pinned file, from the first of its sources that gives it with the right hash."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from asr_models.catalogue import PinnedFile, Source, UrlSource
from asr_models.download import download
from asr_models.hashing import file_sha256
from asr_models.packages import PackageClient
from asr_models.progress import Progress
from asr_models.reasons import HostUnreachable, SourceFailed, WrongHash

logger = structlog.get_logger(__name__)


class Fetcher:
    """Brings files into a folder. A part of a download stays there for the next run to go on with."""

    def __init__(
        self, folder: Path, *, packages: PackageClient, by_hand: Path | None, progress: Progress
    ) -> None:
        self._folder = folder
        self._packages = packages
        self._by_hand = by_hand
        self._progress = progress
        self._dead_hosts: dict[str, str] = {}  # asked once, not once for each file

    def fetch(self, pinned: PinnedFile) -> tuple[Path | None, list[SourceFailed]]:
        """The file with its pinned hash, or None and each source's failure."""
        assert pinned.sha256, "what is not pinned is vouched for before it is fetched"
        target = self._folder / f"{pinned.sha256}.part"
        failures: list[SourceFailed] = []
        for source in self._places(pinned):
            try:
                self._take(source, pinned, target)
                self._check(source, pinned, target)
            except SourceFailed as failure:
                logger.info("source_failed", file=pinned.name, source=str(source), reason=str(failure))
                failures.append(failure)
                continue
            return target, failures
        return None, failures

    def _places(self, pinned: PinnedFile) -> list[Source | Path]:
        if self._by_hand is None:
            return list(pinned.sources)
        local = self._by_hand if self._by_hand.is_file() else self._by_hand / pinned.name
        return [local, *pinned.sources]

    def _take(self, source: Source | Path, pinned: PinnedFile, target: Path) -> None:
        self._progress(0, pinned.size_bytes, f"{pinned.name} from {source}")
        if isinstance(source, Path):
            _copy(source, target)
        elif isinstance(source, UrlSource):
            self._download(source.url, pinned, target)
        else:
            self._packages.extract(source, target)

    def _download(self, url: str, pinned: PinnedFile, target: Path) -> None:
        host = urlsplit(url).netloc
        if host in self._dead_hosts:
            raise HostUnreachable(self._dead_hosts[host])
        try:
            download(url, pinned, target, self._progress)
        except HostUnreachable as failure:
            self._dead_hosts[host] = str(failure)
            raise

    @staticmethod
    def _check(source: Source | Path, pinned: PinnedFile, target: Path) -> None:
        size_bytes = target.stat().st_size
        if isinstance(source, UrlSource) and size_bytes < (pinned.size_bytes or 0):
            raise SourceFailed(f"{source} ended after {size_bytes} of {pinned.size_bytes} bytes")
        found = file_sha256(target)
        if found != pinned.sha256:
            target.unlink()
            raise WrongHash(f"{source} gives another file (sha256 {found[:12]}…)")


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise SourceFailed(f"{source}: {error.strerror}") from error
