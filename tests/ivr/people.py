"""Callers and operators on the stage, and what can be heard of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import groupby

import numpy as np

from callers.errors import CallOver
from callers.hearing import has_tone
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger.records import Call
from ledger.states import FactKey, Place
from tests.ivr.stage import DIGITS_HZ, PIECES_HZ, RATE_HZ, TONES_HZ, Stage, tone

SAY_HZ, REPLY_HZ = 440, 1000
PATIENCE_S = 20.0  # for what must come: a busy machine may need long


def places(row: Call) -> list[Place]:
    """Where the caller was, in order, without moments and repetitions."""
    spans = [mark.place for mark in row.marks if mark.end_s > mark.start_s]
    return [place for index, place in enumerate(spans) if index == 0 or spans[index - 1] != place]


def facts_of(row: Call) -> dict[str, str]:
    """The call's facts but of lost packets: a busy machine's phones send some too late."""
    return {
        key: value
        for key, value in row.facts.items()
        if key not in {FactKey.CALLER_LOST, FactKey.OPERATOR_LOST}
    }


def loudness(samples: np.ndarray, hz: float) -> float:
    """How much of `hz` there is, 0 to 1 of the samples' own strength."""
    spectrum = np.abs(np.fft.rfft(samples.astype(float) * np.hanning(len(samples))))
    at = round(hz * len(samples) / RATE_HZ)
    return float(spectrum[max(0, at - 3) : at + 4].max() / (spectrum.max() or 1.0))


def heard_pieces(samples: np.ndarray) -> list[str]:
    """The names of the tones that were heard one after the other, silences left out."""
    names = PIECES_HZ | DIGITS_HZ | TONES_HZ  # some tones are used twice: no test plays both
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    heard = [next((name for name, hz in names.items() if has_tone(frame, hz)), "") for frame in frames]
    runs = [(name, len(list(run))) for name, run in groupby(heard)]
    return [name for name, length in runs if name and length >= 3]


async def hear(call: PhoneCall, prompt: str) -> None:
    """Wait until a prompt's tone is heard."""
    await call.wait_for_tone(TONES_HZ[prompt], timeout_s=PATIENCE_S)


async def reach_menu(phone: Phone, stage: Stage) -> PhoneCall:
    """Dial and wait for the menu."""
    call = await phone.dial(stage.target)
    await call.answered(5)
    await hear(call, "menu")
    return call


class Desk:
    """One operator's phone. It says REPLY_HZ on picking up, unless `talk` says what else to do."""

    def __init__(
        self, talk: Callable[[IncomingCall], Awaitable[None]] | None = None, *, port: int = 0
    ) -> None:
        self.phone = Phone(port=port, user="8001", any_user=True)
        self.talking: asyncio.Event = asyncio.Event()
        self.calls: list[IncomingCall] = []
        self._talk = talk
        self.phone.on_invite = self._pick_up

    async def _pick_up(self, call: IncomingCall) -> None:
        self.calls.append(call)
        await call.ring()
        await call.answer()
        self.talking.set()
        if self._talk:
            await self._talk(call)
            return
        with suppress(CallOver):  # the caller may leave in the middle
            await call.play(tone(REPLY_HZ, 5.0))
