"""What the directory knows of somebody. Frozen records; `entries` keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryState(StrEnum):
    """Whether an entry may be told at all."""

    LISTED = "listed"
    REMOVED = "removed"  # the row stays, so that the removal can be undone


class Standing(StrEnum):
    """What an entry is at one moment."""

    VALID = "valid"
    NOT_YET = "not_yet"
    NO_MORE = "no_more"
    REMOVED = "removed"


class Field(StrEnum):
    """Where something of an entry was found."""

    NAME = "name"
    ALIAS = "alias"
    KIND = "kind"
    DISTRICT = "district"
    ADDRESS = "address"
    LABEL = "label"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A telephone number, and what it leads to."""

    number: str  # as it is dialled
    label: str = ""  # e.g. 总机, 急诊, 传真


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry (号码条目), as it was read or is to be written."""

    name: str
    id: int | None = None  # None: not written yet
    aliases: tuple[str, ...] = ()
    kind: str = ""  # a word of the desk's own, e.g. 医院
    district: str = ""
    address: str = ""
    numbers: tuple[Number, ...] = ()  # the first is told where nothing else is asked for
    remark: str = ""
    valid_from: datetime | None = None  # aware; None: always was
    valid_until: datetime | None = None  # the first moment when it is no more; None: no end
    state: EntryState = EntryState.LISTED
    asked: int = 0  # how often callers were given it
    changed_seq: int = 0  # of the last change when it was read: whoever writes over a newer one is refused

    def standing(self, at: datetime) -> Standing:
        """What the entry is at a moment."""
        if self.state is EntryState.REMOVED:
            return Standing.REMOVED
        if self.valid_from is not None and at < self.valid_from:
            return Standing.NOT_YET
        if self.valid_until is not None and at >= self.valid_until:
            return Standing.NO_MORE
        return Standing.VALID
