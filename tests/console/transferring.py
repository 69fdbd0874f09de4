"""A call that was transferred to another desk, and what was found in that part of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy.orm import Session

from ledger import conversations, judgements, later_parts
from ledger.conversations import Known
from ledger.records import Evidence, Finding, Mark, Scorecard
from ledger.states import Place, Verdict
from ledger.tables import CallRow
from tests.console.seeding import FAULTS, FLAGGED, LENGTH_S, NOON, finding

LATER_OPERATOR = "8002"
TABOO = Evidence(start_s=13.0, end_s=13.8, text="那好吧", likeness=0.95)
CLOSING = Evidence(start_s=13.0, end_s=LENGTH_S, text="再见", likeness=0.9)
FINDINGS = (
    finding("forbidden-words", Verdict.FAIL, 20, TABOO),
    finding("offer-more-help", Verdict.CANNOT_TELL, 0, CLOSING),
    finding("closing", Verdict.PASS, 0, CLOSING),
)


def add_later_part(
    session: Session,
    call_id: str = FLAGGED,
    findings: tuple[Finding, ...] = FINDINGS,
    operator: str = LATER_OPERATOR,
    *,
    is_anew: bool = False,
) -> int:
    """From 12.5 s on the caller talked to an operator of the faults' desk; the conversation's id.

    `is_anew`: that conversation is there, and judged once more.
    """
    if not is_anew:
        _transfer(session, call_id, operator)
    talk = conversations.list_conversations(session, call_id)[-1]
    newest = judgements.newest_transcript(session, call_id)
    assert newest
    failed = tuple(each.rule for each in findings if each.verdict is Verdict.FAIL)
    card = Scorecard(pack="desk-112", pack_version="1", score=80.0, flags=failed, findings=findings)
    later_parts.save_parts(session, call_id, newest[0], [(talk, card)])
    return talk.id


def _transfer(session: Session, call_id: str, operator: str) -> None:
    row = session.get_one(CallRow, call_id)
    row.marks = [
        *row.marks,
        asdict(Mark(place=Place.OPERATOR, start_s=12.5, end_s=LENGTH_S, detail=operator)),
    ]
    known = Known(marks=(), facts={}, language="zh", waited_s=0.0)
    conversations.begin(session, call_id, desk=FAULTS.id, operator=operator, known=known)
    conversations.end(session, call_id, at=NOON + timedelta(seconds=LENGTH_S))
    session.flush()
