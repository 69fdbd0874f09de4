"""Fills a ledger in bulk: PostgreSQL by COPY, SQLite by one statement for many rows; indexes come last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from bench.console import population
from bench.console.templates import templates
from ledger.database import Ledger
from ledger.search_grams import ARRAYS
from ledger.tables import (
    Base,
    CallRow,
    CallVerdictRow,
    FindingRow,
    RecordingRow,
    ScorecardRow,
    SearchTextRow,
    TranscriptRow,
)

AT_ONCE = 20_000  # rows of SQLite's statement
LARGE = (CallRow, CallVerdictRow, FindingRow, RecordingRow, ScorecardRow, SearchTextRow, TranscriptRow)

_bench = MetaData()
SAID = Table(
    "bench_said",
    _bench,
    Column("template", Integer, primary_key=True),
    Column("turns", JSON),
    *(Column(name, Text) for name in ("text", "characters", "sounds")),
    Column("score", Float),
    Column("flags", JSON),
    Column("character_pairs", ARRAY(Text).with_variant(Text, "sqlite")),
    Column("sound_pairs", ARRAY(Text).with_variant(Text, "sqlite")),
)
FOUND = Table(
    "bench_found",
    _bench,
    Column("template", Integer, index=True),
    *(Column(name, String(64)) for name in ("rule", "verdict", "words", "reason")),
    *(Column(name, Float) for name in ("start_s", "end_s", "likeness", "points")),
)
CALLS = Table(
    "bench_calls",
    _bench,
    Column("number", Integer, primary_key=True),
    Column("call_id", String(40)),
    Column("template", Integer),
)


def fill(ledger: Ledger, first: int, last: int, total: int) -> None:
    """The calls of these numbers, with what was said and found in the flagged ones."""
    with _bulk(ledger) as connection:
        if first == 0:
            _bench.create_all(connection)
            _add_templates(connection)
        connection.execute(CALLS.delete())
        _add_calls(connection, first, last, total)
        _add_flagged(connection, first, last, total)


def tidy(ledger: Ledger) -> None:
    """As a ledger is that has grown over months: counted, and swept by the database's own housekeeping."""
    statement = "ANALYZE" if ledger.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


@contextmanager
def _bulk(ledger: Ledger) -> Iterator[Connection]:
    """One transaction without indexes and without looking after references."""
    indexes = [index for row in LARGE for index in Base.metadata.tables[row.__tablename__].indexes]
    with ledger.engine.begin() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        for index in indexes:
            index.drop(connection, checkfirst=True)
        if not is_sqlite:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            for name in ("characters", "sounds"):
                connection.execute(text(f"DROP INDEX IF EXISTS ix_search_grams_{name}"))
        yield connection
        for index in indexes:
            index.create(connection)
        if not is_sqlite:
            for statement in ARRAYS[1:]:
                connection.execute(text(statement))
            connection.execute(text("SET session_replication_role = origin"))


def _add_templates(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    for each in templates():
        pairs: list[Any] = [each.text.character_pairs, each.text.sound_pairs]
        if is_sqlite:
            pairs = [" ".join(some) for some in pairs]
        connection.execute(insert(SAID).values(**each.said(), character_pairs=pairs[0], sound_pairs=pairs[1]))
    connection.execute(insert(FOUND), [row for each in templates() for row in each.findings()])


def _add_calls(connection: Connection, first: int, last: int, total: int) -> None:
    rows = population.rows(first, last, total)
    names = ", ".join(population.COLUMNS)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(population.COLUMNS))
        while some := list(islice(rows, AT_ONCE)):
            values = [tuple(_sqlite(row[name]) for name in population.COLUMNS) for row in some]
            connection.exec_driver_sql(f"INSERT INTO calls ({names}) VALUES ({marks})", values)
        return
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY calls ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write("\t".join(_copied(row[name]) for name in population.COLUMNS) + "\n")


def _sqlite(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _copied(value: Any) -> str:
    return r"\N" if value is None else str(value)


def _add_flagged(connection: Connection, first: int, last: int, total: int) -> None:
    numbers = range(first - first % -population.FLAGGED_OF, last, population.FLAGGED_OF)
    calls = (
        {"number": n + 1, "call_id": population.call_id(n, total), "template": population.template_of(n)}
        for n in numbers
    )
    while some := list(islice(calls, AT_ONCE)):
        connection.execute(insert(CALLS), some)
    said = select(CALLS, SAID).join(SAID, SAID.c.template == CALLS.c.template).subquery()
    nothing, sha256 = literal({}, JSON), literal("0" * 64)
    at = literal(population.END, CallRow.received_at.type)
    _copy(connection, RecordingRow, said, call_id=said.c.call_id, path=said.c.call_id, sha256=sha256,
          duration_s=literal(60.0), sample_rate_hz=literal(8000), channels=literal(2), sealed_at=at,
          rescued=literal(False), archived_at=at)  # fmt: skip
    _copy(connection, TranscriptRow, said, id=said.c.number, call_id=said.c.call_id, model=literal("m"),
          model_sha256=sha256, recording_sha256=sha256, settings=nothing, turns=said.c.turns,
          text=said.c.text, secrets=literal([], JSON), finder=literal(99), created_at=at)  # fmt: skip
    _copy(connection, ScorecardRow, said, id=said.c.number, call_id=said.c.call_id,
          transcript_id=said.c.number, pack=literal("desk-114"), pack_version=literal("1"),
          score=said.c.score, flags=said.c.flags, limits=nothing, created_at=at)  # fmt: skip
    _copy(connection, SearchTextRow, said, id=said.c.number, call_id=said.c.call_id,
          characters=said.c.characters, sounds=said.c.sounds)  # fmt: skip
    _add_findings(connection)
    name = "rowid" if connection.dialect.name == "sqlite" else "id"
    connection.execute(
        text(
            f"INSERT INTO search_grams ({name}, characters, sounds) "
            "SELECT number, character_pairs, sound_pairs FROM bench_calls "
            "JOIN bench_said ON bench_said.template = bench_calls.template"
        )
    )


def _add_findings(connection: Connection) -> None:
    found = select(CALLS, FOUND).join(FOUND, FOUND.c.template == CALLS.c.template).subquery()
    _copy(connection, FindingRow, found, scorecard_id=found.c.number, rule=found.c.rule,
          verdict=found.c.verdict, start_s=found.c.start_s, end_s=found.c.end_s, text=found.c.words,
          likeness=found.c.likeness, phrase=literal(""), sound=literal(""), more=literal([], JSON),
          reason=found.c.reason, points=found.c.points, dimension=literal("清"), is_fatal=literal(False),
          held=literal(False))  # fmt: skip
    noted = select(found).where(found.c.verdict != "pass").subquery()
    _copy(connection, CallVerdictRow, noted, rule=noted.c.rule, verdict=noted.c.verdict,
          call_id=noted.c.call_id, flagged=noted.c.verdict == "fail")  # fmt: skip


def _copy(connection: Connection, row: type[Base], source: Any, **columns: Any) -> None:
    query = select(*columns.values()).select_from(source)
    connection.execute(insert(row).from_select(list(columns), query, include_defaults=False))
