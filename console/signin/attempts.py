"""The brake on guessed passwords: after some failures each further one doubles the wait."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from console.errors import TooManyAttempts, WrongPresentPassword

FREE_BY_NAME = 4  # failures of one name from one address before it has to wait
FREE_BY_ADDRESS = 20  # of one address with whatever names; a whole office may share it
LONGEST_WAIT_S = 300.0
FORGOTTEN_AFTER_S = 3600.0
MOST_KEPT = 10_000  # keys; the oldest are forgotten first

Key = tuple[str, ...]


class Attempts:
    """Failed sign-ins by name and address, in this process's memory.

    Nobody is made to sleep: too early is refused, so that guessing cannot hold the server's threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[Key, tuple[int, float]] = OrderedDict()  # how many, the last one's time
        self._lock = threading.Lock()

    def check(self, name: str, address: str) -> None:
        """Raises TooManyAttempts while the name or the address has to wait."""
        with self._lock:
            wait_s = max(self._wait_s(key, free) for key, free in _keys(name, address))
        if wait_s > 0:
            raise TooManyAttempts(int(wait_s) + 1)

    def note_failure(self, name: str, address: str) -> None:
        """Count one more."""
        with self._lock:
            for key, _free in _keys(name, address):
                count, _at = self._failures.pop(key, (0, 0.0))
                self._failures[key] = (count + 1, self._clock())
            while len(self._failures) > MOST_KEPT:
                self._failures.popitem(last=False)

    def note_success(self, name: str, address: str) -> None:
        """Forget the name's failures; those of the address stay, or one good account would free it."""
        with self._lock:
            self._failures.pop((name, address), None)

    def _wait_s(self, key: Key, free: int) -> float:
        count, at = self._failures.get(key, (0, 0.0))
        since_s = self._clock() - at
        if count < free or since_s > FORGOTTEN_AFTER_S:
            return 0.0
        return min(2.0 ** min(count - free, 16), LONGEST_WAIT_S) - since_s


@contextmanager
def braked(attempts: Attempts, name: str, address: str) -> Iterator[None]:
    """Around whatever asks for the password once more: a wrong one counts as a failed sign-in.

    Raises TooManyAttempts before it is tried.
    """
    attempts.check(name, address)
    try:
        yield
    except WrongPresentPassword:
        attempts.note_failure(name, address)
        raise


def _keys(name: str, address: str) -> tuple[tuple[Key, int], ...]:
    return ((name, address), FREE_BY_NAME), ((address,), FREE_BY_ADDRESS)
