"""The auditor's commands, as programs: what they print, and what they exit with."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.database import open_ledger
from ledger.settings import load_settings, prepare_data_dir
from tests.hotline.command import assert_one_sentence, hotline
from tests.recorder.chaining import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two recordings in a data directory."""
    settings = load_settings(data_dir=tmp_path)
    prepare_data_dir(settings)
    archive = Archive(ledger=open_ledger(settings), folder=settings.recordings_dir)
    archive.seal("a")
    archive.seal("b")
    return archive


def test_verifying_is_clean_until_a_byte_changes(archive: Archive, tmp_path: Path) -> None:
    """Exit 0 with counts; then 1, a sentence and a document that name the recording."""
    clean = hotline("verify", "--json", data=tmp_path)
    assert (clean.status, clean.document["entries"], clean.document["recordings"]) == (0, 3, 2)
    assert clean.document["problems"] == []
    next(archive.folder.rglob("b.flac")).write_bytes(b"other")
    broken = hotline("verify", data=tmp_path)
    assert broken.status == 1
    assert broken.out.startswith(
        "entry 2026-01-02 no. 2 (sealed, call b) sealed other audio than 2026-01-02/114/b.flac holds now\n"
    )
    (problem,) = hotline("verify", "--json", "--call", "b", data=tmp_path).document["problems"]
    assert (problem["fault"], problem["call_id"], problem["number"]) == ("audio_changed", "b", 2)
    assert hotline("verify", "--call", "a", data=tmp_path).status == 0


def test_exported_heads_are_compared(archive: Archive, tmp_path: Path) -> None:
    """What `chain export` printed is what `verify --heads` takes."""
    exported = hotline("chain", "export", data=tmp_path)
    assert (exported.document["day"], exported.document["entries"]) == ("2026-01-02", 2)
    heads = tmp_path / "heads.jsonl"
    heads.write_text(exported.out)
    assert hotline("verify", "--heads", heads, data=tmp_path).status == 0
    heads.write_text(exported.out.replace('"entries": 2', '"entries": 3'))
    cut = hotline("verify", "--heads", heads, data=tmp_path)
    assert (cut.status, "is cut" in cut.out) == (1, True)


def test_what_cannot_be_meant_is_told(archive: Archive, tmp_path: Path) -> None:
    """A call that never was, and two scopes at once."""
    assert_one_sentence(hotline("verify", "--call", "z", data=tmp_path), "there is no call 'z'")
    both = hotline("verify", "--call", "a", "--day", "2026-01-02", data=tmp_path)
    assert_one_sentence(both, "exclude each other")
    missing = hotline("verify", "--heads", "nowhere", data=tmp_path)
    assert_one_sentence(missing, "cannot read the heads in nowhere")
