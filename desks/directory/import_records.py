"""What an import is made of: its lines, as they are shown and applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from desks.directory.checking import Fault
from desks.directory.documents import Difference, Document, differences


class Mode(StrEnum):
    """What a file is."""

    CHANGES = "changes"  # it adds and changes
    WHOLE = "whole"  # what it does not name is removed


class ImportState(StrEnum):
    """How far it is."""

    READING = "reading"
    SHOWN = "shown"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"
    UNREADABLE = "unreadable"


class LineKind(StrEnum):
    """What a line does."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    CONFLICT = "conflict"
    BAD = "bad"


CONFLICTS: Final = frozenset(
    {
        *(Fault.STALE, Fault.SAME_NUMBER, Fault.TWICE, Fault.BAD_NUMBER),
        *(Fault.SEVERAL_ENTRIES, Fault.KEY_TAKEN, Fault.MEANWHILE),
    }
)
ACCEPTABLE: Final = frozenset({Fault.STALE, Fault.SAME_NUMBER})  # by somebody who has looked at them


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportLine:
    """What a line of the file would do. Fields that stay as they are stand in neither document."""

    line: int  # of the file; 0: the file has no line for the entry, which is removed
    kind: LineKind
    name: str
    entry_id: int | None = None  # None: a new entry
    changed_seq: int = 0  # of the entry when it was shown
    key: str = ""  # what another system calls it
    before: Document | None = None
    after: Document | None = None
    fault: Fault | None = None
    detail: str = ""
    id: int = 0
    accepted: bool = False  # a conflict that is applied all the same
    done: bool = False

    @property
    def differences(self) -> list[Difference]:
        """Field by field."""
        return differences(self.before, self.after) if self.after else []

    @property
    def can_be_accepted(self) -> bool:
        """Whether somebody may have it applied although it is a conflict."""
        return self.fault in ACCEPTABLE and self.after is not None and not self.done


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """A file that was read and shown."""

    id: int
    title: str
    sha256: str
    told: Mapping[str, str]  # how it was read
    mode: Mode
    why: str
    state: ImportState
    lines: int
    same: int
    user: str
    made_at: datetime
    batch_id: int | None
