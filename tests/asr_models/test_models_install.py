"""Installing: sources in order, hashes before anything is unpacked, and one sentence when all fail."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_assets import ARCHIVE, GOOD_ZIP, NAME, AssetServer, catalogue_of, make_zip, pinned

from asr_models.catalogue import Catalogue
from asr_models.store import AssetState, install, list_assets, require, verify
from ledger.errors import BadAsset, MissingAsset, StorageError


def test_an_asset_is_unpacked_without_its_top_folder(installed: Callable[[], Path], models_dir: Path) -> None:
    """The archive's one folder becomes the asset's folder, whole, with nothing left over beside it."""
    folder = installed()
    assert folder == models_dir / NAME
    assert (folder / "conf" / "model.conf").read_bytes() == b"--beam=12\n"
    assert (folder / "am" / "final.mdl").stat().st_size == 10240
    assert list((models_dir / ".partial").iterdir()) == []


def test_a_second_install_downloads_nothing_and_says_so(
    installed: Callable[[], Path], server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """What is whole already is not asked for again."""
    installed()
    server.requests.clear()
    told: list[str] = []
    install(NAME, models_dir, catalogue=catalogue, progress=lambda done, total, what: told.append(what))
    assert server.requests == []
    assert told == [f"{NAME} is already installed, nothing to download"]


def test_progress_counts_bytes_up_to_the_size(
    server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """Whoever shows a bar is told the bytes done of the bytes in all."""
    server.files["first"] = GOOD_ZIP
    told: list[tuple[int, int | None, str]] = []
    install(NAME, models_dir, catalogue=catalogue, progress=lambda *step: told.append(step))
    assert (len(GOOD_ZIP), len(GOOD_ZIP), f"downloading {ARCHIVE}") in told


def test_the_second_source_is_used_when_the_first_fails(
    server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """A 404 at the first address leads to the second."""
    server.files["second"] = GOOD_ZIP
    install(NAME, models_dir, catalogue=catalogue)
    assert [path for path, _ in server.requests] == ["first", "second"]
    assert verify(NAME, models_dir, catalogue=catalogue) == []


def test_the_second_source_is_used_when_the_first_gives_another_file(
    server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """A file of the right size but with another hash is thrown away before it is unpacked."""
    server.files = {"first": GOOD_ZIP[:-1] + b"!", "second": GOOD_ZIP}
    install(NAME, models_dir, catalogue=catalogue)
    assert verify(NAME, models_dir, catalogue=catalogue) == []


def test_a_wrong_hash_everywhere_is_told_and_nothing_is_unpacked(
    server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """No source gives the pinned file: the sentence says so, and the folder does not come to be."""
    server.files = {"first": b"x" * len(GOOD_ZIP), "second": b"y" * 10 * len(GOOD_ZIP)}
    with pytest.raises(BadAsset, match="gives another file"):
        install(NAME, models_dir, catalogue=catalogue)
    assert not (models_dir / NAME).exists()


def test_a_truncated_download_goes_on_where_it_stopped(
    server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """A connection that breaks off leaves a part; the next source is asked by Range for the rest."""
    server.files = {"first": GOOD_ZIP, "second": GOOD_ZIP}
    server.cut_after = {"first": 1000}
    install(NAME, models_dir, catalogue=catalogue)
    assert server.requests == [("first", None), ("second", "bytes=1000-")]
    assert verify(NAME, models_dir, catalogue=catalogue) == []


def test_a_truncated_zip_with_the_pinned_hash_is_refused(server: AssetServer, models_dir: Path) -> None:
    """An archive that is broken although it has its hash gives one sentence, not a half-filled folder."""
    broken = GOOD_ZIP[: len(GOOD_ZIP) // 2]
    server.files["first"] = broken
    catalogue = catalogue_of(pinned(ARCHIVE, broken, [{"url": server.url("first")}], unpack="zip"))
    with pytest.raises(BadAsset, match=r"cannot be unpacked from tiny-model\.zip: the archive is damaged"):
        install(NAME, models_dir, catalogue=catalogue)
    assert not (models_dir / NAME).exists()


@pytest.mark.parametrize("member", [f"{NAME}/../../evil", "/evil", f"{NAME}\\..\\evil"])
def test_an_archive_cannot_write_outside_its_folder(
    server: AssetServer, models_dir: Path, tmp_path: Path, member: str
) -> None:
    """A member that climbs out of the folder is refused before anything is written."""
    hostile = make_zip({f"{NAME}/conf/model.conf": b"x", member: b"evil"})
    server.files["first"] = hostile
    catalogue = catalogue_of(pinned(ARCHIVE, hostile, [{"url": server.url("first")}], unpack="zip"))
    with pytest.raises(BadAsset, match="outside its folder"):
        install(NAME, models_dir, catalogue=catalogue)
    assert not any(path.name.endswith("evil") for path in tmp_path.rglob("*"))


def test_without_any_source_one_sentence_says_how_to_bring_it_by_hand(models_dir: Path) -> None:
    """The sentence names what is missing, what was tried and why it failed, the file, its hash."""
    with AssetServer() as stopped:
        sources = [{"url": stopped.url("first")}, {"url": stopped.url("second")}]
    file = pinned(ARCHIVE, GOOD_ZIP, sources, unpack="zip")
    with pytest.raises(MissingAsset) as caught:
        install(NAME, models_dir, catalogue=catalogue_of(file))
    said = str(caught.value)
    assert "tiny-model is not installed: tiny-model.zip could not be had" in said
    assert said.count("cannot reach 127.0.0.1: Connection refused") == 2
    assert f"put {ARCHIVE} (sha256 {file['sha256']}) into a folder" in said
    assert said.endswith("run `hotline models install tiny-model --from FOLDER`")
    assert "\n" not in said


def test_a_file_brought_by_hand_needs_no_source(
    server: AssetServer, models_dir: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    """--from DIR is looked into first."""
    (tmp_path / ARCHIVE).write_bytes(GOOD_ZIP)
    install(NAME, models_dir, from_dir=tmp_path, catalogue=catalogue)
    assert server.requests == []
    assert require(NAME, models_dir, catalogue=catalogue).path == models_dir / NAME


def test_the_folder_of_files_brought_by_hand_may_be_named_in_the_environment(
    models_dir: Path, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HOTLINE_MODELS_FROM does what --from does."""
    (tmp_path / ARCHIVE).write_bytes(GOOD_ZIP)
    monkeypatch.setenv("HOTLINE_MODELS_FROM", str(tmp_path))
    assert install(NAME, models_dir, catalogue=catalogue).is_dir()


