"""What one caller says and hears: wired on the conference bridge, and captured from answer to end."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pjsua2 as pj

from ivr.phone.leg import Leg, StreamLook
from ivr.phone.packets import LossLog
from ivr.phone.players import FindPieces, Player, Players
from ledger.clock import now
from ledger.packet_losses import told
from ledger.records import Facts
from ledger.states import FactKey
from recorder.capture import Capture
from recorder.timeline import Channel, TimelineNotes
from sip_config.prompts import SAMPLE_RATE_HZ

WAIT_NOTED_EVERY_S = (0.4, 0.6)  # at random: seen at all phases of the packets, the mean of the waits is true
TICK_S = 0.04  # of pjsip's clock, twice: until what was said before a moment has surely passed
CLOSE_S = 0.1  # pjsip's clock thread writes the last buffer and the header a frame or two later


class CallAudio:
    """The caller's leg, what the caller hears now, and two capture files (none: nothing is recorded).

    A recorder gets no frames while nothing transmits to it, and its timeline would shrink; a silent
    player into both keeps them as long as the call, and its place in its file tells how long that is.
    """

    def __init__(
        self,
        leg: Leg,
        capture: Capture | None,
        players: Players,
        silence: Path,
        read_at_s: Callable[[], float],
    ) -> None:
        self._leg, self._players, self._read_at_s = leg, players, read_at_s
        self._said = _recorder(capture.said) if capture else None
        self._heard = _recorder(capture.heard) if capture else None
        self._silence = players.take(silence)
        for recorder in self._recorders:
            self._silence.port.startTransmit(recorder)
        self.began_at, self._began_s = now(), time.monotonic()
        self._length_s: float | None = None
        self._notes = TimelineNotes(capture.timeline) if capture else None
        self._losses: dict[Channel, LossLog] = {"said": LossLog(), "heard": LossLog()}
        self._paused = False
        self._resuming: asyncio.TimerHandle | None = None
        self._playing: list[Player] = []
        self._operator: Leg | None = None
        leg.on_audio_changed = lambda: self._rewire_new("said")
        self._rewire()
        self._begins("said")
        self._begins("heard")
        self._watch = asyncio.create_task(self._note_waits())

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
        self._losses["heard"].begins(time.monotonic() - self._began_s)
        operator.on_audio_changed = lambda: self._rewire_new("heard")
        self._rewire()
        self._begins("heard")
        try:
            yield
        finally:
            operator.on_audio_changed = lambda: None
            self._operator = None
            self._begins("heard")

    def pause_capture(self) -> None:
        """Capture silence from now on; both go on hearing each other."""
        if self._resuming:
            self._resuming.cancel()
        self._paused = True
        for source, recorder in self._captured():
            source.stopTransmit(recorder)

    def resume_capture(self) -> None:
        """Capture again, as soon as all has been heard that was said before now and still waits."""
        legs = [leg for leg in (self._leg, self._operator) if leg]
        waits = [look.wait.wait_s for leg in legs if (look := self._look_at(leg))]
        self._resuming = asyncio.get_running_loop().call_later(
            max(waits, default=0.0) + TICK_S, self._capture
        )

    def _capture(self) -> None:
        self._paused = False
        self._rewire()

    def _captured(self) -> Iterator[tuple[pj.AudioMedia, pj.AudioMediaRecorder]]:
        """What should be captured, and by which recorder."""
        caller, operator = self._leg.audio, self._operator.audio if self._operator else None
        if caller and self._said:
            yield caller, self._said
        for source in (*(player.port for player in self._playing), operator):
            if source and self._heard:
                yield source, self._heard

    def caller_level(self) -> int:
        """How loud the caller is just now, 0 to 255: the mean amplitude of a frame in steps of the mu-law."""
        caller = self._leg.audio
        return int(caller.getTxLevel()) if caller else 0

    def packets_lost(self) -> Facts:
        """What never came of the caller's and of the operators' audio, as facts; none where all came."""
        logs = {FactKey.CALLER_LOST: self._losses["said"], FactKey.OPERATOR_LOST: self._losses["heard"]}
        return {key: told(log.losses) for key, log in logs.items() if log.losses}

    def end(self) -> datetime:
        """The call is over: what is still captured is no part of it. Returns when that was."""
        self._length_s = time.monotonic() - self._began_s
        return self.began_at + timedelta(seconds=self._length_s)

    def _begins(self, channel: Channel) -> None:
        if self._notes:
            self._notes.begins(channel, time.monotonic() - self._began_s)

    def _look_at(self, leg: Leg) -> StreamLook | None:
        return leg.look(time.monotonic() - self._began_s, self._read_at_s())

    async def _note_waits(self) -> None:
        while notes := self._notes:
            await asyncio.sleep(random.uniform(*WAIT_NOTED_EVERY_S))  # noqa: S311 - no secret
            notes.clock(time.monotonic() - self._began_s, self._silence.port.getPos() / SAMPLE_RATE_HZ)
            legs: list[tuple[Channel, Leg | None]] = [("said", self._leg), ("heard", self._operator)]
            for channel, leg in legs:
                if leg and (look := self._look_at(leg)):
                    notes.waits(channel, look.wait)
                    self._losses[channel].note(look.wait.at_s, look.packets)

    async def close(self) -> None:
        """Close the capture files; they are whole when this returns. Nothing may be playing any more."""
        self._watch.cancel()
        if self._resuming:
            self._resuming.cancel()
        self._leg.on_audio_changed = lambda: None
        self.stop_capture()
        self._players.give_back(self._silence)
        await asyncio.sleep(CLOSE_S)
        if self._length_s is None:
            self.end()
        if self._notes and self._length_s is not None:
            self._notes.close(self._length_s)

    def stop_capture(self) -> None:
        """Close the capture files, both at once; the call goes on without them."""
        for recorder in self._recorders:
            self._silence.port.stopTransmit(recorder)
        self._said = self._heard = None

    @property
    def _recorders(self) -> list[pj.AudioMediaRecorder]:
        return [recorder for recorder in (self._said, self._heard) if recorder]

    def _rewire_new(self, channel: Channel) -> None:
        """A leg has a new stream, whose wait is its own."""
        self._rewire()
        self._begins(channel)

    def _rewire(self) -> None:
        """Connect everything that should be connected; what already is stays as it is."""
        caller = self._leg.audio
        operator = self._operator.audio if self._operator else None
        if caller and operator:
            caller.startTransmit(operator)
        for source in (*(player.port for player in self._playing), operator):
            if source and caller:
                source.startTransmit(caller)
        for source, recorder in () if self._paused else self._captured():
            source.startTransmit(recorder)

    def _unwire(self, player: Player) -> None:
        for listener in (self._heard, self._leg.audio):
            if listener:
                player.port.stopTransmit(listener)


def _recorder(path: Path) -> pj.AudioMediaRecorder:
    recorder = pj.AudioMediaRecorder()
    recorder.createRecorder(str(path))
    return recorder
