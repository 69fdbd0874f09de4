"""Walking the chain link by link, and comparing it with heads that were exported earlier."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ledger import chain
from ledger.chain import START, ChainEntry, DayHead
from ledger.errors import SettingsError
from ledger.states import ChainKind
from recorder.chain import link_of
from recorder.facts import time_text
from recorder.problems import Fault, Problem, at_entry, name_of


class Links:
    """Takes the entries in order. After a problem it goes on from what is there: each change is told once."""

    def __init__(self, before: ChainEntry | None) -> None:
        self._before = before

    def check(self, entries: Iterable[ChainEntry]) -> Iterator[Problem]:
        """Whether each entry is whole and follows the one before it."""
        for entry in entries:
            if link_of(entry) != entry.link_sha256 or entry.kind not in set(ChainKind):
                yield at_entry(Fault.ENTRY_CHANGED, entry, "was changed: its fields do not give its link")
            yield from self._follows(entry)
            self._before = entry

    def _follows(self, entry: ChainEntry) -> Iterator[Problem]:
        before = self._before
        same_day = before is not None and before.day == entry.day
        due = before.number + 1 if before and same_day else 0
        if entry.number != due:
            yield at_entry(
                Fault.ENTRY_MISSING, entry, f"stands where no. {due} should: {_left_out(entry, due)}"
            )
        elif (entry.kind == ChainKind.OPENING) is same_day:
            yield at_entry(
                Fault.CHAIN_BROKEN, entry, "is at the wrong place: a day has one opening, its first"
            )
        elif entry.prev_sha256 != (before.link_sha256 if before else START):
            what = name_of(before) if before else "the beginning of the chain"
            yield at_entry(
                Fault.CHAIN_BROKEN, entry, f"does not follow {what}: one was changed, moved or put in"
            )


def _left_out(entry: ChainEntry, due: int) -> str:
    last = entry.number - 1
    if last < due:
        return "it was moved or put in"
    return f"no. {due} was removed" if last == due else f"no. {due} to {last} were removed"


def head_document(head: DayHead) -> dict[str, Any]:
    """A day's head as it is exported."""
    return {
        "day": head.entry.day.isoformat(),
        "entries": head.entry.number,  # without the opening
        "head": head.entry.link_sha256,
        "at": time_text(head.entry.at),
        **{str(kind): head.counts.get(kind, 0) for kind in ChainKind if kind != ChainKind.OPENING},
    }


def compare_heads(session: Session, file: Path) -> Iterator[Problem]:
    """Whether the chain still holds every head in the file. Raises SettingsError."""
    for number, line in enumerate(_lines(file), start=1):
        try:
            told = json.loads(line)
            day, entries, head = date.fromisoformat(told["day"]), int(told["entries"]), str(told["head"])
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f"{file} line {number} is no head of `hotline chain export` ({error}); give it as it was"
            ) from error
        yield from _compare_head(session, day, entries, head)


def _compare_head(session: Session, day: date, entries: int, head: str) -> Iterator[Problem]:
    entry = chain.get(session, (day, entries))
    if entry is None:
        says = f"the chain of {day} is cut: entry no. {entries}, whose link was exported, is gone"
    elif entry.link_sha256 != head:
        says = f"the chain up to {day} no. {entries} is not the exported one: it was rewritten"
    else:
        return
    yield Problem(fault=Fault.HEAD_DIFFERS, says=says, day=day, number=entries)


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the heads in {file}: {error}; check the name") from error
