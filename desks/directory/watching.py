"""What long work tells of itself while it is done, and by what it is stopped."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desks.directory.work_records import WorkStep


class Stopped(Exception):
    """Somebody wants the work to end where it is, or another process has taken it."""


class Watch:
    """Follows long work; this one tells nobody, and never stops it."""

    def begin(self, step: WorkStep, total: int, done: int = 0) -> None:
        """A step begins, between two transactions; `done` was done by who was broken off."""

    def note(self, session: Session, done: int, *, refused: int = 0, made_id: int | None = None) -> None:
        """In the transaction of a piece: so many more are done, some could not be. Raises Stopped."""

    def count(self, done: int) -> None:
        """Outside of a piece: so many are done by now. Raises Stopped."""

    def rest(self) -> None:
        """Between two pieces that write: others write meanwhile. Raises Stopped."""


UNWATCHED = Watch()
