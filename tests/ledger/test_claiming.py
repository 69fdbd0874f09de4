"""What is due next, who has it, and how far the pipeline is: on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import calls, claiming, judgements, redoing, stages
from ledger.backlog import progress
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Ending, Facts, Recording, Transcript
from ledger.redoing import Kind
from ledger.states import CallState, Origin, Reason, Result
from ledger.tables import CallRow

SERVED = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
SHA = "a" * 64
MOST = 3


def add(
    ledger: Ledger,
    call_id: str,
    state: CallState,
    *,
    minutes_ago: float = 0,
    origin: Origin = Origin.SIP,
    facts: Facts | None = None,
) -> None:
    """A call in a state; recorded ones have a minute of recording, which is in the archive."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", origin=origin)
        session.flush()
        row = session.get_one(CallRow, call_id)
        row.state, row.facts = state, facts or {}
        row.received_at = now() - timedelta(minutes=minutes_ago)
        if state is not CallState.ENDED:
            recording = Recording(
                call_id=call_id, path=f"{call_id}.flac", sha256=SHA, duration_s=60.0, sample_rate_hz=8000,
                channels=2, sealed_at=now(), archived_at=now(),
            )  # fmt: skip
            judgements.save_recording(session, recording)


def take(ledger: Ledger, worker: str = "here:1", *, far: bool = False) -> str | None:
    """What a worker takes next."""
    with ledger.transaction() as session:
        due = claiming.next_due(session, MOST, far=far)
        if due is None:
            return None
        assert claiming.claim(session, *due, worker, 60)
        return due[0]


def transcript(model: str) -> Transcript:
    """Nothing was said."""
    return Transcript(model=model, model_sha256=SHA, recording_sha256=SHA, turns=())


def test_the_most_urgent_is_taken_first(either_ledger: Ledger) -> None:
    """What somebody waits for, captures, what has only to be scored, calls, imports; the oldest first."""
    add(either_ledger, "import", CallState.RECORDED, minutes_ago=9, origin=Origin.IMPORT)
    add(either_ledger, "new", CallState.RECORDED, minutes_ago=1)
    add(either_ledger, "old", CallState.RECORDED, minutes_ago=5)
    add(either_ledger, "said", CallState.TRANSCRIBED)
    add(either_ledger, "capture", CallState.ENDED)
    add(either_ledger, "wanted", CallState.RECORDED)
    add(either_ledger, "done", CallState.SCORED)
    with either_ledger.transaction() as session:
        for call_id in ("wanted", "done"):
            claiming.want(session, call_id)
    assert [take(either_ledger) for _ in range(7)] == [
        "wanted", "capture", "said", "old", "new", "import", None,
    ]  # fmt: skip


def test_a_far_machine_takes_only_what_it_can_reach(either_ledger: Ledger) -> None:
    """Captures and recordings in the spool are on the other machine's disk."""
    add(either_ledger, "capture", CallState.ENDED)
    add(either_ledger, "spooled", CallState.RECORDED)
    add(either_ledger, "archived", CallState.RECORDED)
    with either_ledger.transaction() as session:
        session.get_one(CallRow, "spooled")
        recording = judgements.get_recording(session, "spooled")
        session.flush()
        judgements.save_recording(session, _waiting(recording))
    assert [take(either_ledger, far=True) for _ in range(2)] == ["archived", None]


def _waiting(recording: Recording) -> Recording:
    columns = {name: getattr(recording, name) for name in recording.__slots__}
    return Recording(**{**columns, "archived_at": None})


def test_a_failed_call_lets_others_go_first(either_ledger: Ledger) -> None:
    """It pauses; whoever names it may try at once. What another worker has taken over is not touched."""
    add(either_ledger, "a", CallState.RECORDED)
    assert take(either_ledger) == "a"
    with either_ledger.transaction() as session:
        state = claiming.release(session, "a", "here:1", error="transcribe: x", most_tries=3, pause_s=60)
        assert state is CallState.RECORDED
        late = claiming.release(session, "a", "here:1", error="late", most_tries=3, pause_s=0)
        assert late is None
    assert take(either_ledger) is None
    with either_ledger.transaction() as session:
        assert claiming.claim(session, "a", CallState.RECORDED, "here:2", 60)
        assert calls.get_call(session, "a").error == "transcribe: x"


