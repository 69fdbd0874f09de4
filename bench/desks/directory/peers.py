"""The peers: PostgreSQL with trigrams (pg_trgm) and SQLite with FTS5's trigrams, each as one would use it.

Both are given what ours finds by itself: a text of names, aliases, kind, district, address and numbers, and
behind it the pinyin and the initials of the names. Both answer with the twenty that are asked for most and
have all words; where there are none, with those that are most alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from desks.directory.compiling import readings_of, units_of
from desks.directory.records import Entry
from desks.directory.sounds import syllables
from desks.directory.typed import words_of

LIMIT: Final = 20
MOST_S: Final = 10  # a question that takes longer is given up, and counts as this long
ALIKE: Final = 0.3  # of word similarity: the usual 0.6 finds little of short Chinese names
AT_ONCE: Final = 20_000


class Peer(Protocol):
    """Something else that is searched."""

    name: str

    def fill(self, entries: Iterable[Entry]) -> None:
        """Take in entries, those first that are asked for most, and index them."""

    def ask(self, query: str) -> list[int]:
        """Ids of entries that fit, the best first."""

    def size_bytes(self) -> int:
        """What it takes on the disk."""


class Fts5:
    """SQLite's FTS5 with its trigram tokeniser; shorter words by LIKE, as its documentation says."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts.sqlite3"
        self._connection = sqlite3.connect(self._path)

    def fill(self, entries: Iterable[Entry]) -> None:
        """The rows are numbered by how often they are asked for: the first that fit are the best."""
        run = self._connection.execute
        run("PRAGMA journal_mode=OFF")
        run("CREATE VIRTUAL TABLE found USING fts5(text, tokenize='trigram')")
        run("CREATE TABLE ids (rank INTEGER PRIMARY KEY, id INTEGER)")
        for some in _rows(entries):
            self._connection.executemany("INSERT INTO ids (id) VALUES (?)", [(id_,) for id_, _ in some])
            self._connection.executemany("INSERT INTO found (text) VALUES (?)", [(text,) for _, text in some])
        self._connection.commit()

    def ask(self, query: str) -> list[int]:
        """All words; else the most alike by BM25 of their trigrams."""
        words = words_of(query)
        long = [word for word in words if len(word) > 2]
        short = [word for word in words if len(word) <= 2]
        sql = " AND ".join(["found MATCH ?"] * bool(long) + ["text LIKE ?"] * len(short))
        match = [" AND ".join(f'"{word}"' for word in long)] if long else []
        found = self._ids(f"{sql} ORDER BY rowid LIMIT {LIMIT}", [*match, *(f"%{word}%" for word in short)])
        if found or not long:
            return found
        grams = {word[at : at + 3] for word in long for at in range(len(word) - 2)}
        any_of = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        return self._ids(f"found MATCH ? ORDER BY rank LIMIT {LIMIT}", [any_of])

    def size_bytes(self) -> int:
        """The file."""
        return self._path.stat().st_size

    def _ids(self, where: str, values: list[str]) -> list[int]:
        sql = f"SELECT i.id FROM (SELECT rowid AS at FROM found WHERE {where}) JOIN ids i ON i.rank = at"
        return [id_ for (id_,) in self._connection.execute(sql, values)]


class PgTrgm:
    """PostgreSQL with a GIN index of trigrams."""

    name = "PostgreSQL pg_trgm"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def fill(self, entries: Iterable[Entry]) -> None:
        """One table; its order of rows is that of how often they are asked for."""
        run = self._connection.execute
        run("CREATE EXTENSION pg_trgm")
        run("CREATE TABLE found (rank serial, id integer, text text)")
        with self._connection.cursor() as cursor:
            for some in _rows(entries):
                with cursor.copy("COPY found (id, text) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
        run("SET maintenance_work_mem = '512MB'")
        run("CREATE INDEX ON found USING gin (text gin_trgm_ops)")
        run("CREATE INDEX ON found (rank)")
        run("VACUUM ANALYZE found")
        run(f"SET statement_timeout = {MOST_S * 1000}")
        run(f"SET pg_trgm.word_similarity_threshold = {ALIKE}")

    def ask(self, query: str) -> list[int]:
        """All words; else the most alike by word similarity."""
        words = words_of(query)
        wanted = " AND ".join(["text LIKE %s"] * len(words))
        values = [f"%{word}%" for word in words]
        found = self._ids(f"SELECT id FROM found WHERE {wanted} ORDER BY rank LIMIT {LIMIT}", values)
        if found:
            return found
        joined = " ".join(words)
        alike = f"SELECT id FROM found WHERE %s <%% text ORDER BY %s <<-> text, rank LIMIT {LIMIT}"
        return self._ids(alike, [joined, joined])

    def size_bytes(self) -> int:
        """Table and indexes."""
        row = self._connection.execute("SELECT pg_total_relation_size('found')").fetchone()
        return int(row[0]) if row else 0

    def _ids(self, sql: str, values: list[str]) -> list[int]:
        try:
            return [id_ for (id_,) in self._connection.execute(sql, values)]  # type: ignore[arg-type]
        except psycopg.errors.QueryCanceled:
            return []


def _rows(entries: Iterable[Entry]) -> Iterator[list[tuple[int, str]]]:
    read = iter(entries)
    while some := list(islice(read, AT_ONCE)):
        names = [name for entry in some for name in (entry.name, *entry.aliases)]
        spelt = _spelt(names)
        yield [(entry.id or 0, " ".join(_parts(entry, spelt))) for entry in some]


def _parts(entry: Entry, spelt: dict[str, str]) -> Iterator[str]:
    yield from (entry.name, *entry.aliases, entry.kind, entry.district, entry.address)
    yield from (f"{each.number} {each.label}" for each in entry.numbers)
    yield from (spelt[name] for name in (entry.name, *entry.aliases))


def _spelt(names: list[str]) -> dict[str, str]:
    """Of each name its pinyin and its initials."""
    signs, counts = units_of(names)
    ends = counts.cumsum()
    read = [syllables()[number] for number in readings_of(signs, (ends - counts)[counts > 0]).tolist()]
    told: dict[str, Any] = {}
    for name, count, end in zip(names, counts.tolist(), ends.tolist(), strict=True):
        part = read[end - count : end]
        told[name] = f"{''.join(part)} {''.join(each[0] for each in part)}"
    return told
