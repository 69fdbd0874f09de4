"""Places in the database, for the threads of one process: they go to whoever has waited longest.

SQLite takes one write at a time. Whom it makes wait asks again and again, and whoever asks at the right
moment is next; SQLAlchemy's pool gives a connection to whoever comes when one is free. Under load somebody
never is lucky: of 40 threads that read, 15 had all connections for as long as there was something to read.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError


class Places:
    """So many at once, the others in order. Threads share them, forks must not.

    `nested`: a thread that has a place gets another at once, beyond the count. Where each of them had one and
    waited for a second nobody would ever leave.
    """

    def __init__(self, count: int, *, nested: bool = False) -> None:
        self._count, self._nested = count, nested
        self._guard = threading.Lock()
        self._waiting: deque[_Visit] = deque()
        self._placed: set[_Visit] = set()

    @contextmanager
    def place(self, timeout_s: float) -> Iterator[None]:
        """Wait for a place and have it.

        Raises OperationalError after the time, as from SQLite, and RuntimeError at once where the thread has
        all places itself: it would wait for itself.
        """
        visit = _Visit()
        try:
            self._wait(visit, timeout_s)
            yield
        finally:
            self._leave(visit)

    def _wait(self, visit: _Visit, timeout_s: float) -> None:
        with self._guard:
            own = [other for other in self._placed if other.thread_id == visit.thread_id]
            if len(self._placed) < self._count or (self._nested and own):
                self._placed.add(visit)
                return
            if len(own) == len(self._placed):
                raise RuntimeError("this thread has a transaction open; write both in one")
            self._waiting.append(visit)
        if not visit.called.wait(timeout_s) and visit not in self._placed:
            late = TimeoutError(f"others of this process had the database for {timeout_s:g} s; try again")
            raise OperationalError("BEGIN", None, late)

    def _leave(self, visit: _Visit) -> None:
        with self._guard:
            if visit in self._waiting:
                self._waiting.remove(visit)
            self._placed.discard(visit)
            while self._waiting and len(self._placed) < self._count:
                following = self._waiting.popleft()
                self._placed.add(following)
                following.called.set()


class _Visit:
    """One session that waits or works."""

    def __init__(self) -> None:
        self.thread_id = threading.get_ident()
        self.called = threading.Event()
