"""An operator who talks, as a line would have it in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from ledger import calls, conversations
from ledger.clock import now
from ledger.conversations import Known
from ledger.records import Mark
from ledger.states import OperatorState, Place
from ledger.tables import OperatorRow
from tests.console import seeding

CALL, EARLIER = "20261130-100000-talked", "20261129-100000-earlier"
CALLER = "13912345678"
ENQUIRIES = replace(
    seeding.ENQUIRIES,
    tools=("directory", "knowledge"),
    reasons={"found": "查到", "unlisted": "未登记", "misdialled": "误拨"},
)
FAULTS = replace(seeding.FAULTS, reasons={"chased": "催修"})
SWITCHBOARD = replace(
    seeding.SWITCHBOARD, desks=(ENQUIRIES, FAULTS), places={"10000": "统一号码", "faults-menu": "报障菜单"}
)
KNOWN = Known(
    marks=(
        Mark(place=Place.MENU, start_s=1.0, end_s=2.5, detail="faults-menu"),
        Mark(place=Place.MENU, start_s=2.4, end_s=2.4, detail="faults-menu: 2"),
        Mark(place=Place.MENU, start_s=2.5, end_s=6.0, detail="faulty-line"),
        Mark(place=Place.MENU, start_s=5.9, end_s=5.9, detail="fault_number: 8 digits"),
        Mark(place=Place.QUEUE, start_s=6.0, end_s=10.0, detail="enquiries"),
    ),
    facts={"fault_number": "63012345", "language": "zh"},
    language="zh",
    waited_s=4.25,
)


def ring(session: Session, call_id: str = CALL, *, operator: str = "8001") -> None:
    """A caller in the queue, for whom the operator's phone rings."""
    calls.add_call(session, call_id=call_id, hotline="10000", caller=CALLER)
    session.flush()
    calls.mark_answered(session, call_id, now())
    row = session.get(OperatorRow, operator) or OperatorRow(number=operator, misses=0, calls=0)
    row.state, row.since, row.call_id, row.away_reason = OperatorState.RINGING, now(), call_id, ""
    session.add(row)


def pick_up(session: Session, call_id: str = CALL, *, operator: str = "8001") -> None:
    """The operator is bridged."""
    row = session.get_one(OperatorRow, operator)
    row.state, row.since = OperatorState.TALKING, now()
    conversations.begin(session, call_id, desk="enquiries", operator=operator, known=KNOWN)


def talk(session: Session, call_id: str = CALL, *, operator: str = "8001") -> None:
    """A conversation, of a caller who has called before and talked to somebody else."""
    seeding.add_call(session, EARLIER, now() - timedelta(days=1), caller=CALLER, desk="enquiries")
    conversations.begin(session, EARLIER, desk="enquiries", operator="8003", known=KNOWN)
    conversations.wrap_up(session, EARLIER, "8003", "found")
    conversations.end(session, EARLIER)
    ring(session, call_id, operator=operator)
    session.flush()
    pick_up(session, call_id, operator=operator)


def hang_up(session: Session, state: OperatorState, call_id: str = CALL, *, operator: str = "8001") -> None:
    """The conversation is over; the operator is in some state."""
    row = session.get_one(OperatorRow, operator)
    row.state, row.since, row.call_id = state, now(), None
    row.until = now() + timedelta(minutes=1) if state is OperatorState.WRAP_UP else None
    conversations.end(session, call_id)
