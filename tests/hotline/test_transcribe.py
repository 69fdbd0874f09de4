"""`hotline transcribe` and `hotline queue`: calls go through once more, and nothing old is lost."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hotline.commands.hear import transcribe
from hotline.pipeline import Pipeline
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from hotline.redoing import Redoing
from ledger import calls
from ledger.backlog import progress
from ledger.database import Ledger
from ledger.errors import HotlineError, SettingsError
from ledger.settings import Settings, load_settings, prepare_data_dir
from ledger.states import CallState
from tests.hotline.command import Answer, assert_one_sentence, hotline
from tests.hotline.crews import bring, call_of, works_done

SMALL, BIG, ENGLISH = "vosk-model-small-cn-0.22", "vosk-model-cn-0.22", "vosk-model-small-en-us-0.15"


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small Mandarin model, and the same files as the big one: brought by hand, with their hash told."""
    small = load_settings().models_dir / SMALL
    folder = tmp_path_factory.mktemp("models")
    (folder / SMALL).symlink_to(small)
    archive = folder / "brought.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for file in small.rglob("*"):
            if file.is_file() and file.name != ".installed.json":
                bundle.write(file, Path(BIG) / file.relative_to(small))
    told = ["--from", archive, "--sha256", hashlib.sha256(archive.read_bytes()).hexdigest()]
    answer = hotline("models", "install", BIG, *told, data=folder, HOTLINE_MODELS_DIR=str(folder))
    assert answer.status == 0, answer.err
    archive.unlink()
    return folder


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path) -> Settings:
    """A data directory of its own."""
    made = load_settings(data_dir=tmp_path / "var", models_dir=models_dir)
    prepare_data_dir(made)
    return made


def command(settings: Settings, *arguments: str) -> Answer:
    """Run it over these settings."""
    return hotline(*arguments, data=settings.data_dir, HOTLINE_MODELS_DIR=str(settings.models_dir))


def scored(settings: Settings, books: Ledger, folder: Path, **told: object) -> str:
    """A call that has been through the pipeline."""
    call_id = bring(settings, books, folder, seconds=2, seed=1, **told)  # type: ignore[arg-type]
    assert Pipeline(settings, books).finish(call_id) is CallState.SCORED
    return call_id


def test_another_model_does_all_calls_again_and_the_old_transcripts_are_kept(
    settings: Settings, books: Ledger, tmp_path: Path
) -> None:
    """Each version has its model, hash, settings and findings; a second time nothing is to be done."""
    call_id = scored(settings, books, tmp_path)
    english = bring(settings, books, tmp_path, seconds=1, seed=2, facts={"language": "en"})
    assert Pipeline(settings, books).finish(english) is CallState.NO_MODEL
    first = command(settings, "transcribe", "--all", "--model", BIG, "--wait", "--json")
    assert first.status == 0, first.err
    assert (first.document["asked"], first.document["left_out"]) == (1, 1)
    assert works_done(books, call_id) == (2, 2, 2)
    document = command(settings, "show", call_id, "--json").document
    newest, oldest = document["transcripts"]
    assert (newest["model"], oldest["model"]) == (BIG, SMALL)
    assert newest["judged"]
    assert oldest["judged"]
    assert newest["model_sha256"] != oldest["model_sha256"]
    assert newest["settings"]["rate_hz"] == "8000"
    assert document["proof"]["model"] == BIG
    assert document["state"] == "scored"
    again = command(settings, "transcribe", "--all", "--model", BIG, "--json")
    assert (again.document["asked"], again.document["calls"]) == (0, [])


def test_a_named_call_goes_first_and_what_was_given_up_is_tried_again(
    settings: Settings, books: Ledger, tmp_path: Path
) -> None:
    """A damaged recording: three tries, its reason in the list; mended, it is transcribed on command."""
    call_id = scored(settings, books, tmp_path)
    (file,) = settings.recordings_dir.rglob("*.flac")
    whole = file.read_bytes()
    file.write_bytes(whole[:-500])
    answer = command(settings, "transcribe", call_id, "--wait")
    assert answer.status == 1
    assert f"failed: {call_id}" in answer.out
    assert call_of(books, call_id).state is CallState.QUARANTINED
    (listed,) = command(settings, "calls", "--state", "quarantined", "--json").document
    assert listed["error"].startswith(f"transcribe: the recording of call {call_id} was changed")
    with books.reading() as session:
        assert progress(session).quarantined == 1
    file.write_bytes(whole)
    mended = command(settings, "transcribe", "--quarantined", "--wait")
    assert (mended.status, mended.out) == (0, "1 calls are before the workers\n")
    assert works_done(books, call_id) == (2, 2, 2)


def test_the_queue_says_what_waits(settings: Settings, books: Ledger, tmp_path: Path) -> None:
    """One document for programs, a table for people."""
    scored(settings, books, tmp_path)
    bring(settings, books, tmp_path, seconds=3, seed=2)
    document = command(settings, "queue", "--json").document
    assert document["waiting"] == {"seal": 0, "transcribe": 1, "score": 0}
    assert document["waiting_audio_s"] == 3.0
    assert document["audio_hours_per_hour"] > 0
    assert document["through_at"]
    assert document["running"] == []
    shown = command(settings, "queue").out
    assert "waiting: 0 to seal, 1 to transcribe, 0 to score" in shown
    assert "audio-hours an hour" in shown


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"model": SMALL}, "say what to transcribe with --model: name calls, or --all"),
        ({"every": True, "quarantined": True}, "--all is all calls"),
    ],
)
def test_a_contradiction_is_told(asked: dict[str, Any], says: str) -> None:
    """Before anything is touched."""
    with pytest.raises(SettingsError, match=says):
        transcribe(**asked)


@pytest.mark.parametrize(
    ("only", "model", "says"),
    [
        (None, "nothing", "there is no recogniser 'nothing'; choose one of: vosk"),
        (None, "kokoro-82m-v1.0-int8", "there is no recogniser 'kokoro-82m-v1.0-int8'"),
        (None, ENGLISH, f"run `hotline models install {ENGLISH}`"),
        (["20200101-000000-none"], None, "there is no call '20200101-000000-none'"),
        (["english"], SMALL, f"call english is in en, which {SMALL} does not understand"),
        (["english"], None, "no model is named for en"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    settings: Settings, books: Ledger, only: list[str] | None, model: str | None, says: str
) -> None:
    """And nothing is asked for."""
    with books.transaction() as session:
        calls.add_call(session, call_id="english", hotline="114")
        calls.add_facts(session, "english", {"language": "en"})
    with pytest.raises(HotlineError, match=re.escape(says)):
        Redoing(settings, books, Recognisers(settings, plan_of(settings))).ask(only, model)


def test_a_machine_beside_another_needs_what_they_share(tmp_path: Path) -> None:
    """`hotline work` says which settings are missing."""
    answer = hotline("work", data=tmp_path, HOTLINE_REDIS_URL="redis://127.0.0.1:1/0")
    assert_one_sentence(answer, "needs HOTLINE_DATABASE_URL, HOTLINE_ARCHIVE_URL as that one has them")