def test_a_wrong_file_brought_by_hand_is_told_and_left_alone(
    models_dir: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    """A file with another hash is named; it is not ours to delete."""
    (tmp_path / ARCHIVE).write_bytes(b"something else")
    with pytest.raises(BadAsset, match=f"{tmp_path / ARCHIVE} gives another file"):
        install(NAME, models_dir, from_dir=tmp_path, catalogue=catalogue)
    assert (tmp_path / ARCHIVE).read_bytes() == b"something else"


def test_a_damaged_asset_is_mended_by_installing_it(
    installed: Callable[[], Path], models_dir: Path, catalogue: Catalogue
) -> None:
    """A changed file is replaced from the source."""
    changed = installed() / "conf" / "model.conf"
    changed.write_bytes(b"--beam=13\n")
    installed()
    assert changed.read_bytes() == b"--beam=12\n"
    assert list_assets(models_dir, catalogue=catalogue)[0].state is AssetState.INSTALLED


def test_a_second_installer_waits_for_the_first(
    server: AssetServer, models_dir: Path, catalogue: Catalogue
) -> None:
    """While one holds the lock the other says that it waits, and asks no server."""
    server.files["first"] = GOOD_ZIP
    models_dir.mkdir()
    waits = threading.Event()

    def tell(done: int, total: int | None, what: str) -> None:
        if what == "waiting for another installer":
            waits.set()

    job = threading.Thread(
        target=install, args=(NAME, models_dir), kwargs={"catalogue": catalogue, "progress": tell}
    )
    with (models_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        job.start()
        assert waits.wait(10)
        assert server.requests == []
    job.join(10)
    assert require(NAME, models_dir, catalogue=catalogue).name == NAME


def test_a_models_folder_that_cannot_be_made_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    """A file where the folder should be gives one sentence that says what to do."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="choose another folder with HOTLINE_MODELS_DIR"):
        install(NAME, tmp_path / "file", catalogue=catalogue)
