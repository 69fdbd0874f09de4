"""One call for one file, on both databases, whoever comes at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy.exc import IntegrityError

from ledger import calls, imports, wallboard
from ledger.clock import now
from ledger.database import Ledger
from ledger.imports import Told
from ledger.states import CallState, Origin

TOGETHER = 4
SHA256 = "a" * 64


def begin(ledger: Ledger, barrier: Barrier, worker: str) -> str | None:
    """Give the file a call, or None where another was first."""
    barrier.wait()
    try:
        with ledger.transaction() as session:
            if imports.find_import(session, SHA256):
                return None
            return imports.begin_import(session, SHA256, "a.wav", Told(hotline="114"), worker)
    except IntegrityError:
        return None


def test_of_imports_at_once_one_makes_the_call(either_ledger: Ledger) -> None:
    """The others find it, and no second row is left behind."""
    barrier = Barrier(TOGETHER)
    with ThreadPoolExecutor(TOGETHER) as pool:
        begun = list(
            pool.map(lambda number: begin(either_ledger, barrier, f"here:{number}"), range(TOGETHER))
        )
    (call_id,) = [each for each in begun if each]
    with either_ledger.reading() as session:
        assert [call.id for call in calls.list_calls(session)] == [call_id]
        found = imports.find_import(session, SHA256)
    assert found is not None
    assert (found.call_id, found.is_sealed) == (call_id, False)


def test_of_two_who_take_over_one_does(either_ledger: Ledger) -> None:
    """The claim that both have seen is gone for the second; what is told now replaces what was told then."""
    with either_ledger.transaction() as session:
        imports.begin_import(session, SHA256, "a.wav", Told(hotline="114"), "dead:1")
        found = imports.find_import(session, SHA256)
    assert found is not None
    moment = now()
    with either_ledger.transaction() as session:
        assert imports.take_over(session, found, Told(hotline="112", received_at=moment), "here:2")
    with either_ledger.transaction() as session:
        assert not imports.take_over(session, found, Told(hotline="180"), "here:3")
    with either_ledger.reading() as session:
        call = calls.get_call(session, found.call_id)
    assert (call.hotline, call.received_at, call.state, call.origin) == (
        "112",
        moment,
        CallState.RECEIVED,
        Origin.IMPORT,
    )


def test_an_old_recording_waits_for_the_workers_since_its_import(either_ledger: Ledger) -> None:
    """Last year's calls look neither like a pipeline that stands still nor like calls that run."""
    last_year = now() - timedelta(days=365)
    with either_ledger.transaction() as session:
        told = Told(hotline="114", received_at=last_year)
        call_id = imports.begin_import(session, SHA256, "a.wav", told, "here:1")
    with either_ledger.reading() as session:
        assert wallboard.calls_in_progress(session) == {}
    with either_ledger.transaction() as session:
        calls.mark_recorded(session, call_id, desk="114", operator=None, facts={}, ended_at=last_year)
    with either_ledger.reading() as session:
        (backlog,) = wallboard.backlogs(session)
    assert now() - backlog.oldest_at < timedelta(minutes=10)
