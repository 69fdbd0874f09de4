"""Calls that retention may find: recorded, judged and reviewed so many days ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import archived, judgements, messages
from ledger.clock import now
from ledger.records import Evidence, Finding, Recording, Scorecard, Transcript, Turn
from ledger.states import Decision, Role, UserRole, Verdict
from ledger.tables import Base, CallRow, UserRow
from ledger.users import save_user
from recorder.retention import Retention, Rule
from tests.recorder.chaining import Archive

SECRET = "密码是芝麻开门"
PHONE = "13800000001"
ALL = (Rule(days=30),)


def keep(
    archive: Archive,
    call_id: str,
    *,
    age_days: int = 100,
    desk: str = "114",
    flagged: bool = False,
    spooled: bool = False,
) -> None:
    """A call that was recorded so long ago, transcribed, judged, reviewed, and left a message.

    Its recording is in the archive, unless it is still spooled.
    """
    recording = archive.seal(call_id, now() - timedelta(days=age_days))
    with archive.ledger.transaction() as session:
        if not spooled:
            archived.mark_archived(session, judgements.get_recording(session, call_id), None)
        session.get_one(CallRow, call_id).desk = desk
        judge(session, recording, flagged=flagged)
        messages.keep_voicemail(session, call_id=call_id, desk=desk, start_s=1, end_s=2)
        messages.ask_call_back(session, call_id=call_id, desk=desk, number=PHONE)


def judge(session: Session, recording: Recording, *, flagged: bool) -> None:
    """What was heard and found, and a decision on it."""
    call_id = recording.call_id
    turn = Turn(role=Role.CALLER, start_s=0, end_s=1, text=SECRET)
    transcript = Transcript(
        model="small", model_sha256="0" * 64, recording_sha256=recording.sha256, turns=(turn,)
    )
    evidence = Evidence(start_s=0, end_s=1, text=SECRET, likeness=1)
    finding = Finding(rule="greeting", verdict=Verdict.FAIL, evidence=evidence, reason=SECRET)
    card = Scorecard(
        pack="p", pack_version="1", score=80, flags=("greeting",) if flagged else (), findings=(finding,)
    )
    transcript_id = judgements.save_transcript(session, call_id, transcript)
    judgements.save_scorecard(session, call_id, transcript_id, card)
    saved = judgements.newest_scorecard(session, call_id)
    assert saved is not None
    judgements.save_review(session, saved.findings[0].id or 0, reviewer(session), Decision.CONFIRMED, SECRET)
    session.get_one(CallRow, call_id).state = "scored"


def reviewer(session: Session) -> int:
    """The id of the one who reviews."""
    save_user(session, name="wang", display_name="王", role=UserRole.MONITOR, password_hash="x")
    session.flush()
    return session.scalars(select(UserRow.id).where(UserRow.name == "wang")).one()


def due_ids(archive: Archive, *rules: Rule) -> list[str]:
    """What these rules would delete."""
    return [due.call.call_id for due in Retention(archive.ledger, rules).due()]


def everything_in(archive: Archive) -> str:
    """All rows of all tables, as text."""
    with archive.ledger.reading() as session:
        return "\n".join(
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        )
