"""The pipeline hands calls on, survives what a crash leaves, and explains what it cannot do."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import soundfile
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from hotline.duties import Duties
from hotline.jobs import Jobs
from hotline.pipeline import Pipeline
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from hotline.reconciling import Account, reconcile_calls
from ledger import archived, calls, judgements, stages
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import AudioFormat, CallState, Verdict
from recorder.archivist import Archivist
from recorder.capture import Capture
from recorder.keys import append_key, new_key
from recorder.opening import Recordings
from tests.hotline.captures import end_call

log = structlog.get_logger(__name__)


class Killed(BaseException):
    """What kill -9 is to the code that runs."""


def killed(*_: object, **__: object) -> None:
    """Die here."""
    raise Killed


def account_of(settings: Settings, books: Ledger) -> Account:
    """What reconciling says."""
    return reconcile_calls(books, Recordings(settings), settings.capture_dir)


@pytest.mark.parametrize("length_s", [0.0, 2.0])
def test_a_call_that_never_reached_an_operator_is_scored_without_a_flag(
    settings: Settings, books: Ledger, length_s: float
) -> None:
    """Nobody is judged for what was never said; the capture is removed once the seal is safe."""
    call_id = end_call(settings, books, length_s=length_s)
    assert Pipeline(settings, books).finish(call_id) is CallState.SCORED
    with books.transaction() as session:
        card = judgements.newest_scorecard(session, call_id)
    assert card is not None
    assert (card.score, card.flags) == (100, ())
    verdicts = {finding.rule: finding.verdict for finding in card.findings}
    assert Verdict.FAIL not in verdicts.values()
    assert verdicts["greeting"] is Verdict.NOT_APPLICABLE
    assert not Capture.of_call(settings.capture_dir, call_id).exists()
    assert account_of(settings, books).is_clean


def test_a_stage_that_was_done_is_not_done_again(settings: Settings, books: Ledger) -> None:
    """Hints that come twice change nothing."""
    call_id = end_call(settings, books, length_s=1.0)
    pipeline = Pipeline(settings, books)
    pipeline.finish(call_id)
    assert pipeline.advance(call_id) is False
    with books.transaction() as session:
        assert set(stages.stage_times(session, call_id)) == {"seal", "transcribe", "score"}


def test_a_call_without_a_capture_is_quarantined_with_its_reason(settings: Settings, books: Ledger) -> None:
    """Three tries; then the list shows why, and reconciling names it."""
    call_id = end_call(settings, books, length_s=None)
    assert Pipeline(settings, books).finish(call_id) is CallState.QUARANTINED
    with books.transaction() as session:
        assert f"nothing was captured of call {call_id}" in str(calls.get_call(session, call_id).error)
    assert account_of(settings, books).unexplained == (call_id,)


def test_a_full_disk_is_waited_out(settings: Settings, books: Ledger) -> None:
    """A store that refuses is not the call's fault: it is tried again until it works."""
    call_id = end_call(settings, books, length_s=1.0)
    settings.spool_dir.rmdir()
    settings.spool_dir.write_text("in the way")
    pipeline = Pipeline(settings, books)
    for _ in range(5):
        assert pipeline.advance(call_id) is False
    with books.transaction() as session:
        waiting = calls.get_call(session, call_id)
    assert waiting.state is CallState.ENDED
    assert "cannot write" in str(waiting.error)
    settings.spool_dir.unlink()
    settings.spool_dir.mkdir()
    assert pipeline.finish(call_id) is CallState.SCORED


def test_an_archive_that_refuses_delays_no_call(settings: Settings, books: Ledger) -> None:
    """The call is scored from the spool; the archivist takes the recording when the archive is back."""
    call_id = end_call(settings, books, length_s=1.0)
    settings.recordings_dir.rmdir()
    settings.recordings_dir.write_text("in the way")
    assert Pipeline(settings, books).finish(call_id) is CallState.SCORED
    archivist = Archivist(settings, books)
    assert not archivist.sweep()
    settings.recordings_dir.unlink()
    assert archivist.sweep()
    assert reconcile_calls(books, Recordings(settings), settings.capture_dir).is_clean
    with books.reading() as session:
        assert archived.spooled(session).recordings == 0


