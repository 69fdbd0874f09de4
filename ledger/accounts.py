"""Repository of what accounts for INVITEs: rows, recordings, tombstones, and what the edge counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.chain import Scope
from ledger.clock import now
from ledger.states import CallState, ChainKind, Origin
from ledger.tables import CallRow, ChainRow, EdgeCountRow, RecordingRow

INVITES, ASKED_AGAIN = "invites", "asked_again"  # the edge's counts, see its configuration
SETTLING = timedelta(minutes=2)  # what the edge has counted meanwhile may not have its row yet
SKEW = timedelta(seconds=10)  # at most, between an INVITE's count and its row
ROWS_AT_ONCE = 1000
BY_EDGE = (Origin.SIP, Origin.CANARY)  # a canary's INVITE is an INVITE
BY_SIP = (*BY_EDGE, Origin.OUTBOUND)  # those that we send pass no edge of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    """An INVITE's row, and what there is of the call beside it."""

    call_id: str
    state: str
    result: str | None
    reason: str | None
    received_at: datetime
    is_recorded: bool
    rescued: bool
    is_deleted: bool  # has a tombstone
    is_lost: bool  # could not be recorded, and the chain says why


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeSums:
    """What the edge counted, and how many rows there are of the same time."""

    invites: int  # that it refused or sent to a line
    asked_again: (
        int  # lines that refused such an INVITE, each with a row of its own, before another was asked
    )
    rows: int

    @property
    def without_row(self) -> int:
        """INVITEs that the edge saw and the ledger does not."""
        return max(0, self.invites + self.asked_again - self.rows)

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "without_row": self.without_row}


def invites(session: Session, scope: Scope) -> Iterator[Invite]:
    """All INVITEs of a scope, oldest first, a few in memory at once."""
    entries = select(ChainRow.day).where(ChainRow.call_id == CallRow.id)
    query = (
        select(
            CallRow.id,
            CallRow.state,
            CallRow.result,
            CallRow.reason,
            CallRow.received_at,
            RecordingRow.rescued,
            entries.where(ChainRow.kind == ChainKind.DELETED).exists(),
            entries.where(ChainRow.kind == ChainKind.LOST).exists(),
        )
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(CallRow.origin.in_(BY_SIP), *scope.of_time(CallRow.received_at))
        .order_by(CallRow.received_at)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for call_id, state, result, reason, received_at, rescued, is_deleted, is_lost in session.execute(query):
        yield Invite(
            call_id=call_id,
            state=state,
            result=result,
            reason=reason,
            received_at=received_at,
            is_recorded=rescued is not None,
            rescued=bool(rescued),
            is_deleted=is_deleted,
            is_lost=is_lost,
        )


def count_lost(session: Session, since: datetime) -> int:
    """Answered calls since then of which the chain says that they could not be recorded."""
    query = select(func.count()).select_from(ChainRow)
    return session.scalar(query.where(ChainRow.kind == ChainKind.LOST, ChainRow.at >= since)) or 0


def unknown_captures(session: Session, captured: Sequence[str]) -> list[str]:
    """Those calls with a capture on disk that have no row, or a row that says they were never recorded."""
    rows = select(CallRow.id).where(CallRow.id.in_(captured), CallRow.state != CallState.UNRECORDED)
    known = set(session.scalars(rows))
    return [call_id for call_id in captured if call_id not in known]


def edge_sums(session: Session, scope: Scope) -> EdgeSums:
    """The edge's counts of whole minutes that have settled, beside the rows of the same time.

    The rows get some seconds more at both ends, since a row is written a moment before or after its INVITE
    is counted: what comes in during those may hide as many lost rows, but no row is missed that is there.
    """
    until = (now() - SETTLING).replace(second=0, microsecond=0)
    counted = [EdgeCountRow.minute < until, *scope.of_time(EdgeCountRow.minute)]
    first = session.scalar(
        select(func.min(EdgeCountRow.minute)).where(EdgeCountRow.verdict == INVITES, *counted)
    )
    if first is None:
        return EdgeSums(invites=0, asked_again=0, rows=0)
    sums = {
        verdict: int(count)
        for verdict, count in session.execute(
            select(EdgeCountRow.verdict, func.sum(EdgeCountRow.count))
            .where(EdgeCountRow.verdict.in_((INVITES, ASKED_AGAIN)), *counted)
            .group_by(EdgeCountRow.verdict)
        )
    }
    rows = select(func.count()).where(
        CallRow.origin.in_(BY_EDGE),
        CallRow.received_at >= first - SKEW,
        CallRow.received_at < until + SKEW,
    )
    return EdgeSums(
        invites=sums.get(INVITES, 0), asked_again=sums.get(ASKED_AGAIN, 0), rows=session.scalar(rows) or 0
    )
