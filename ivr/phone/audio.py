"""What one caller says and hears: wired on the conference bridge, and captured from answer to end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pjsua2 as pj

from ivr.phone.leg import Leg
from recorder.capture import Capture

SAMPLE_RATE_HZ = 8000


class CallAudio:
    """The caller's leg, its two capture files, and whatever the caller hears now.

    A recorder gets no frames while nothing transmits to it, and its timeline would shrink; a silent
    player that loops into both for the whole call keeps them as long as the call.
    """

    def __init__(self, leg: Leg, capture: Capture, silence: Path) -> None:
        self._leg = leg
        self._said = _recorder(capture.said)
        self._heard = _recorder(capture.heard)
        self._silence = _player(silence, loop=True)
        self._silence.startTransmit(self._said)
        self._silence.startTransmit(self._heard)
        self._sources: list[pj.AudioMedia] = []  # players that the caller hears
        self._operator: Leg | None = None
        leg.on_audio_changed = self._rewire
        self._rewire()

    async def play(self, prompt: Path) -> None:
        """Play a prompt to its end; cancel the task to cut it short (barge-in)."""
        with self.playing(prompt, loop=False) as length_s:
            await asyncio.sleep(length_s)

    @contextmanager
    def playing(self, prompt: Path, *, loop: bool) -> Iterator[float]:
        """Play while the block runs; gives the prompt's length in seconds."""
        player = _player(prompt, loop=loop)
        self._sources.append(player)
        self._rewire()
        try:
            yield player.getInfo().sizeSamples / SAMPLE_RATE_HZ
        finally:
            self._sources.remove(player)
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
        """Close the capture files."""
        self._leg.on_audio_changed = lambda: None
        for recorder in (self._said, self._heard):
            self._silence.stopTransmit(recorder)
        del self._said, self._heard, self._silence
        self._sources.clear()

    def _rewire(self) -> None:
        """Connect everything that should be connected; what already is stays as it is."""
        caller = self._leg.audio
        operator = self._operator.audio if self._operator else None
        if caller:
            caller.startTransmit(self._said)
        if caller and operator:
            caller.startTransmit(operator)
        for source in (*self._sources, *([operator] if operator else [])):
            source.startTransmit(self._heard)
            if caller:
                source.startTransmit(caller)

    def _unwire(self, player: pj.AudioMediaPlayer) -> None:
        player.stopTransmit(self._heard)
        caller = self._leg.audio
        if caller:
            player.stopTransmit(caller)


def _player(path: Path, *, loop: bool) -> pj.AudioMediaPlayer:
    player = pj.AudioMediaPlayer()
    player.createPlayer(str(path), 0 if loop else pj.PJMEDIA_FILE_NO_LOOP)
    return player


def _recorder(path: Path) -> pj.AudioMediaRecorder:
    recorder = pj.AudioMediaRecorder()
    recorder.createRecorder(str(path))
    return recorder