def test_a_near_archive_takes_a_recording_at_once(settings: Settings, books: Ledger) -> None:
    """By day and number, without another process; the spool is empty."""
    call_id = end_call(settings, books, length_s=1.0)
    Pipeline(settings, books).finish(call_id)
    (file,) = settings.recordings_dir.rglob("*.flac")
    assert file.relative_to(settings.recordings_dir).parts[1:] == ("114", f"{call_id}.flac")
    assert not list(settings.spool_dir.rglob("*.flac"))


@pytest.mark.parametrize("died_before", ["mark_archived", "unlink"])
def test_an_archivist_that_died_halfway_is_finished_by_the_next(
    settings: Settings, books: Ledger, died_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between putting, marking and removing: never lost, never marked in vain."""
    call_id = end_call(settings, books, length_s=1.0)
    pipeline = Pipeline(settings, books)
    with monkeypatch.context() as dying:
        where = archived if died_before == "mark_archived" else Path
        dying.setattr(where, died_before, killed)
        with contextlib.suppress(Killed):
            pipeline.finish(call_id)
    assert len(list(settings.spool_dir.rglob("*.flac"))) == 1
    assert Archivist(settings, books).sweep()
    assert not list(settings.spool_dir.rglob("*.flac"))
    with books.reading() as session:
        recording = judgements.get_recording(session, call_id)
    assert recording.archived_at is not None
    assert Recordings(settings).seal_holds(recording)


def test_a_mark_that_a_power_cut_took_is_made_again(settings: Settings, books: Ledger) -> None:
    """The recording is in the archive and not in the spool, the ledger does not know: the start mends it."""
    call_id = end_call(settings, books, length_s=1.0)
    Pipeline(settings, books).finish(call_id)
    with books.transaction() as session:
        archived.mark_spooled(session, judgements.get_recording(session, call_id))
    Archivist(settings, books).adopt()
    with books.reading() as session:
        assert archived.spooled(session).recordings == 0


def test_encrypted_opus_goes_the_same_way(settings: Settings, books: Ledger, tmp_path: Path) -> None:
    """Sealed, read by the recogniser and put away; only the form of the file differs."""
    append_key(tmp_path / "keys", new_key())
    changed = {"recording_format": AudioFormat.OPUS, "recording_key_file": tmp_path / "keys"}
    settings = settings.model_copy(update=changed)
    call_id = end_call(settings, books, length_s=1.5)
    assert Pipeline(settings, books).finish(call_id) is CallState.SCORED
    (file,) = settings.recordings_dir.rglob("*.opus.enc")
    assert file.read_bytes()[:7] == b"HOTLENC"
    with books.reading() as session:
        recording = judgements.get_recording(session, call_id)
    assert soundfile.info(Recordings(settings).load(recording)).frames == 12_000


def test_the_sweep_finds_what_a_crash_left(settings: Settings, books: Ledger) -> None:
    """A call whose hint was lost gets another, and only one however often it is swept."""
    end_call(settings, books, length_s=1.0)
    jobs = Jobs(settings)
    for _ in range(3):
        Duties(settings, books, Recognisers(settings, plan_of(settings)), far=False).sweep()
    assert jobs.waiting() == 1


def test_a_changed_recording_breaks_its_seal(settings: Settings, books: Ledger) -> None:
    """One byte is enough, and the call is named."""
    call_id = end_call(settings, books, length_s=1.0)
    Pipeline(settings, books).finish(call_id)
    (file,) = settings.recordings_dir.rglob("*.flac")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    account = account_of(settings, books)
    assert account.broken_seals == (call_id,)
    assert account.document["broken_seals"] == 1


def test_every_line_about_a_call_carries_its_id(settings: Settings, books: Ledger) -> None:
    """What a stage logs, and what fails in it, can be found by the call; nothing is left bound afterwards."""
    failing = end_call(settings, books, length_s=None)
    pipeline = Pipeline(settings, books)
    with capture_logs(processors=[merge_contextvars]) as logs:
        pipeline.finish(failing)
        log.info("afterwards")
    assert {line["event"] for line in logs} >= {"stage_failed", "afterwards"}
    assert all(("call_id" in line) == (line["event"] != "afterwards") for line in logs)
