"""A month of judged calls for samples: two operators, one call deleted, one lost, one call in four broken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from ledger import calls, judgements
from ledger.records import Ending, Finding, Recording, Scorecard, Transcript
from ledger.states import CallState, ChainKind, Reason, Result, Verdict
from ledger.tables import CallRow, ChainRow

FIRST = datetime(2026, 11, 2, 1, tzinfo=UTC)
HEARD = 40


def add_month(session: Session) -> None:
    """Forty calls that can be heard and two that cannot."""
    for number in range(HEARD):
        add_call(session, f"20261102-{number:06}", operator=f"{8001 + number % 2}", hours=number)
        add_verdict(session, f"20261102-{number:06}", is_broken=number % 4 == 0)
    add_call(session, "20261103-deleted", hours=41, is_recorded=False)
    session.add(_tombstone("20261103-deleted"))
    add_call(session, "20261103-lost", hours=42, is_recorded=False)


def add_call(
    session: Session, call_id: str, *, operator: str = "8001", hours: int, is_recorded: bool = True
) -> None:
    """A served call, with its recording if it has one."""
    at = FIRST + timedelta(hours=hours)
    calls.add_call(session, call_id=call_id, hotline="114")
    session.flush()
    row = session.get_one(CallRow, call_id)
    row.received_at = at
    calls.mark_answered(session, call_id, at)
    ending = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
    calls.mark_ended(session, call_id, ending=ending, ended_at=at, desk="enquiries", operator=operator)
    if is_recorded:
        judgements.save_recording(session, _recording(call_id))
    row.state = CallState.SCORED if is_recorded else CallState.UNRECORDED


def add_verdict(session: Session, call_id: str, *, is_broken: bool) -> None:
    """What the machine says of a call."""
    heard = Transcript(model="m", model_sha256="0" * 64, recording_sha256="1" * 64, turns=())
    transcript_id = judgements.save_transcript(session, call_id, heard)
    verdict = Verdict.FAIL if is_broken else Verdict.PASS
    points = 20.0 if is_broken else 0.0
    found = Finding(rule="number-readback", verdict=verdict, evidence=None, reason="", points=points)
    card = Scorecard(
        pack="114",
        pack_version="1",
        score=100 - points,
        flags=("number-readback",) if is_broken else (),
        findings=(found,),
    )
    judgements.save_scorecard(session, call_id, transcript_id, card)


def _recording(call_id: str) -> Recording:
    return Recording(
        call_id=call_id,
        path=f"{call_id}.flac",
        sha256="1" * 64,
        duration_s=20.0,
        sample_rate_hz=8000,
        channels=2,
        sealed_at=FIRST,
    )


def _tombstone(call_id: str) -> ChainRow:
    return ChainRow(
        day=date(2026, 11, 20),
        number=1,
        kind=ChainKind.DELETED,
        call_id=call_id,
        prev_sha256="0" * 64,
        link_sha256="0" * 64,
        at=FIRST,
    )
