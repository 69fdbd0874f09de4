"""How long operators lately talked, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ledger import calls, figures
from ledger.database import Ledger
from ledger.records import Ending, Mark
from ledger.states import Place, Reason, Result

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def end(ledger: Ledger, call_id: str, *, talked_s: float, ended_at: datetime = START) -> None:
    """A call of an operator that has ended."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114")
        calls.mark_ended(
            session,
            call_id,
            ending=Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.SURVEY),
            ended_at=ended_at,
            desk="114",
            operator="8001",
            marks=(Mark(place=Place.OPERATOR, start_s=1.0, end_s=1.0 + talked_s),),
        )


def test_the_handling_time_is_what_operators_lately_talked(either_ledger: Ledger) -> None:
    """The mean of the conversations of the last hour; nothing where there were none."""
    end(either_ledger, "1", talked_s=10)
    end(either_ledger, "2", talked_s=20)
    end(either_ledger, "3", talked_s=500, ended_at=START - 2 * HOUR)
    with either_ledger.reading() as session:
        assert figures.recent_handling_s(session, "114", at=START + timedelta(minutes=1)) == 15
        assert figures.recent_handling_s(session, "112", at=START) is None