def test_a_worker_elsewhere_that_is_silent_loses_its_call_after_the_lease(either_ledger: Ledger) -> None:
    """Then another may take it; after three such claims it is given up with the reason."""
    add(either_ledger, "a", CallState.RECORDED)
    for worker in ("elsewhere:1", "elsewhere:2", "elsewhere:3"):
        assert take(either_ledger, worker) == "a"
        assert take(either_ledger) is None, "the lease stands"
        with either_ledger.transaction() as session:
            session.get_one(CallRow, "a").claimed_until = now() - timedelta(seconds=1)
    assert take(either_ledger) is None, "a fourth worker is not sent after the three"
    with either_ledger.transaction() as session:
        assert claiming.quarantine_given_up(session, MOST) == ["a"]
        session.expire_all()
        given_up = calls.get_call(session, "a")
    assert (given_up.state, given_up.error) == (
        CallState.QUARANTINED,
        "3 workers had it and none of them came back with it",
    )


@pytest.mark.parametrize(
    ("state", "error", "again"),
    [
        (CallState.ENDED, "seal: nothing was captured", CallState.ENDED),
        (CallState.RECORDED, "transcribe: it breaks off", CallState.RECORDED),
        (CallState.TRANSCRIBED, "score: no pack", CallState.TRANSCRIBED),
    ],
)
def test_what_was_given_up_tries_the_stage_again_that_failed(
    either_ledger: Ledger, state: CallState, error: str, again: CallState
) -> None:
    """With three fresh tries."""
    add(either_ledger, "a", state)
    with either_ledger.transaction() as session:
        row = session.get_one(CallRow, "a")
        row.state, row.tries, row.error = CallState.QUARANTINED, 3, error
    with either_ledger.transaction() as session:
        assert redoing.retry(session, ["b"]) == []
        assert redoing.retry(session) == ["a"]
    with either_ledger.reading() as session:
        assert calls.get_call(session, "a").state is again
    assert take(either_ledger) == "a"


def test_calls_of_a_kind_are_asked_for_again_with_another_model(either_ledger: Ledger) -> None:
    """Those of that language which the model has not transcribed yet, and which nobody has just now."""
    for call_id, language in (("zh", None), ("en", "en"), ("done", None), ("busy", None)):
        facts = {"language": language} if language else {}
        add(either_ledger, call_id, CallState.SCORED, facts=facts)
    with either_ledger.transaction() as session:
        for call_id, model in (("zh", "small"), ("done", "small"), ("done", "big")):
            judgements.save_transcript(session, call_id, transcript(model))
        session.get_one(CallRow, "busy").claimed_by = "here:1"
    mandarin = Kind(hotline="114", desk=None, language=None)
    with either_ledger.transaction() as session:
        assert dict(redoing.kinds(session, redoing.HEARD_STATES))[mandarin] == 3
        asked = redoing.ask_again(session, mandarin, model="big", sha256=SHA, only=None, is_plans=False)
    assert asked == ["zh"]
    with either_ledger.reading() as session:
        call = calls.get_call(session, "zh")
        assert (call.state, call.asked_model) == (CallState.RECORDED, "big")
        assert [version.model for version in judgements.transcript_versions(session, "done")] == [
            "big", "small",
        ]  # fmt: skip


def test_the_pace_is_measured_and_the_end_is_foretold(either_ledger: Ledger) -> None:
    """Two minutes of recordings in a minute, one left: half a minute to go."""
    add(either_ledger, "waits", CallState.RECORDED)
    add(either_ledger, "runs", CallState.ENDED)
    add(either_ledger, "deaf", CallState.NO_MODEL)
    for call_id in ("done", "done-too"):
        add(either_ledger, call_id, CallState.SCORED)
        with either_ledger.transaction() as session:
            stages.note_stage(session, call_id, "transcribe", now() - timedelta(seconds=60), 30.0)
    assert take(either_ledger) == "runs"
    with either_ledger.reading() as session:
        found = progress(session)
    assert found.waiting == {"seal": 0, "transcribe": 1, "score": 0}
    assert [(run.call_id, run.stage, run.worker) for run in found.running] == [("runs", "seal", "here:1")]
    assert (found.quarantined, found.no_model, found.waiting_audio_s) == (0, 1, 60.0)
    assert found.audio_hours_per_hour == pytest.approx(2.0, rel=0.2)
    assert found.left_s == pytest.approx(30.0, rel=0.2)
