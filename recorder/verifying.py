"""Verifying: every entry, every seal, and whatever lies where nothing should, named in a sentence each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ledger import chain, strays
from ledger.chain import ChainEntry, Place, Scope
from ledger.database import Ledger
from recorder.links import Links, compare_heads
from recorder.problems import Fault, Problem, at_entry
from recorder.seals import Audio, Pages, Seals, read_pages
from recorder.shelf import Shelf, call_id_of

PAGE = 500  # entries or files at once: memory stays the same however long the chain is
HASHING_THREADS = max(4, os.cpu_count() or 1)
IF_OLD = "if it is older than the chain, `hotline chain adopt` enters it"
UNREADABLE = (ValueError, TypeError)  # what a row raises whose columns hold what cannot be

Progress = Callable[[int], None]  # entries that were checked since the last time


@dataclass(kw_only=True)
class Report:
    """What was looked at and what is wrong."""

    entries: int = 0
    recordings: int = 0  # hashed
    files: int = 0  # in the store
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "clean": self.is_clean,
            "entries": self.entries,
            "recordings": self.recordings,
            "files": self.files,
            "problems": [problem.document for problem in self.problems],
        }


class Verifier:
    """Checks the chain of one ledger and the recordings on one shelf."""

    def __init__(
        self, ledger: Ledger, shelf: Shelf, scope: Scope, on_progress: Progress | None = None
    ) -> None:
        self._ledger, self._shelf, self._scope = ledger, shelf, scope
        self._on_progress = on_progress or (lambda _count: None)
        self._report = Report()

    def verify(self, heads: Path | None = None) -> Report:
        """Look at everything in the scope. Raises SettingsError where the heads cannot be read."""
        with ThreadPoolExecutor(HASHING_THREADS) as pool:
            for entries in self._pages():
                self._report.problems += self._links_of(entries)
                for pages in self._read(entries):
                    self._report.problems += self._check_seals(pages, pool)
                self._report.entries += len(entries)
                self._on_progress(len(entries))
        self._look_around(heads)
        return self._report

    def _look_around(self, heads: Path | None) -> None:
        """What no entry leads to, and what the chain was when its heads were exported."""
        problems = self._report.problems
        try:
            problems.extend(self._strays())
            problems.extend(self._unknown_files())
            if heads is not None:
                with self._ledger.reading() as session:
                    problems.extend(compare_heads(session, heads))
        except UNREADABLE as error:
            problems.append(_unreadable("the ledger", error))

    def _pages(self) -> Iterator[list[ChainEntry]]:
        after: Place | None = None
        while True:
            try:
                with self._ledger.reading() as session:
                    entries = chain.page(session, self._scope, after, PAGE)
            except UNREADABLE as error:
                self._report.problems.append(_unreadable("the table chain", error))
                return
            if not entries:
                return
            yield entries
            after = entries[-1].place

    def _links_of(self, entries: Sequence[ChainEntry]) -> list[Problem]:
        """One call's entries stand apart from each other; others follow each other."""
        if self._scope.call_id is None:
            return list(Links(self._before(entries[0])).check(entries))
        return [problem for entry in entries for problem in Links(self._before(entry)).check([entry])]

    def _before(self, entry: ChainEntry) -> ChainEntry | None:
        with self._ledger.reading() as session:
            return chain.before(session, entry.place)

    def _read(self, entries: Sequence[ChainEntry]) -> Iterator[Pages]:
        """The page's rows; one by one where a row cannot be read, so that it can be named."""
        try:
            with self._ledger.reading() as session:
                pages = read_pages(session, entries)
        except UNREADABLE as error:
            if len(entries) == 1:
                self._report.problems.append(
                    at_entry(Fault.UNREADABLE, entries[0], f"has rows that cannot be read: {error}")
                )
                return
            for entry in entries:
                yield from self._read([entry])
            return
        yield pages

    def _check_seals(self, pages: Pages, pool: ThreadPoolExecutor) -> list[Problem]:
        seals = Seals(pages)
        found = list(seals.check())
        self._report.recordings += len(seals.audio)
        found += [problem for problem in pool.map(self._check_audio, seals.audio) if problem]
        return self._still_true(pages, found) if found else []

    def _check_audio(self, audio: Audio) -> Problem | None:
        try:
            sha256 = self._shelf.hash(audio.path)
        except OSError as error:
            says = f"has lost its recording {audio.path}: {error.strerror or error}"
            return at_entry(Fault.AUDIO_MISSING, audio.entry, says, audio.path)
        if sha256 == audio.entry.audio_sha256:
            return None
        says = f"sealed other audio than {audio.path} holds now"
        return at_entry(Fault.AUDIO_CHANGED, audio.entry, says, audio.path)

    def _still_true(self, pages: Pages, found: list[Problem]) -> list[Problem]:
        """Leave out calls that got a new entry meanwhile: it is checked when its turn comes."""
        ids = {problem.call_id for problem in found if problem.call_id}
        with self._ledger.reading() as session:
            now = chain.of_calls(session, ids)
        moved = {call_id for call_id in ids if len(now.get(call_id, [])) > len(pages.history[call_id])}
        return [problem for problem in found if problem.call_id not in moved]

    def _strays(self) -> Iterator[Problem]:
        scope = self._scope
        with self._ledger.reading() as session:
            for call_id in strays.recordings_outside(session, scope):
                says = f"the recording of call {call_id} has no entry in the chain; {IF_OLD}"
                yield Problem(fault=Fault.RECORDING_INSERTED, says=says, call_id=call_id)
            for (day, number), call_id in strays.facts_outside(session, scope):
                says = (
                    f"facts of call {call_id} belong to entry {day} no. {number}, which is not in the chain"
                )
                yield Problem(fault=Fault.FACTS_INSERTED, says=says, call_id=call_id, day=day, number=number)
            for transcript_id, call_id in strays.foreign_transcripts(session, scope):
                says = f"transcript {transcript_id} of call {call_id} was made of no recording of that call"
                yield Problem(fault=Fault.TRANSCRIPT_FOREIGN, says=says, call_id=call_id)
            for call_id in strays.calls_without_recording(session, scope):
                says = f"call {call_id} was recorded, but neither its recording nor an entry is left"
                yield Problem(fault=Fault.RECORDING_MISSING, says=says, call_id=call_id)

    def _unknown_files(self) -> Iterator[Problem]:
        files = (path for path in self._shelf.walk() if self._is_in_scope(path))
        while batch := {path: call_id_of(path) for path in islice(files, PAGE)}:
            self._report.files += len(batch)
            with self._ledger.reading() as session:
                unknown = strays.unknown_files(session, batch)
            for path in unknown:
                says = f"the file {path} is no recording that the ledger knows"
                yield Problem(fault=Fault.FILE_INSERTED, says=says, call_id=batch[path], path=path)

    def _is_in_scope(self, path: str) -> bool:
        """Files lie in folders by the day on which their call was received."""
        scope, day = self._scope, path.partition("/")[0]
        if scope.call_id is not None:
            return call_id_of(path) == scope.call_id
        early = scope.first is not None and day < scope.first.isoformat()
        return not early and (scope.last is None or day <= scope.last.isoformat())


def _unreadable(what: str, error: Exception) -> Problem:
    return Problem(fault=Fault.UNREADABLE, says=f"{what} holds what cannot be read: {error}")
