"""A call of desk 114 that was transferred to 112 and then to 180, heard and not judged yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from ledger import calls, conversations, judgements
from ledger.conversations import Known
from ledger.records import Ending, Mark, Recording, Transcript, Turn
from ledger.states import CallState, Place, Reason, Result, Role
from ledger.tables import CallRow, ConversationRow

CALL = "20261130-080000-0123456789"
AT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
ENDING = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.OPERATOR)
LENGTH_S = 90.0
WAITED_S = {"8001": 2.0, "8003": 42.0, "8005": 45.0}  # when each picked up, at all desks together

FIRST, SECOND, THIRD = (
    Mark(place=Place.OPERATOR, start_s=start_s, end_s=end_s, detail=operator)
    for operator, start_s, end_s in (("8001", 4.0, 20.0), ("8003", 30.0, 60.0), ("8005", 66.0, LENGTH_S))
)
MARKS = (
    Mark(place=Place.QUEUE, start_s=2.0, end_s=4.0, detail="114"),
    FIRST,
    Mark(place=Place.QUEUE, start_s=21.0, end_s=30.0, detail="112"),
    SECOND,
    Mark(place=Place.QUEUE, start_s=61.0, end_s=66.0, detail="180"),
    THIRD,
)


def turn(role: Role, start_s: float, text: str) -> Turn:
    """What somebody says at an easy pace."""
    return Turn(role=role, start_s=start_s, end_s=start_s + 0.25 * len(text), text=text)


TURNS = (
    turn(Role.OPERATOR, 5.0, "您好一一四请问查哪里"),
    turn(Role.CALLER, 9.0, "我家电话坏了"),
    turn(Role.OPERATOR, 12.0, "我帮您转到障碍台请不要挂机"),
    turn(Role.OPERATOR, 31.0, "喂说吧"),
    turn(Role.CALLER, 34.0, "电话坏了什么时候能修"),
    turn(Role.OPERATOR, 40.0, "我不知道你问别人去"),
    turn(Role.OPERATOR, 67.0, "您好综合业务咨询台请问有什么可以帮您"),
    turn(Role.CALLER, 75.0, "没事了"),
    turn(Role.OPERATOR, 78.0, "请问还有什么可以帮您感谢您的来电再见"),
)


def add_transferred(session: Session, turns: tuple[Turn, ...] = TURNS, *, facts: dict[str, str]) -> None:
    """The call, its conversations, its recording's row and its transcript."""
    calls.add_call(session, call_id=CALL, hotline="114", caller="13800000001")
    session.flush()
    calls.mark_answered(session, CALL, AT)
    for operator, desk, spoken in (("8001", "114", FIRST), ("8003", "112", SECOND), ("8005", "180", THIRD)):
        _add_talk(session, operator, desk, spoken)
    calls.mark_ended(
        session, CALL, ending=ENDING, ended_at=AT + timedelta(seconds=LENGTH_S), marks=MARKS,
        desk="114", operator="8001", queue_wait_s=45.0, facts=facts,
    )  # fmt: skip
    judgements.save_recording(session, recording_of(CALL))
    hear(session, turns)


def hear(session: Session, turns: tuple[Turn, ...]) -> None:
    """A transcript, newer than all before; the call waits to be judged."""
    heard = Transcript(model="small", model_sha256="0" * 64, recording_sha256="1" * 64, turns=turns)
    judgements.save_transcript(session, CALL, heard)
    session.get_one(CallRow, CALL).state = CallState.TRANSCRIBED


def recording_of(call_id: str) -> Recording:
    """What the recorder would have sealed."""
    return Recording(
        call_id=call_id, path="a", sha256="1" * 64, duration_s=LENGTH_S, sample_rate_hz=8000, channels=2,
        sealed_at=AT,
    )  # fmt: skip


def _add_talk(session: Session, operator: str, desk: str, spoken: Mark) -> None:
    before = tuple(mark for mark in MARKS if mark.end_s <= spoken.start_s)
    known = Known(marks=before, facts={}, language="zh", waited_s=WAITED_S[operator])
    conversations.begin(session, CALL, desk=desk, operator=operator, known=known)
    conversations.end(session, CALL, at=AT + timedelta(seconds=spoken.end_s))
    session.flush()
    row = session.query(ConversationRow).filter_by(call_id=CALL, operator=operator).one()
    row.began_at = AT + timedelta(seconds=spoken.start_s)
