"""`hotline calls`: the list of all calls, however many there are, with as many queries as for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from console.calls.documents import head_documents
from ledger.database import Ledger
from ledger.states import CallState, Origin
from ledger.tables import CallRow, RecordingRow
from tests.hotline.command import hotline

CALLS = 3000
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def call_row(number: int) -> CallRow:
    """The n-th call of the day; every tenth has a flag."""
    flags = [] if number % 10 else ["greeting"]
    return CallRow(
        id=f"c{number:04}",
        origin=Origin.SIP,
        hotline="114",
        state=CallState.SCORED,
        received_at=START + timedelta(seconds=number),
        score=80.0 if flags else 100.0,
        flags=flags,
        flag_count=len(flags),
    )


@pytest.fixture
def crowded(ledger: Ledger) -> Ledger:
    """A ledger with 3,000 calls, the last one with a recording of 12.5 s."""
    with ledger.transaction() as session:
        session.add_all(call_row(number) for number in range(CALLS))
        session.flush()
        session.add(
            RecordingRow(
                call_id="c2999",
                path="x.flac",
                sha256="0" * 64,
                duration_s=12.5,
                sample_rate_hz=8000,
                channels=2,
                sealed_at=START,
            )
        )
    return ledger


@pytest.mark.parametrize(
    ("flagged", "limit", "count"), [(False, None, 3000), (True, None, 300), (False, 7, 7)]
)
def test_the_list_of_all_calls_is_one_query(
    crowded: Ledger, flagged: bool, limit: int | None, count: int
) -> None:
    """Newest first, each head whole; the ledger is asked once, not once a call."""
    asked: list[str] = []
    event.listen(crowded.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    with crowded.reading() as session:
        heads = list(head_documents(session, flagged=flagged, limit=limit))
    assert sum(query.startswith("SELECT") for query in asked) == 1
    assert len(heads) == count
    assert [head.id for head in heads] == sorted((head.id for head in heads), reverse=True)
    assert all(head.flags for head in heads) is flagged


def test_json_lists_every_call_and_the_table_a_hundred(crowded: Ledger, tmp_path: Path) -> None:
    """--limit counts for both; what is printed is one JSON document."""
    every = hotline("calls", "--json", data=tmp_path)
    assert len(every.document) == CALLS
    assert every.document[0] == {
        "id": "c2999",
        "call_id": "c2999",
        "hotline": "114",
        "desk": None,
        "caller": None,
        "operator": None,
        "received_at": "2026-11-23T08:49:59Z",
        "duration_s": 12.5,
        "state": "scored",
        "score": 100.0,
        "flags": [],
        "error": None,
    }
    assert len(hotline("calls", "--json", "--limit", "3", data=tmp_path).document) == 3
    assert hotline("calls", data=tmp_path).out.count("scored") == 100
    assert hotline("calls", "--limit", "150", data=tmp_path).out.count("scored") == 150
    assert hotline("calls", "--flagged", "--limit", "5", data=tmp_path).out.count("greeting") == 5
