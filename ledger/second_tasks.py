"""Repository of second reviews: each is a blind task of one person, in a round of its own.

We use the blind rounds and not the ordinary review for it: there the page, the sheet and the one place that
knows who is blind exist already; the second is blind for the machine too, so that nobody is led by it; and
what the second says stands beside the first's decisions instead of on top of them.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger import judgements
from ledger.blind_reviews import Sheet, own_sheet
from ledger.blind_rounds import Order, Place, Task, add_round, tasks_of_round
from ledger.case_errors import NotReady
from ledger.clock import now
from ledger.records import User
from ledger.states import RoundKind
from ledger.tables import BlindRoundRow, BlindTaskRow


def open_task(session: Session, call_id: str, user: User, *, by: str) -> int:
    """Ask somebody for a blind review of all rules that the call was judged by; the round's id.

    Raises NotReady where the call has no scorecard, NotFound where it has no recording.
    """
    card = judgements.newest_scorecard(session, call_id)
    if card is None:
        raise NotReady(f"call {call_id} has no scorecard any more; it cannot be reviewed a second time")
    rules = tuple(dict.fromkeys(finding.rule for finding in card.findings))
    order = Order(
        title=f"二次复核 {call_id}",
        kind=RoundKind.SECOND,
        seed=0,
        made_by=by,
        opens_at=now(),
        closes_at=None,
        expert_id=None,
        rules={call_id: rules},
        places=(Place(call_id=call_id, user_id=user.id, occasion=1, number=1),),
    )
    return add_round(session, order)


def close_task(session: Session, call_id: str, *, by: str) -> None:
    """Take no second review of the call any more; harmless where none is open."""
    of_call = select(BlindTaskRow.round_id).where(BlindTaskRow.call_id == call_id)
    session.execute(
        update(BlindRoundRow)
        .where(
            BlindRoundRow.kind == RoundKind.SECOND,
            BlindRoundRow.closed_at.is_(None),
            BlindRoundRow.id.in_(of_call),
        )
        .values(closed_at=now(), closed_by=by[:64])
    )


def newest_task(session: Session, call_id: str) -> Task | None:
    """The call's newest second review, submitted or not."""
    query = (
        select(BlindRoundRow.id)
        .join(BlindTaskRow, BlindTaskRow.round_id == BlindRoundRow.id)
        .where(BlindRoundRow.kind == RoundKind.SECOND, BlindTaskRow.call_id == call_id)
        .order_by(BlindRoundRow.id.desc())
    )
    round_id = session.scalar(query.limit(1))
    return None if round_id is None else tasks_of_round(session, round_id)[0]


def sheet_of(session: Session, call_id: str) -> Sheet | None:
    """What the second reviewer said; None before it is submitted."""
    task = newest_task(session, call_id)
    return own_sheet(session, task) if task else None
