"""`hotline keys`: making keys, seeing which are used, and rotating them over a real archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from ledger.database import open_ledger
from ledger.judgements import get_recording
from ledger.settings import Settings
from recorder.keys import load_keys
from recorder.opening import Recordings
from tests.hotline.command import Answer, assert_one_sentence, hotline

CALLS = 3


def with_keys(path: Path, *arguments: str | Path, data: Path) -> Answer:
    """Run a command that is given a key file."""
    return hotline(*arguments, data=data, HOTLINE_RECORDING_KEY_FILE=str(path))


def import_calls(tmp_path: Path) -> list[str]:
    """Some encrypted recordings; their calls' ids."""
    files = [tmp_path / f"{number}.wav" for number in range(CALLS)]
    for seed, file in enumerate(files):  # the same bytes twice would be one call
        noise = np.random.default_rng(seed).integers(-3000, 3000, (16_000, 2)).astype(np.int16)
        soundfile.write(file, noise, 8000)
    answer = with_keys(
        tmp_path / "keys", "import", *files, "--hotline", "114", "--json", data=tmp_path / "var"
    )
    return [document["call_id"] for document in answer.document]


def test_a_rotation_brings_every_recording_under_the_newest_key(tmp_path: Path) -> None:
    """After it the old key may go; hashes stay, a second rotation has nothing to do."""
    keys, data = tmp_path / "keys", tmp_path / "var"
    assert hotline("keys", "new", "--to", keys, data=data).status == 0
    call_ids = import_calls(tmp_path)
    (old,) = with_keys(keys, "keys", "list", "--json", data=data).document
    assert (old["given"], old["recordings"]) == (True, CALLS)
    assert hotline("keys", "new", "--to", keys, data=data).status == 0
    rotated = with_keys(keys, "keys", "rotate", data=data)
    assert rotated.out.startswith(f"{CALLS} recordings came under key"), rotated.err
    keys.write_text(keys.read_text().splitlines()[1])  # the old key goes
    (new,) = with_keys(keys, "keys", "list", "--json", data=data).document
    assert (new["given"], new["recordings"]) == (True, CALLS)
    settings = Settings(data_dir=data, recording_key_file=keys)
    with open_ledger(settings).reading() as session:
        assert all(Recordings(settings).seal_holds(get_recording(session, one)) for one in call_ids)
    assert with_keys(keys, "keys", "rotate", data=data).out.startswith("0 recordings")


def test_a_rotation_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """One recording is out of the archive: those before it stay rotated, the rest goes when it is back."""
    keys, data = tmp_path / "keys", tmp_path / "var"
    hotline("keys", "new", "--to", keys, data=data)
    newest = import_calls(tmp_path)[-1]  # rotated last
    (away,) = (data / "recordings").rglob(f"{newest}.*")
    hotline("keys", "new", "--to", keys, data=data)
    away.rename(tmp_path / "aside")
    assert_one_sentence(with_keys(keys, "keys", "rotate", data=data), "bring it back")
    counts = [one["recordings"] for one in with_keys(keys, "keys", "list", "--json", data=data).document]
    assert counts == [1, CALLS - 1]
    (tmp_path / "aside").rename(away)
    assert with_keys(keys, "keys", "rotate", data=data).out.startswith("1 recordings")


def test_check_tells_of_a_missing_key_and_of_an_archive_that_refuses(tmp_path: Path) -> None:
    """Before anything is started: the key by its id, the archive by its place."""
    keys, data = tmp_path / "keys", tmp_path / "var"
    hotline("keys", "new", "--to", keys, data=data)
    import_calls(tmp_path)
    key = load_keys(Settings(recording_key_file=keys)).newest
    assert key is not None
    (tmp_path / "file").write_text("in the way")
    answer = hotline("check", data=data, HOTLINE_ARCHIVE_URL=f"file://{tmp_path / 'file'}")
    assert answer.status == 2
    assert f"encrypted with key {key.id}, which is not given" in answer.out + answer.err
    assert f"the archive {tmp_path / 'file'} cannot be used" in answer.out + answer.err
    whole = with_keys(keys, "check", data=data)
    assert "archive" not in whole.out + whole.err
    assert "key" not in whole.out + whole.err
    assert not list((data / "recordings").glob(".hotline-check*"))


def test_listing_names_a_key_that_is_missing(tmp_path: Path) -> None:
    """Exit status 1, and the recordings that cannot be heard are counted."""
    hotline("keys", "new", "--to", tmp_path / "keys", data=tmp_path / "var")
    import_calls(tmp_path)
    answer = hotline("keys", "list", data=tmp_path / "var")
    assert answer.status == 1
    assert f"{CALLS} recordings  MISSING" in answer.out


def test_rotating_without_a_key_is_told(tmp_path: Path) -> None:
    """One sentence that says where a key is named and how one is made."""
    assert_one_sentence(hotline("keys", "rotate", data=tmp_path / "var"), "hotline keys new")
