"""Who waits for the database is served in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from threading import Barrier

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ledger import database
from ledger.database import CONNECTIONS, Ledger
from ledger.places import Places

Opening = Callable[[], AbstractContextManager[Session]]
THREADS = 20


def test_writers_write_in_the_order_in_which_they_came(ledger: Ledger) -> None:
    """SQLite lets one write; who waits holds no connection that a reader could use."""
    assert isinstance(ledger.engine.pool, QueuePool)
    with ledger.transaction() as session:
        session.execute(text("SELECT 1"))
        assert ledger.engine.pool.checkedout() == 1
    assert _order(ledger.transaction, ledger._writers) == list(range(THREADS))


def test_readers_get_connections_in_the_order_in_which_they_came(ledger: Ledger) -> None:
    """Whoever gives a connection back and wants one again does not overtake those who wait."""
    with ExitStack() as held:
        for _ in range(CONNECTIONS - 1):
            held.enter_context(ledger.reading()).execute(text("SELECT 1"))
        assert _order(ledger.reading, ledger._connections) == list(range(THREADS))


def test_who_reads_within_a_reading_waits_for_nobody(ledger: Ledger) -> None:
    """As many threads as there are connections have one each and want another: nobody would give one up."""
    all_read = Barrier(CONNECTIONS)

    def read_twice() -> None:
        with ledger.reading():
            all_read.wait(60)
            with ledger.reading() as session:
                session.execute(text("SELECT 1"))

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for reader in [threads.submit(read_twice) for _ in range(CONNECTIONS)]:
            reader.result(timeout=60)
    assert not ledger._connections._placed


def test_who_waits_too_long_is_told_and_holds_up_nobody(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is of the kind that SQLite's own is, and whoever comes later writes all the same."""
    with ThreadPoolExecutor(1) as threads:
        with ledger.transaction():
            monkeypatch.setattr(database, "PLACE_TIMEOUT_S", 0.01)
            with pytest.raises(OperationalError, match="others of this process had the database"):
                threads.submit(_write, ledger).result(timeout=60)
            monkeypatch.setattr(database, "PLACE_TIMEOUT_S", 60.0)
            patient = threads.submit(_write, ledger)
            _until_waiting(ledger._writers, 1)
            assert not patient.done()
        patient.result(timeout=60)


def test_a_transaction_in_a_transaction_fails_at_once(ledger: Ledger) -> None:
    """It would wait for itself. The outer one goes on, and whatever fails leaves the place to others."""
    with ledger.transaction() as session:
        for _ in range(2):
            with pytest.raises(RuntimeError, match="write both in one"), ledger.transaction():
                pass
        session.execute(text("SELECT 1"))
    with pytest.raises(ZeroDivisionError), ledger.transaction():
        raise ZeroDivisionError
    with ThreadPoolExecutor(1) as threads:
        threads.submit(_write, ledger).result(timeout=60)


def _order(opening: Opening, places: Places) -> list[int]:
    """The numbers of threads that came one after the other while the last place was taken, as they got it."""
    order: list[int] = []

    def put(number: int) -> None:
        with opening():
            order.append(number)

    with ThreadPoolExecutor(THREADS) as threads, opening():
        for number in range(THREADS):
            threads.submit(put, number)
            _until_waiting(places, number + 1)
        assert order == []
    return order


def _write(ledger: Ledger) -> None:
    with ledger.transaction() as session:
        session.execute(text("SELECT 1"))


def _until_waiting(places: Places, count: int) -> None:
    """Threads come when they come."""
    until_s = time.monotonic() + 60
    while len(places._waiting) < count and time.monotonic() < until_s:
        time.sleep(0.001)
