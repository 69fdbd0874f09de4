"""Filling a ledger with calls, and asking it what the console's list asks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from rich.table import Table
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bench.search import talk
from bench.search.remembering import remembered_sounds
from console.listing.schemas import Filters, Order
from console.listing.service import list_calls
from console.times import SHANGHAI
from ledger import search
from ledger.database import Ledger
from ledger.records import User
from ledger.redaction.finding import FINDER
from ledger.states import CallState, Origin, UserRole
from ledger.tables import CallRow, TranscriptRow
from ledger.turn_rows import to_turn

AT_ONCE = 1000  # calls in one transaction
MONITOR = User(id=1, name="li", display_name="李", role=UserRole.MONITOR)
REPEATS = 5
QUERIES = {
    "in one of 10,000": talk.RARE,
    "in one of 100, and as many misheard": talk.RIGHT,
    "in a quarter": "请稍等",
    "in all": "您好",
    "one sign": "宽",
    "in none": "火星人登陆",
}


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A ledger with calls that can be searched."""

    ledger: Ledger
    count: int
    signs_a_call: float
    entering_cpu_s: float  # a call: sounds, pairs, and what the database takes in this process
    plain_bytes: int
    index_bytes: int

    @property
    def title(self) -> str:
        """What was filled."""
        return (
            f"{self.ledger.engine.dialect.name}: {self.count} calls of {self.signs_a_call:.0f} signs; "
            f"{self.entering_cpu_s * 1000:.1f} ms CPU to enter one; search {self.index_bytes / 1e6:.0f} MB "
            f"({self.index_bytes / self.count / 1000:.1f} kB a call), rest {self.plain_bytes / 1e6:.0f} MB"
        )


def fill(ledger: Ledger, count: int) -> Filled:
    """So many calls, then the search of them."""
    ledger.migrate()
    made, signs = talk.calls(count), 0
    while some := list(islice(made, AT_ONCE)):
        signs = signs or sum(talk.signs(each.turns) for each in some)
        with ledger.transaction() as session:
            _add(session, some)
    plain_bytes = _bytes(ledger)
    first, *others = _pages(count)
    cpu_s = _enter(ledger, first)
    with remembered_sounds():
        for ids in others:
            _enter(ledger, ids)
    return Filled(
        ledger=ledger,
        count=count,
        signs_a_call=signs / min(count, AT_ONCE),
        entering_cpu_s=cpu_s / min(count, AT_ONCE),
        plain_bytes=plain_bytes,
        index_bytes=_tidied_bytes(ledger) - plain_bytes,
    )


def ask(filled: Filled) -> Table:
    """Each query as the list asks it: a page of 25 calls with the turns that say it, and both counts."""
    table = Table("what", "text", "calls", "median ms", "worst ms", "LIKE ms", title=filled.title)
    for what, said in QUERIES.items():
        with filled.ledger.reading() as session:
            took_ms, total = _ask(session, said)
            like_ms = _like_ms(session, said)
        median_ms = statistics.median(took_ms)
        table.add_row(what, said, total, f"{median_ms:.0f}", f"{max(took_ms):.0f}", f"{like_ms:.0f}")
    return table


def _add(session: Session, some: Sequence[talk.Made]) -> None:
    shared = {"origin": Origin.SIP, "hotline": "114", "state": CallState.SCORED, "desk": "114"}
    times = ({"id": each.call_id, "received_at": each.received_at} for each in some)
    session.execute(insert(CallRow), [{**shared, **each} for each in times])
    made_by = {"model": "m", "model_sha256": "0" * 64, "recording_sha256": "0" * 64, "finder": FINDER}
    session.execute(insert(TranscriptRow), [{**made_by, **_columns(each)} for each in some])


def _columns(made: talk.Made) -> dict[str, object]:
    return {
        "call_id": made.call_id,
        "turns": [asdict(turn) for turn in made.turns],
        "text": "\n".join(turn.text for turn in made.turns),
        "created_at": made.received_at,
    }


def _pages(count: int) -> Iterator[tuple[int, int]]:
    for first in range(1, count + 1, AT_ONCE):
        yield first, min(count, first + AT_ONCE - 1)


def _enter(ledger: Ledger, ids: tuple[int, int]) -> float:
    query = select(TranscriptRow.id, TranscriptRow.call_id, TranscriptRow.turns)
    started_s = time.process_time()
    with ledger.transaction() as session:
        for row in session.execute(query.where(TranscriptRow.id.between(*ids))).all():
            entry = search.entry_of(list(map(to_turn, row.turns)), [])
            search.add_entry(session, row.id, row.call_id, entry)
    return time.process_time() - started_s


def _ask(session: Session, said: str) -> tuple[list[float], str]:
    took_ms = []
    for _ in range(REPEATS):
        started_s = time.perf_counter()
        listing = list_calls(session, Filters(text=said), Order(), SHANGHAI, viewer=MONITOR)
        took_ms.append((time.perf_counter() - started_s) * 1000)
    return took_ms, str(listing.total)


def _like_ms(session: Session, said: str) -> float:
    """Looking through all transcripts, as without an index; characters alone, and only the count."""
    squeezed = func.replace(TranscriptRow.text, " ", "")
    started_s = time.perf_counter()
    session.scalar(select(func.count()).select_from(TranscriptRow).where(squeezed.like(f"%{said}%")))
    return (time.perf_counter() - started_s) * 1000


def _tidied_bytes(ledger: Ledger) -> int:
    tidy = "ANALYZE" if ledger.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidy))
    return _bytes(ledger)


def _bytes(ledger: Ledger) -> int:
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    is_sqlite = ledger.engine.dialect.name == "sqlite"
    size = pages if is_sqlite else "SELECT pg_database_size(current_database())"
    with ledger.engine.connect() as connection:
        return int(connection.scalar(text(size)) or 0)
