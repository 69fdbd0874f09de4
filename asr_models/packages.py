"""Files out of packages: wheels by pip, tarballs by npm, with the ordinary configuration of both.

A package is only fetched and read as an archive. Nothing in it is installed, built or run.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from asr_models.catalogue import NpmSource, PipSource
from asr_models.hashing import write_synced
from asr_models.reasons import SourceFailed

PACKAGE_TIMEOUT_S = 1800.0  # a slow line brings 45 MB in this time


class PackageClient:
    """Fetches each package once into a folder of this run and remembers which ones cannot be had."""

    def __init__(self, folder: Path, brought_by_hand: Path | None = None) -> None:
        self._folder = folder
        self._brought = brought_by_hand
        self._archives: dict[str, Path] = {}
        self._failures: dict[str, str] = {}

    def extract(self, source: PipSource | NpmSource, target: Path) -> None:
        """Join the source's members into `target`. Raises SourceFailed."""
        archives = self._fetch_all(source)
        with ExitStack() as stack:
            members = (
                stack.enter_context(_open_member(archive, member))
                for archive, member in zip(archives, source.members, strict=True)
            )
            write_synced(target, members)

    def _fetch_all(self, source: PipSource | NpmSource) -> list[Path]:
        if isinstance(source, NpmSource):
            return [self._npm(source.npm, source.version)] * len(source.members)
        return [self._wheel(package, source.version) for package in source.packages]

    def _wheel(self, package: str, version: str) -> Path:
        wanted = f"{package}=={version}"
        options = ["--no-deps", "--only-binary", ":all:", "--retries", "1", "--timeout", "10"]
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            *options,
            *quiet,
            "--dest",
            str(self._folder),
            wanted,
        ]
        pattern = f"{package.replace('-', '_')}-{version}-*.whl"
        return self._archive(f"pip {wanted}", pattern, command)

    def _npm(self, package: str, version: str) -> Path:
        wanted = f"{package}@{version}"
        options = ["--ignore-scripts", "--silent", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
        command = ["npm", "pack", *options, f"--pack-destination={self._folder}", wanted]
        pattern = f"{package.removeprefix('@').replace('/', '-')}-{version}.tgz"
        return self._archive(f"npm {wanted}", pattern, command)

    def _archive(self, what: str, pattern: str, command: list[str]) -> Path:
        if what in self._failures:
            raise SourceFailed(self._failures[what])
        if what not in self._archives:
            try:
                self._archives[what] = self._find(self._brought, pattern) or self._run(what, pattern, command)
            except SourceFailed as failure:
                self._failures[what] = str(failure)
                raise
        return self._archives[what]

    def _run(self, what: str, pattern: str, command: list[str]) -> Path:
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                timeout=PACKAGE_TIMEOUT_S,
                stdin=subprocess.DEVNULL,
                cwd=self._folder,  # a package.json of the caller's folder must not steer npm
            )
        except FileNotFoundError as error:
            raise SourceFailed(f"{what}: the program {command[0]} is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise SourceFailed(f"{what}: not here after {PACKAGE_TIMEOUT_S:.0f} s") from error
        archive = self._find(self._folder, pattern)
        if archive is None:
            raise SourceFailed(f"{what}: {_last_line(done.stderr)}")
        return archive

    @staticmethod
    def _find(folder: Path | None, pattern: str) -> Path | None:
        return next(iter(sorted(folder.glob(pattern))), None) if folder else None


@contextmanager
def _open_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    opener = _wheel_member if archive.suffix == ".whl" else _tarball_member
    try:
        with opener(archive, member) as file:
            yield file
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise SourceFailed(f"{archive.name} holds no readable {member}") from error


@contextmanager
def _wheel_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(archive) as wheel, wheel.open(member) as file:
        yield file


@contextmanager
def _tarball_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    with tarfile.open(archive) as tarball:
        file = tarball.extractfile(member)
        if file is None:  # a folder or a link to nowhere
            raise KeyError(member)
        yield file


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ") if lines else "the package could not be fetched"
