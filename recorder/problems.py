"""What a check can find wrong: a kind from a closed set, what it is about, and one sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ledger.chain import ChainEntry


class Fault(StrEnum):
    """Kinds of problems."""

    ENTRY_CHANGED = "entry_changed"  # the link is not the one that the entry's fields give
    ENTRY_MISSING = "entry_missing"  # a number is left out
    CHAIN_BROKEN = "chain_broken"  # an entry does not follow the one before it
    HEAD_DIFFERS = "head_differs"  # the chain is not the one of which the heads were exported
    FACTS_CHANGED = "facts_changed"
    FACTS_MISSING = "facts_missing"
    FACTS_INSERTED = "facts_inserted"  # facts without an entry
    RECORDING_CHANGED = "recording_changed"  # columns of its row
    RECORDING_MISSING = "recording_missing"  # its row
    RECORDING_INSERTED = "recording_inserted"  # a row without an entry
    AUDIO_CHANGED = "audio_changed"
    AUDIO_MISSING = "audio_missing"
    FILE_INSERTED = "file_inserted"  # a file without a row
    CALL_CHANGED = "call_changed"  # columns of the call's row
    CALL_MISSING = "call_missing"
    STILL_THERE = "still_there"  # what its tombstone calls deleted
    TRANSCRIPT_FOREIGN = "transcript_foreign"  # made of no recording of its call
    UNREADABLE = "unreadable"  # a column holds what cannot be


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong."""

    fault: Fault
    says: str  # one sentence that names it
    call_id: str | None = None
    path: str | None = None
    day: date | None = None
    number: int | None = None

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "day": self.day.isoformat() if self.day else None}


def at_entry(fault: Fault, entry: ChainEntry, says: str, path: str | None = None) -> Problem:
    """A problem of one entry; the sentence begins with the entry's name."""
    return Problem(
        fault=fault,
        says=f"{name_of(entry)} {says}",
        call_id=entry.call_id,
        path=path,
        day=entry.day,
        number=entry.number,
    )


def name_of(entry: ChainEntry) -> str:
    """How an entry is called in sentences."""
    about = f", call {entry.call_id}" if entry.call_id else ""
    return f"entry {entry.day} no. {entry.number} ({entry.kind}{about})"
