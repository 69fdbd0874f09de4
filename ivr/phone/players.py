"""Players of prompts, kept for the life of the process and used again and again.

pjsip 2.15 tells the end of a file from another thread, and may do so when the player is already
destroyed: the process then dies of a segmentation fault, one time in about fifty announcements. What is
never destroyed cannot be called after its death. But a process has 32 players and no more. So whatever is
said once is written into a reel, a file whose end is never reached, and a few reels do for all prompts.
"""

from __future__ import annotations

import asyncio
import os
import struct
import time
import wave
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pjsua2 as pj

from ledger.errors import MissingAsset
from sip_config.prompts import LONGEST_PROMPT_S, SAMPLE_RATE_HZ

REST_S = 0.2  # after its use, until the media thread has surely let go of it
MOST_REELS = 16  # two callers need four, and more for a moment when they press keys fast
REEL_SAMPLES = int((LONGEST_PROMPT_S + 10) * SAMPLE_RATE_HZ)
BYTES_A_SAMPLE = 2
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")  # RIFF, fmt and data of a WAV file

FindPieces = Callable[[], Sequence[Path]]


@dataclass(frozen=True, kw_only=True)
class Player:
    """A file that can be heard: `port` transmits from its beginning."""

    path: Path
    port: pj.AudioMediaPlayer
    length_s: float


class Players:
    """All players of a process. Reels lie in memory; `stem` is how their names begin."""

    def __init__(self, stem: Path) -> None:
        self._stem = stem
        self._loops: defaultdict[Path, deque[tuple[float, Player]]] = defaultdict(deque)
        self._reels: deque[tuple[float, Player]] = deque()  # at rest, the longest rested first
        self._unmade = deque(range(1, MOST_REELS + 1))
        self._returned = asyncio.Event()

    def take(self, path: Path) -> Player:
        """A player that repeats a file, at its beginning. Give it back after use."""
        resting = self._loops[path]
        if resting and resting[0][0] <= time.monotonic():
            _, player = resting.popleft()
            player.port.setPos(0)
            return player
        return _open(path, repeats=True)

    def give_back(self, player: Player) -> None:
        """Let a player rest that repeats a file and transmits to nobody any more."""
        self._loops[player.path].append((time.monotonic() + REST_S, player))

    async def load(self, find: FindPieces) -> Player:
        """A reel with some pieces of audio, joined without a gap. Unload it after use.

        `find` names the pieces; it is called and the disk is used in a thread. Raises what it raises, and
        MissingAsset for what is no telephone WAV or too long.
        """
        reel = await self._free_reel()
        writing = asyncio.ensure_future(asyncio.to_thread(_write, reel.path, find))
        try:
            length_s = await asyncio.shield(writing)
        except BaseException:
            writing.add_done_callback(lambda _: self.unload(reel))  # not before the thread has let go
            raise
        reel.port.setPos(0)
        return Player(path=reel.path, port=reel.port, length_s=length_s)

    def unload(self, reel: Player) -> None:
        """Let a reel rest that transmits to nobody any more."""
        self._reels.append((time.monotonic() + REST_S, reel))
        self._returned.set()

    async def _free_reel(self) -> Player:
        while True:
            if self._reels and self._reels[0][0] <= time.monotonic():
                _, reel = self._reels.popleft()
                reel.port.setPos(
                    REEL_SAMPLES - SAMPLE_RATE_HZ
                )  # so that nothing of what it had stays buffered
                return reel
            if self._unmade:
                return await self._new_reel(self._unmade.popleft())
            await self._until_one_has_rested()

    async def _new_reel(self, number: int) -> Player:
        path = in_memory(f"{self._stem.name}.reel-{number}.wav")
        try:
            await asyncio.to_thread(write_silence, path, REEL_SAMPLES / SAMPLE_RATE_HZ)
        except BaseException:
            self._unmade.append(number)
            raise
        return _open(path, repeats=False)

    async def _until_one_has_rested(self) -> None:
        self._returned.clear()
        if self._reels:
            await asyncio.sleep(max(0.0, self._reels[0][0] - time.monotonic()))
        else:
            await self._returned.wait()

    def close(self) -> None:
        """Destroy all, before pjsip itself is."""
        self._loops.clear()
        self._reels.clear()


def in_memory(name: str) -> Path:
    """An empty file on no disk, for the life of the process: callers hear prompts on a full disk too."""
    return Path(f"/proc/self/fd/{os.memfd_create(name)}")


def _open(path: Path, *, repeats: bool) -> Player:
    port = pj.AudioMediaPlayer()
    port.createPlayer(str(path), 0 if repeats else pj.PJMEDIA_FILE_NO_LOOP)
    return Player(path=path, port=port, length_s=port.getInfo().sizeSamples / SAMPLE_RATE_HZ)


def write_silence(path: Path, length_s: float) -> None:
    """A WAV file of silence, whose samples take no place on the disk."""
    size = int(length_s * SAMPLE_RATE_HZ) * BYTES_A_SAMPLE
    form = (b"fmt ", 16, 1, 1, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * BYTES_A_SAMPLE, BYTES_A_SAMPLE, 16)
    with path.open("wb") as reel:
        reel.write(HEADER.pack(b"RIFF", HEADER.size - 8 + size, b"WAVE", *form, b"data", size))
        reel.truncate(HEADER.size + size)


def _write(path: Path, find: FindPieces) -> float:
    """Put pieces into a reel, silence behind them; returns their length in seconds."""
    samples = b"".join(_samples(piece) for piece in find())
    length_s = len(samples) / BYTES_A_SAMPLE / SAMPLE_RATE_HZ
    if length_s > LONGEST_PROMPT_S:
        raise MissingAsset(f"a prompt of {length_s:.0f} s is too long; {LONGEST_PROMPT_S:g} s are the most")
    with path.open("r+b") as reel:
        reel.truncate(HEADER.size)
        reel.seek(HEADER.size)
        reel.write(samples)
        reel.truncate(HEADER.size + REEL_SAMPLES * BYTES_A_SAMPLE)
    return length_s


def _samples(piece: Path) -> bytes:
    try:
        with wave.open(str(piece), "rb") as sound:
            if sound.getparams()[:3] != (1, BYTES_A_SAMPLE, SAMPLE_RATE_HZ):
                raise MissingAsset(f"{piece} is no telephone WAV; run `hotline prompts render`")
            return sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise MissingAsset(f"{piece} is damaged; run `hotline prompts render`") from error
