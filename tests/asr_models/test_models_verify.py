"""Finding what is wrong with an installed asset, cheaply at each start and thoroughly when asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_assets import ARCHIVE, GOOD_ZIP, NAME, catalogue_of, pinned

from asr_models.catalogue import Catalogue
from asr_models.store import AssetState, install, list_assets, require, verify
from ledger.errors import BadAsset, MissingAsset


def test_an_absent_asset_is_told_with_the_command_that_brings_it(
    models_dir: Path, catalogue: Catalogue
) -> None:
    """One sentence: what is missing, where, and what to run."""
    with pytest.raises(MissingAsset, match=f"not in {models_dir}; run `hotline models install {NAME}`"):
        require(NAME, models_dir, catalogue=catalogue)
    assert list_assets(models_dir, catalogue=catalogue)[0].state is AssetState.ABSENT
    assert verify(NAME, models_dir, catalogue=catalogue) == ["it is not installed"]


def test_require_gives_folder_kind_and_hash(
    installed: Callable[[], Path], models_dir: Path, catalogue: Catalogue
) -> None:
    """A transcript can say by which model it was made."""
    folder = installed()
    model = require(NAME, models_dir, catalogue=catalogue)
    assert (model.path, model.kind, model.sha256) == (folder, "recogniser", catalogue.assets[0].sha256)


def test_verify_finds_a_flipped_byte(
    installed: Callable[[], Path], models_dir: Path, catalogue: Catalogue
) -> None:
    """A file that kept its size but not its content is named."""
    path = installed() / "am" / "final.mdl"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    problems = verify(NAME, models_dir, catalogue=catalogue)
    assert problems == ["am/final.mdl has changed: its hash is not the one that was installed"]


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_bytes(b"short")])
def test_require_refuses_a_missing_or_shortened_file(
    installed: Callable[[], Path], models_dir: Path, catalogue: Catalogue, damage: Callable[[Path], None]
) -> None:
    """What can be seen without reading the files is seen at each start."""
    damage(installed() / "am" / "final.mdl")
    with pytest.raises(BadAsset, match=r"am/final\.mdl .* run `hotline models install tiny-model`"):
        require(NAME, models_dir, catalogue=catalogue)
    assert list_assets(models_dir, catalogue=catalogue)[0].state is AssetState.DAMAGED


@pytest.mark.parametrize("marker", [b"", b"{}", b"\xff\xfe not json"])
def test_a_damaged_marker_is_a_damaged_asset(
    installed: Callable[[], Path], models_dir: Path, catalogue: Catalogue, marker: bytes
) -> None:
    """A marker that cannot be read proves nothing."""
    (installed() / ".installed.json").write_bytes(marker)
    with pytest.raises(BadAsset, match="is damaged"):
        require(NAME, models_dir, catalogue=catalogue)


def test_a_folder_that_was_not_installed_by_us_is_not_trusted(models_dir: Path, catalogue: Catalogue) -> None:
    """A folder of the right name without a marker is damaged, not installed."""
    (models_dir / NAME).mkdir(parents=True)
    with pytest.raises(BadAsset, match=r"has no \.installed\.json"):
        require(NAME, models_dir, catalogue=catalogue)


def test_another_version_than_the_pinned_one_is_refused(
    installed: Callable[[], Path], models_dir: Path
) -> None:
    """After the catalogue has moved on the old files do not pass as the new ones."""
    installed()
    newer = catalogue_of(pinned(ARCHIVE, b"new", [{"url": "http://127.0.0.1:9/x"}], unpack="zip"))
    with pytest.raises(BadAsset, match="the catalogue pins"):
        require(NAME, models_dir, catalogue=newer)


def test_an_asset_of_several_files_keeps_their_places(models_dir: Path, tmp_path: Path) -> None:
    """Files that are not archives lie where the catalogue says, and the asset's hash covers all of them."""
    sources = [{"url": "http://127.0.0.1:9/x"}]
    files = [
        pinned("m.onnx", b"model", sources, path="model.onnx"),
        pinned("a.bin", b"a", sources, path="voices/a.bin"),
    ]
    (tmp_path / "m.onnx").write_bytes(b"model")
    (tmp_path / "a.bin").write_bytes(b"a")
    catalogue = catalogue_of(*files)
    folder = install(NAME, models_dir, from_dir=tmp_path, catalogue=catalogue)
    assert (folder / "voices" / "a.bin").read_bytes() == b"a"
    assert require(NAME, models_dir, catalogue=catalogue).sha256 not in {
        files[0]["sha256"],
        files[1]["sha256"],
    }
    assert GOOD_ZIP not in [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
