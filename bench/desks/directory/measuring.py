"""Asking ours and the peers the same questions: how long each takes, and whether what was meant is found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from rich.table import Table

from bench.desks.directory.questions import Question, questions
from desks.directory import entries
from desks.directory.directory import Directory
from desks.directory.records import Standing
from ledger.clock import now
from ledger.database import Ledger

DRAWN: Final = 4000  # entries that questions are made of
Ask = Callable[[str], list[int]]


@dataclass(kw_only=True)
class Tally:
    """Of one kind of question and one engine."""

    took_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)  # of the asking thread: of ours that is all of it
    first: int = 0
    among_five: int = 0

    def at(self, share: float) -> float:
        """A percentile of the times."""
        return float(np.percentile(self.took_ms, share))

    @property
    def found(self) -> str:
        """Shares of what was meant: first, and among the first five."""
        count = len(self.took_ms)
        return f"{self.first / count:.0%} / {self.among_five / count:.0%}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an engine answered to all kinds."""

    engine: str
    tallies: dict[str, Tally]

    @property
    def all(self) -> Tally:
        """All times together."""
        together = Tally()
        for tally in self.tallies.values():
            together.took_ms += tally.took_ms
            together.cpu_ms += tally.cpu_ms
        return together


def drawn_questions(ledger: Ledger, of_each: int, seed: int) -> list[Question]:
    """Questions for entries that are valid, drawn by the seed."""
    with ledger.reading() as session:
        highest = entries.count(session)
        chance = random.Random(seed)
        ids = [chance.randint(1, highest) for _ in range(DRAWN)]
        read = entries.get_many(session, ids)
    valid = [entry for _, entry in sorted(read.items()) if entry.standing(now()) is Standing.VALID]
    return questions(valid, of_each, seed)


def ours(ledger: Ledger, path: Path) -> Ask:
    """Our search, with everything that a page's search does."""
    directory = Directory(path)

    def ask(query: str) -> list[int]:
        with ledger.reading() as session:
            return [hit.entry.id or 0 for hit in directory.search(session, query, at=now()).hits]

    return ask


def put(engine: str, ask: Ask, wanted: Sequence[Question], ledger: Ledger) -> Asked:
    """Ask them all, one after the other; what comes back is looked up outside of the time."""
    tallies: dict[str, Tally] = {}
    for question in wanted[:3]:
        ask(question.typed)
    for question in wanted:
        tally = tallies.setdefault(question.kind, Tally())
        started_s, cpu_s = time.perf_counter(), time.thread_time()
        found = ask(question.typed)
        tally.took_ms.append((time.perf_counter() - started_s) * 1000)
        tally.cpu_ms.append((time.thread_time() - cpu_s) * 1000)
        right = list(_right(question, found[:5], ledger))
        tally.first += any(right[:1])
        tally.among_five += any(right)
    return Asked(engine=engine, tallies=tallies)


def cpu_table(asked: Asked) -> Table:
    """A row for each kind: CPU milliseconds, which other work on the machine does not change."""
    table = Table("kind", "p50", "p99", "most", title=f"CPU ms of {asked.engine}")
    for kind, tally in (*asked.tallies.items(), ("all", asked.all)):
        p50_ms, p99_ms, most_ms = np.percentile(tally.cpu_ms, (50, 99, 100))
        table.add_row(kind, f"{p50_ms:.1f}", f"{p99_ms:.1f}", f"{most_ms:.1f}")
    return table


def by_seconds(wanted: Sequence[Question], share: float) -> list[Question]:
    """Every so manieth question of each kind: for engines that take seconds."""
    step = max(1, round(1 / share))
    kinds: dict[str, list[Question]] = {}
    for question in wanted:
        kinds.setdefault(question.kind, []).append(question)
    return [question for some in kinds.values() for question in some[::step]]


def table_of(count: int, asked: Sequence[Asked]) -> Table:
    """A row for each kind: milliseconds p50 / p99, and of the found first / among five."""
    table = Table("kind", title=f"{count:,} entries: ms p50 / p99, found first / among the first five")
    mine = asked[0].all
    for each in asked:
        table.add_column(each.engine, justify="right")
        table.add_column("found", justify="right")
    for kind in asked[0].tallies:
        cells = []
        for each in asked:
            tally = each.tallies[kind]
            cells += [_times(tally), "" if kind == "short" else tally.found]
        table.add_row(kind, *cells)
    cells = []
    for each in asked:
        theirs = each.all
        ratios = f"x {theirs.at(50) / mine.at(50):.2f} / {theirs.at(99) / mine.at(99):.2f}"
        cells += [_times(theirs), ratios if each is not asked[0] else ""]
    table.add_row("all", *cells)
    return table


def _times(tally: Tally) -> str:
    return f"{tally.at(50):.1f} / {tally.at(99):.1f}"


def _right(question: Question, found: Iterable[int], ledger: Ledger) -> Iterator[bool]:
    ids = list(found)
    with ledger.reading() as session:
        read = entries.get_many(session, ids)
    for id_ in ids:
        entry = read[id_]
        fits = question.street is None or question.street in entry.address
        yield fits and entry.name == question.name
