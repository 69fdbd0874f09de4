"""Sounds that are made when somebody first asks for them: a player asks for range after range of each."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptSound:
    """A sound as a file of its own."""

    audio: bytes
    sha256: str


class KeptSounds:
    """Sounds in memory only: nothing unencrypted reaches a disk. Those not asked for longest go first.

    Safe for several threads. One sound is made at a time, for an hour of it takes much memory; who asks for
    one that is kept does not wait for that.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, KeptSound] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> KeptSound:
        """The sound of a key, kept or made now. Raises what making it raises."""
        found = self._find(key)
        if found is None:
            with self._making:
                found = self._find(key) or self._keep(key, make())
        return found

    def _find(self, key: Hashable) -> KeptSound | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, audio: bytes) -> KeptSound:
        made = KeptSound(audio=audio, sha256=hashlib.sha256(audio).hexdigest())
        with self._lock:
            self._kept[key] = made
            while (
                len(self._kept) > 1 and sum(len(one.audio) for one in self._kept.values()) > self._most_bytes
            ):
                self._kept.popitem(last=False)
        return made
