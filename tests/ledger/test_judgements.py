"""What was made of a recording comes back as it was kept; newer results never destroy older ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from ledger import calls, judgements, users
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import Evidence, Finding, Recording, Scorecard, Sound, Transcript, Turn, Word
from ledger.states import Clearness, Decision, Role, UserRole, Verdict
from ledger.tables import FindingRow, ScorecardRow, TranscriptRow

WORDS = (Word(text="您好", start_s=0.5, end_s=0.9, confidence=1.0),)
TRANSCRIPT = Transcript(
    model="small",
    model_sha256="0" * 64,
    recording_sha256="1" * 64,
    turns=(Turn(role=Role.OPERATOR, start_s=0.5, end_s=0.9, text="您好", words=WORDS),),
)
FINDING = Finding(
    rule="closing",
    verdict=Verdict.FAIL,
    evidence=Evidence(
        start_s=9.0, end_s=12.0, text="好的", likeness=0.2, phrase="再见", sound=Clearness.DOUBTFUL
    ),
    reason="没有结束语",
    points=10.0,
    dimension="亲",
    is_fatal=True,
    more=(Evidence(start_s=1.0, end_s=2.0, text="喂", likeness=1.0, phrase="喂"),),
)


def card(score: float) -> Scorecard:
    """A scorecard with one failed rule."""
    return Scorecard(
        pack="114",
        pack_version="1",
        score=score,
        flags=("closing",),
        findings=(FINDING,),
        limits={"亲": 20.0},
    )


@pytest.fixture
def call_id(ledger: Ledger) -> str:
    """A call in the ledger."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114")
    return "a"


def test_a_recording_comes_back_whole(ledger: Ledger, call_id: str) -> None:
    """Sealing the same call again replaces its row, it does not double it."""
    recording = Recording(
        call_id=call_id,
        path="2026-01-01/114/a.flac",
        sha256="2" * 64,
        duration_s=12.5,
        sample_rate_hz=8000,
        channels=2,
        sealed_at=now(),
    )
    for _ in range(2):
        with ledger.transaction() as session:
            judgements.save_recording(session, recording)
    with ledger.transaction() as session:
        assert judgements.get_recording(session, call_id) == recording


def test_the_newest_scorecard_counts_and_the_older_stays(ledger: Ledger, call_id: str) -> None:
    """The call's row shows the newest score; both scorecards are kept."""
    with ledger.transaction() as session:
        transcript_id = judgements.save_transcript(session, call_id, TRANSCRIPT)
        for score in (90.0, 80.0):
            judgements.save_scorecard(session, call_id, transcript_id, card(score))
    with ledger.transaction() as session:
        newest = judgements.newest_scorecard(session, call_id)
        assert newest is not None
        assert (newest.score, newest.flags) == (80.0, ("closing",))
        assert replace(newest.findings[0], id=None) == FINDING
        assert newest.limits == {"亲": 20.0}
        assert calls.get_call(session, call_id).score == 80.0
        assert session.scalars(select(ScorecardRow.score).order_by(ScorecardRow.id)).all() == [90.0, 80.0]
        assert session.scalar(select(func.count()).select_from(FindingRow)) == 2
        assert judgements.newest_transcript(session, call_id) == (transcript_id, TRANSCRIPT)


def test_a_transcript_keeps_its_own_worth_and_old_ones_stay_readable(ledger: Ledger, call_id: str) -> None:
    """Sound and clearness come back as they were; a row from before they were told has none."""
    sound = Sound(level_dbfs=-21.5, snr_db=38.0, clipped_share=0.0)
    words = (replace(WORDS[0], clearness=Clearness.CLEAR),)
    weighed = replace(TRANSCRIPT, turns=(replace(TRANSCRIPT.turns[0], words=words, sound=sound),))
    with ledger.transaction() as session:
        new_id = judgements.save_transcript(session, call_id, weighed)
        newest = judgements.newest_transcript(session, call_id)
        assert newest == (new_id, weighed)
        assert isinstance(newest[1].turns[0].words[0].clearness, Clearness)
        row = session.get(TranscriptRow, new_id)
        assert row is not None
        row.turns = [
            {
                **{name: value for name, value in turn.items() if name != "sound"},
                "words": [{k: v for k, v in word.items() if k != "clearness"} for word in turn["words"]],
            }
            for turn in row.turns
        ]
        session.flush()
        assert judgements.newest_transcript(session, call_id) == (new_id, TRANSCRIPT)


def test_the_newest_decision_counts(ledger: Ledger, call_id: str) -> None:
    """A monitor who changes her mind leaves both decisions; the page shows the second."""
    with ledger.transaction() as session:
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        transcript_id = judgements.save_transcript(session, call_id, TRANSCRIPT)
        judgements.save_scorecard(session, call_id, transcript_id, card(90.0))
        scorecard = judgements.newest_scorecard(session, call_id)
        assert scorecard is not None
        finding_id = scorecard.findings[0].id
        assert finding_id is not None
        for decision in (Decision.CONFIRMED, Decision.REJECTED):
            judgements.save_review(session, finding_id, 1, decision, "听不清")
    with ledger.transaction() as session:
        review = judgements.newest_reviews(session, call_id)[finding_id]
    assert (review.decision, review.user, review.comment) == (Decision.REJECTED, "李", "听不清")


def test_a_missing_finding_cannot_be_decided(ledger: Ledger, call_id: str) -> None:
    """The message asks to load the call again."""
    with pytest.raises(NotFound, match="no finding 99"), ledger.transaction() as session:
        judgements.save_review(session, 99, 1, Decision.CONFIRMED, "")
