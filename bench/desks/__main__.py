"""`make bench-desks`: searching the directory beside PostgreSQL's and SQLite's trigrams.

`ARGS="--entries 100 10000 --of-each 10"`; the default takes an hour and 6 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from bench.databases import new_database
from bench.desks.directory.measuring import by_seconds, cpu_table, drawn_questions, ours, put, table_of
from bench.desks.directory.peers import Fts5, Peer, PgTrgm
from bench.process_use import own_memory_mb, pss_mb
from desks.directory import entries
from desks.directory.entries import TABLE
from desks.directory.indexing import build_index
from desks.directory.records import Entry
from desks.directory.synthetic import make
from hotline.logs import set_up_logs
from ledger.database import Ledger

SEED = 1
AT_ONCE = 50_000
MANY = 100_000  # entries: peers take seconds for some questions then


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 10_000, 3_000_000])
    parser.add_argument("--of-each", type=int, default=40)
    parser.add_argument(
        "--of-peers", type=float, default=0.1, help="share of the questions where entries are many"
    )
    parser.add_argument(
        "--folder", type=Path, help="keep ledger and index there, and use those that are there"
    )
    parser.add_argument("--alone", action="store_true", help="without the peers")
    wanted = parser.parse_args()
    set_up_logs("error")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    console = Console(width=None if sys.stdout.isatty() else 170)
    for count in wanted.entries:
        with ExitStack() as stack:
            folder = wanted.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            _measure(console, stack, folder, count, wanted)


def _measure(
    console: Console, stack: ExitStack, folder: Path, count: int, wanted: argparse.Namespace
) -> None:
    ledger = stack.enter_context(closing(_filled(console, folder, count)))
    path = folder / "index.bin"
    if not path.exists():
        started_s = time.perf_counter()
        build_index(ledger, path)
        console.print(f"index built in {time.perf_counter() - started_s:.0f} s")
    console.print(f"index of {path.stat().st_size / 1e6:.0f} MB")
    asked_for = drawn_questions(ledger, wanted.of_each, SEED)
    ours_asked = put("ours", ours(ledger, path), asked_for, ledger)
    own_mb, all_mb = own_memory_mb(os.getpid()), pss_mb(os.getpid())
    console.print(
        f"this process takes {own_mb:.0f} MB of its own, {all_mb:.0f} MB with mapped pages it touched"
    )
    console.print(cpu_table(ours_asked))
    asked = [ours_asked]
    peers: list[Peer] = []
    if not wanted.alone:
        url = stack.enter_context(new_database("postgresql", folder))
        peers = [Fts5(folder), PgTrgm(url)]
    share = wanted.of_peers if count > MANY else 1.0
    for peer in peers:
        started_s = time.perf_counter()
        peer.fill(_by_popularity(ledger))
        took_s = time.perf_counter() - started_s
        console.print(f"{peer.name} filled in {took_s:.0f} s, {peer.size_bytes() / 1e6:.0f} MB")
        asked.append(put(peer.name, peer.ask, by_seconds(asked_for, share), ledger))
    console.print(table_of(count, asked))


def _filled(console: Console, folder: Path, count: int) -> Ledger:
    ledger = Ledger(f"sqlite:///{folder / 'ledger.sqlite3'}")
    ledger.migrate()
    with ledger.reading() as session:
        is_filled = entries.count(session) > 0
    if not is_filled:
        started_s = time.perf_counter()
        with ledger.transaction() as session:
            entries.load_many(session, make(count, SEED))
        console.print(f"{count:,} entries written in {time.perf_counter() - started_s:.0f} s")
    return ledger


def _by_popularity(ledger: Ledger) -> Iterator[Entry]:
    """Those first that are asked for most."""
    with ledger.reading() as session:
        order = select(TABLE.c.id).order_by(TABLE.c.asked.desc(), TABLE.c.id)
        ids = session.scalars(order).all()
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            read = entries.get_many(session, some)
            yield from (read[id_] for id_ in some)


main()
