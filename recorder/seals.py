"""Checking the seals of a page of entries: facts, rows, and what has to be hashed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ledger import chain
from ledger.chain import ChainEntry, Place
from ledger.states import ChainKind
from ledger.strays import Columns, call_columns, original_columns, recording_columns
from recorder.facts import call_facts, hash_facts, recording_facts
from recorder.problems import Fault, Problem, at_entry

GONE_KINDS = (ChainKind.DELETED, ChainKind.LOST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Audio:
    """A file that has to have this hash."""

    entry: ChainEntry
    path: str
    sha256: str | None


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What the ledger has to a page of entries, in one state of it."""

    entries: Sequence[ChainEntry]
    history: Mapping[str, list[ChainEntry]]  # all entries of each call
    documents: Mapping[Place, tuple[str, str]]
    calls: Mapping[str, Columns]
    recordings: Mapping[str, Columns]
    originals: Mapping[str, Columns]


def read_pages(session: Session, entries: Sequence[ChainEntry]) -> Pages:
    """Read it. Raises ValueError or TypeError where a column holds what cannot be."""
    ids = {entry.call_id for entry in entries if entry.call_id}
    history = chain.of_calls(session, ids)
    masked = [entry for of_call in history.values() for entry in of_call if entry.kind == ChainKind.MASKED]
    return Pages(
        entries=entries,
        history=history,
        documents=chain.documents(session, [entry.place for entry in (*entries, *masked)]),
        calls=call_columns(session, ids),
        recordings=recording_columns(session, ids),
        originals=original_columns(session, ids),
    )


class Seals:
    """The check of one page. What is to be hashed is in `audio` afterwards."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self.audio: list[Audio] = []

    def check(self) -> Iterator[Problem]:
        """All but the audio itself."""
        for entry in self._pages.entries:
            if entry.call_id is None:
                continue
            last = self._pages.history[entry.call_id][-1]
            facts = self._facts(entry)
            if isinstance(facts, Problem):
                if facts.fault is Fault.FACTS_CHANGED or not self._may_have_gone(entry):
                    yield facts
                facts = {}
            if entry.place == last.place:
                yield from self._standing(entry, facts)

    def _may_have_gone(self, entry: ChainEntry) -> bool:
        """Whether a later entry says that the facts of this one are gone: with the call, or by a mask."""
        history = self._pages.history[str(entry.call_id)]
        later = history[history.index(entry) + 1 :]
        return bool(later) and (later[-1].kind in GONE_KINDS or any(map(self._destroys_facts, later)))

    def _destroys_facts(self, entry: ChainEntry) -> bool:
        _, document = self._pages.documents.get(entry.place, ("", "{}"))
        return "earlier" in json.loads(document).get("masked", {})

    def _facts(self, entry: ChainEntry) -> dict[str, Any] | Problem:
        found = self._pages.documents.get(entry.place)
        if found is None:
            return at_entry(Fault.FACTS_MISSING, entry, "has no facts any more")
        call_id, document = found
        if call_id != entry.call_id or hash_facts(document) != entry.facts_sha256:
            return at_entry(Fault.FACTS_CHANGED, entry, "has other facts than were sealed")
        facts: dict[str, Any] = json.loads(document)
        return facts

    def _standing(self, entry: ChainEntry, facts: dict[str, Any]) -> Iterator[Problem]:
        """The newest entry of a call says how everything has to be now."""
        yield from self._original(entry, facts)
        recording = self._pages.recordings.get(str(entry.call_id))
        if entry.kind in GONE_KINDS:
            if recording is not None:
                says = f"says that there is no recording, but {recording['path']} has a row"
                yield at_entry(Fault.STILL_THERE, entry, says, recording["path"])
            return
        yield from self._call(entry, facts.get("call", {}))
        if recording is None:
            yield at_entry(Fault.RECORDING_MISSING, entry, "has no row of its recording any more")
            return
        self.audio.append(Audio(entry=entry, path=recording["path"], sha256=entry.audio_sha256))
        sealed = {"sha256": entry.audio_sha256, **facts.get("recording", {})}
        changed = _differing(sealed, recording_facts(recording))
        if changed:
            says = f"was sealed with other values of its recording's {changed}"
            yield at_entry(Fault.RECORDING_CHANGED, entry, says, recording["path"])

    def _original(self, entry: ChainEntry, facts: dict[str, Any]) -> Iterator[Problem]:
        """What was masked is kept as the entry says, or is gone."""
        kept = facts.get("masked", {}).get("original", {})
        row = self._pages.originals.get(str(entry.call_id))
        if kept.get("state") != "kept":
            if row is not None:
                says = f"knows of no original that is kept, but {row['path']} has a row"
                yield at_entry(Fault.STILL_THERE, entry, says, row["path"])
            return
        self.audio.append(Audio(entry=entry, path=kept["path"], sha256=kept["sha256"]))
        if row is None:
            yield at_entry(
                Fault.RECORDING_MISSING, entry, "has no row of the original any more", kept["path"]
            )
        elif (row["path"], row["sha256"]) != (kept["path"], kept["sha256"]):
            says = "was sealed with another path or hash of the original"
            yield at_entry(Fault.RECORDING_CHANGED, entry, says, kept["path"])

    def _call(self, entry: ChainEntry, sealed: dict[str, Any]) -> Iterator[Problem]:
        call = self._pages.calls.get(str(entry.call_id))
        if call is None:
            yield at_entry(Fault.CALL_MISSING, entry, "has no row of its call any more")
            return
        changed = _differing(sealed, call_facts(call))
        if changed:
            yield at_entry(Fault.CALL_CHANGED, entry, f"was sealed with other values of the call's {changed}")


def _differing(sealed: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """The columns that differ, for a sentence."""
    missing = object()
    return ", ".join(name for name, value in sealed.items() if there.get(name, missing) != value)
