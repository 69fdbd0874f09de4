"""Long work on the directory as its row tells it: what is to be done, how far it is, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ledger.records import User


class WorkKind(StrEnum):
    """What is to be done."""

    READ = "read"  # a file, to show what it would do
    APPLY = "apply"  # an import as it was shown
    UNDO = "undo"  # a batch


class WorkState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by somebody, between two pieces
    FAILED = "failed"


class WorkStep(StrEnum):
    """What is counted."""

    BEGINNING = "beginning"
    READING = "reading"  # lines of the file
    COMPARING = "comparing"  # lines with the directory
    APPLYING = "applying"  # lines
    CHECKING = "checking"  # changes: whether they can be undone
    UNDOING = "undoing"  # changes


class WorkProblem(StrEnum):
    """Why it failed."""

    BAD_FILE = "bad_file"
    HINDERED = "hindered"  # later changes stand upon some
    REFUSED = "refused"  # it was discarded, or done, meanwhile
    BROKEN = "broken"  # it was begun several times and never got on


ACTIVE: Final = frozenset({WorkState.WAITING, WorkState.RUNNING})


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkOrder:
    """What somebody wants done."""

    kind: WorkKind
    user: User | str
    import_id: int | None = None
    batch_id: int | None = None
    why: str = ""
    is_partial: bool = False
    file: bytes | None = None
    delimiter: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Long work."""

    id: int
    kind: WorkKind
    state: WorkState
    step: WorkStep
    done: int
    total: int  # 0: not known yet
    refused: int  # of those that are done: what could not be
    import_id: int | None  # that is read or applied
    batch_id: int | None  # that is undone
    made_id: int | None  # the batch of the undoing
    is_partial: bool
    delimiter: str
    why: str
    user: str
    user_id: int | None
    asked_at: datetime
    ended_at: datetime | None
    is_stopping: bool
    problem: WorkProblem | None
    detail: str

    @property
    def is_active(self) -> bool:
        """Whether it waits or goes on."""
        return self.state in ACTIVE
