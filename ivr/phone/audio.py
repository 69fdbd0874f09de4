"""What one caller says and hears: wired on the conference bridge, and captured from answer to end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pjsua2 as pj

from ivr.phone.leg import Leg
from ivr.phone.players import FindPieces, Player, Players
from recorder.capture import Capture

CLOSE_S = 0.1  # pjsip's clock thread writes the last buffer and the header a frame or two later


class CallAudio:
    """The caller's leg, what the caller hears now, and two capture files (none: nothing is recorded).

    A recorder gets no frames while nothing transmits to it, and its timeline would shrink; a silent
    player that loops into both for the whole call keeps them as long as the call.
    """

    def __init__(self, leg: Leg, capture: Capture | None, players: Players, silence: Path) -> None:
        self._leg, self._players = leg, players
        self._said = _recorder(capture.said) if capture else None
        self._heard = _recorder(capture.heard) if capture else None
        self._silence = players.take(silence)
        for recorder in self._recorders:
            self._silence.port.startTransmit(recorder)
        self._playing: list[Player] = []
        self._operator: Leg | None = None
        leg.on_audio_changed = self._rewire
        self._rewire()

    async def play(self, find: FindPieces) -> None:
        """Play the pieces that `find` names, joined, to their end; cancel the task to cut in (barge-in).

        `find` is called in a thread, since looking for audio touches the disk.
        """
        reel = await self._players.load(find)
        try:
            with self._heard_from(reel):
                await asyncio.sleep(reel.length_s)
        finally:
            self._players.unload(reel)

    @contextmanager
    def playing(self, music: Path) -> Iterator[None]:
        """Play a file again and again while the block runs."""
        player = self._players.take(music)
        try:
            with self._heard_from(player):
                yield
        finally:
            self._players.give_back(player)

    @contextmanager
    def _heard_from(self, player: Player) -> Iterator[None]:
        self._playing.append(player)
        self._rewire()
        try:
            yield
        finally:
            self._playing.remove(player)
            self._unwire(player)

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
        self.stop_capture()
        self._players.give_back(self._silence)
        await asyncio.sleep(CLOSE_S)

    def stop_capture(self) -> None:
        """Close the capture files, both at once; the call goes on without them."""
        for recorder in self._recorders:
            self._silence.port.stopTransmit(recorder)
        self._said = self._heard = None

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
