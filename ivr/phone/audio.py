"""What one caller says and hears: wired on the conference bridge, and captured from answer to end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pjsua2 as pj

from ivr.phone.leg import Leg
from ivr.phone.players import Player, Players
from recorder.capture import Capture

CLOSE_S = 0.1  # pjsip's clock thread writes the last buffer and the header a frame or two later
MOST_MADE_UP_S = 0.02  # the silence at the end of a spoken fragment


class CallAudio:
    """The caller's leg, what the caller hears now, and two capture files (none: nothing is recorded).

    A recorder gets no frames while nothing transmits to it, and its timeline would shrink; a silent
    player that loops into both for the whole call keeps them as long as the call.
    """

    def __init__(self, leg: Leg, capture: Capture | None, players: Players, silence: Path) -> None:
        self._leg, self._players = leg, players
        self._said = _recorder(capture.said) if capture else None
        self._heard = _recorder(capture.heard) if capture else None
        self._silence = players.take(silence, loop=True)
        for recorder in self._recorders:
            self._silence.port.startTransmit(recorder)
        self._playing: list[Player] = []
        self._operator: Leg | None = None
        leg.on_audio_changed = self._rewire
        self._rewire()

    async def play(self, prompt: Path) -> None:
        """Play a prompt to its end; cancel the task to cut it short (barge-in)."""
        await self.play_all([prompt])

    async def play_all(self, pieces: Sequence[Path]) -> None:
        """Play pieces one after the other, without a gap between them and each to its end.

        What one was ended too late is taken off the next, but no more than the silence at its end. Nothing is
        joined on disk: players are kept for ever, and a file for each number would need one.
        """
        ends_s = time.monotonic()
        for piece in pieces:
            with self.playing(piece, loop=False) as length_s:
                ends_s = max(ends_s, time.monotonic() - MOST_MADE_UP_S) + length_s
                await asyncio.sleep(ends_s - time.monotonic())

    @contextmanager
    def playing(self, prompt: Path, *, loop: bool) -> Iterator[float]:
        """Play while the block runs; gives the prompt's length in seconds."""
        player = self._players.take(prompt, loop=loop)
        self._playing.append(player)
        self._rewire()
        try:
            yield player.length_s
        finally:
            self._playing.remove(player)
            self._unwire(player)
            self._players.give_back(player)

    @contextmanager
    def bridged(self, operator: Leg) -> Iterator[None]:
        """Let the caller and an operator hear each other while the block runs."""
        self._operator = operator
        operator.on_audio_changed = self._rewire
        self._rewire()
        try:
            yield
        finally:
            operator.on_audio_changed = lambda: None
            self._operator = None

    def caller_level(self) -> int:
        """How loud the caller is just now, 0 to 255: the mean amplitude of a frame in steps of the mu-law."""
        caller = self._leg.audio
        return int(caller.getTxLevel()) if caller else 0

    async def close(self) -> None:
        """Close the capture files; they are whole when this returns. Nothing may be playing any more."""
        self._leg.on_audio_changed = lambda: None
        for recorder in self._recorders:
            self._silence.port.stopTransmit(recorder)
        self._players.give_back(self._silence)
        self._said = self._heard = None
        await asyncio.sleep(CLOSE_S)

    @property
    def _recorders(self) -> list[pj.AudioMediaRecorder]:
        return [recorder for recorder in (self._said, self._heard) if recorder]

    def _rewire(self) -> None:
        """Connect everything that should be connected; what already is stays as it is."""
        caller = self._leg.audio
        operator = self._operator.audio if self._operator else None
        for listener in (self._said, operator):
            if caller and listener:
                caller.startTransmit(listener)
        sources = [player.port for player in self._playing]
        for source in (*sources, *([operator] if operator else [])):
            for listener in (self._heard, caller):
                if listener:
                    source.startTransmit(listener)

    def _unwire(self, player: Player) -> None:
        for listener in (self._heard, self._leg.audio):
            if listener:
                player.port.stopTransmit(listener)


def _recorder(path: Path) -> pj.AudioMediaRecorder:
    recorder = pj.AudioMediaRecorder()
    recorder.createRecorder(str(path))
    return recorder
