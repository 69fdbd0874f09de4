"""`hotline mask` and `hotline audit`, as an administrator at the machine uses them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from ledger import archived
from ledger.database import open_ledger
from ledger.judgements import get_recording
from ledger.settings import Settings
from ledger.states import CallState
from ledger.tables import CallRow
from recorder.opening import Recordings
from tests.hotline.command import Answer, assert_one_sentence, hotline


def import_noise(tmp_path: Path, **environment: str) -> str:
    """Two seconds of noise as a call that has been scored; its id."""
    noise = np.random.default_rng(1).integers(-3000, 3000, (16_000, 2)).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", noise, 8000)
    data = tmp_path / "var"
    (brought,) = hotline(
        "import", tmp_path / "a.wav", "--hotline", "114", "--json", data=data, **environment
    ).document
    with open_ledger(Settings(data_dir=data)).transaction() as session:
        session.get_one(CallRow, brought["call_id"]).state = CallState.SCORED
    return str(brought["call_id"])


def mask(tmp_path: Path, call_id: str, *more: str, **environment: str) -> Answer:
    """Mask from 0.5 to 1 s."""
    options = ("--from", "0.5", "--to", "1", "--why", "card number", *more)
    return hotline("mask", call_id, *options, data=tmp_path / "var", **environment)


def test_a_mask_is_made_told_and_verified(tmp_path: Path) -> None:
    """The command seals anew; chain and audit log are clean and tell of it."""
    call_id, data = import_noise(tmp_path), tmp_path / "var"
    assert f"{call_id} is masked from 0.5 to 1 s" in mask(tmp_path, call_id).out
    samples, _ = soundfile.read(next(data.rglob("*.m1.flac")), dtype="int16")
    assert not samples[4000:8000].any()
    assert hotline("verify", "--json", data=data).document["clean"]
    checked = hotline("audit", "verify", "--json", data=data)
    assert (checked.status, checked.document["rows"]) == (0, 1)
    assert hotline("audit", "verify", "--head", checked.document["head"], data=data).status == 0
    (row,) = hotline("audit", "show", "--call", call_id, "--json", data=data).document
    assert (row["action"], row["details"]["why"]) == ("masked", "card number")
    assert hotline("audit", "show", "--user", "nobody", "--json", data=data).document == []
    assert "masked" in hotline("audit", "show", data=data).out


def test_a_wrong_span_is_one_sentence(tmp_path: Path) -> None:
    """Exit status 2; nothing is masked."""
    call_id = import_noise(tmp_path)
    answer = hotline("mask", call_id, "--from", "1", "--to", "9", "--why", "x", data=tmp_path / "var")
    assert_one_sentence(answer, "ends at 2 s")
    assert not list((tmp_path / "var").rglob("*.m1.*"))


def test_a_wrong_head_is_found(tmp_path: Path) -> None:
    """Exit status 1 where the log is not the one of the head, 2 where it is no head."""
    data = tmp_path / "var"
    assert hotline("audit", "verify", "--head", f"7:{'0' * 64}", data=data).status == 1
    assert_one_sentence(hotline("audit", "verify", "--head", "seven", data=data), "NUMBER:LINK")


def test_a_rotation_takes_the_kept_original_along(tmp_path: Path) -> None:
    """Both versions of an encrypted Opus recording open with the new key alone."""
    keys, data = tmp_path / "keys", tmp_path / "var"
    given = {"HOTLINE_RECORDING_KEY_FILE": str(keys), "HOTLINE_RECORDING_FORMAT": "opus"}
    hotline("keys", "new", "--to", keys, data=data)
    call_id = import_noise(tmp_path, **given)
    assert mask(tmp_path, call_id, **given).status == 0
    hotline("keys", "new", "--to", keys, data=data)
    assert hotline("keys", "rotate", data=data, **given).out.startswith("2 recordings came under key")
    keys.write_text(keys.read_text().splitlines()[1])  # the old key goes
    settings = Settings(data_dir=data, recording_key_file=keys)
    with open_ledger(settings).reading() as session:
        versions = [get_recording(session, call_id), archived.find_original(session, call_id)]
    for version in versions:
        assert version is not None
        assert version.path.endswith(".opus.enc")
        assert soundfile.info(Recordings(settings).load(version)).frames == 16_000
    assert hotline("verify", "--json", data=data, **given).document["clean"]
