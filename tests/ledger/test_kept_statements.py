"""Statements that are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from ledger.blind_reviews import blind_calls
from ledger.database import Ledger


def test_a_kept_statement_tells_the_time_anew(ledger: Ledger) -> None:
    """Who is blind is asked of now each time, though the statement is the same: a round closes by itself."""
    given: list[Any] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *told: given.append(told[3]))
    for _ in range(2):
        with ledger.reading() as session:
            session.scalars(blind_calls(1)).all()
    first, second = (each for each in given if each)
    moments = [str(told["now_1"] if isinstance(told, dict) else told[1]) for told in (first, second)]
    assert blind_calls(1) is blind_calls(1)
    assert moments[0] < moments[1]
