"""Players of prompts, kept for the life of the process and used again and again.

pjsip 2.15 tells the end of a file from another thread, and may do so when the player is already
destroyed: the process then dies of a segmentation fault, one time in about fifty announcements. What is
never destroyed cannot be called after its death.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path

import pjsua2 as pj

SAMPLE_RATE_HZ = 8000
REST_S = 0.2  # after its use, until the media thread has surely let go of it


@dataclass(frozen=True, kw_only=True)
class Player:
    """A file that can be heard: `port` transmits from its beginning."""

    path: Path
    loop: bool
    port: pj.AudioMediaPlayer
    length_s: float


class Players:
    """All players of a process."""

    def __init__(self) -> None:
        self._resting: defaultdict[tuple[Path, bool], deque[tuple[float, Player]]] = defaultdict(deque)

    def take(self, path: Path, *, loop: bool) -> Player:
        """A player of `path` at its beginning: a rested one, or a new one. Give it back after use."""
        resting = self._resting[path, loop]
        if resting and resting[0][0] <= time.monotonic():
            _, player = resting.popleft()
            player.port.setPos(0)
            return player
        port = pj.AudioMediaPlayer()
        port.createPlayer(str(path), 0 if loop else pj.PJMEDIA_FILE_NO_LOOP)
        length_s = port.getInfo().sizeSamples / SAMPLE_RATE_HZ
        return Player(path=path, loop=loop, port=port, length_s=length_s)

    def give_back(self, player: Player) -> None:
        """Let a player rest that transmits to nobody any more."""
        self._resting[player.path, player.loop].append((time.monotonic() + REST_S, player))

    def close(self) -> None:
        """Destroy all, before pjsip itself is."""
        self._resting.clear()
