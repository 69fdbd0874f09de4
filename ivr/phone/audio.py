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


class CallAudio:
    """The caller's leg, its two capture files, and whatever the caller hears now.

    A recorder gets no frames while nothing transmits to it, and its timeline would shrink; a silent
    player that loops into both for the whole call keeps them as long as the call.
    """

    def __init__(self, leg: Leg, capture: Capture, players: Players, silence: Path) -> None:
        self._leg, self._players = leg, players
        self._said = _recorder(capture.said)
        self._heard = _recorder(capture.heard)
        self._silence = players.take(silence)
        self._silence.port.startTransmit(self._said)
        self._silence.port.startTransmit(self._heard)
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

    def close(self) -> None:
        """Close the capture files. Nothing may be playing any more."""
        self._leg.on_audio_changed = lambda: None
        for recorder in (self._said, self._heard):
            self._silence.port.stopTransmit(recorder)
        self._players.give_back(self._silence)
        del self._said, self._heard

    def _rewire(self) -> None:
        """Connect everything that should be connected; what already is stays as it is."""
        caller = self._leg.audio
        operator = self._operator.audio if self._operator else None
        if caller:
            caller.startTransmit(self._said)
        if caller and operator:
            caller.startTransmit(operator)
        sources = [player.port for player in self._playing]
        for source in (*sources, *([operator] if operator else [])):
            source.startTransmit(self._heard)
            if caller:
                source.startTransmit(caller)

    def _unwire(self, player: Player) -> None:
        player.port.stopTransmit(self._heard)
        caller = self._leg.audio
        if caller:
            player.port.stopTransmit(caller)


def _recorder(path: Path) -> pj.AudioMediaRecorder:
    recorder = pj.AudioMediaRecorder()
    recorder.createRecorder(str(path))
    return recorder
