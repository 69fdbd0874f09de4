"""One conversation with bursts on both sides, and where they lie in its recording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bench.timeline.bursts import CALLER, OPERATOR, Samples, burst, find
from bench.timeline.scenarios import SCENARIOS, Scenario
from bench.timeline.stand import CODECS, Stand, open_stand, sound_on, take_side
from callers.pacer import SLOT_S
from callers.phone import Phone
from callers.phone_call import PhoneCall
from callers.rtp import SLOT_SAMPLES
from ledger.records import Call
from recorder.capture import Capture
from recorder.sealing import SAMPLE_RATE_HZ, join_capture

NEAR_SLOTS = 50  # so long no phone is held up


@dataclass(frozen=True, kw_only=True)
class Shift:
    """By how much one burst lies later in the recording than it was said."""

    said_s: float  # in the call
    late_ms: float


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation that was held."""

    scenario: str
    call: PhoneCall
    operator_call: PhoneCall
    row: Call


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What came of one conversation."""

    scenario: str
    call: Call
    length_error_ms: float  # the recording's length, less the ledger's
    caller: tuple[Shift, ...]
    operator: tuple[Shift, ...]

    def offset_ms(self, bursts: slice) -> float:
        """By how much the caller's channel lies later than the operator's, over a stretch of bursts."""
        return self.late_ms("caller", bursts) - self.late_ms("operator", bursts)

    def late_ms(self, side: Literal["caller", "operator"], bursts: slice) -> float:
        """The median shift of one side over a stretch of bursts; nan where it said none."""
        shifts = [shift.late_ms for shift in getattr(self, side)[bursts]]
        return float(np.median(shifts)) if shifts else float("nan")

    @property
    def largest_ms(self) -> float:
        """The worst of all bursts, either way."""
        return max((abs(shift.late_ms) for shift in (*self.caller, *self.operator)), default=float("nan"))


async def measure_all(
    folder: Path, scenarios: Sequence[str], length_s: float, *, at_once: int
) -> list[Measured]:
    """Hold so many conversations at once until all are held, and measure them when nobody talks any more."""
    places = asyncio.Semaphore(at_once)

    async def hold(number: int, name: str) -> Talk:
        async with places:
            return await hold_conversation(stand, SCENARIOS[name], number, length_s)

    async with open_stand(folder, callers=at_once) as stand:
        talks = await asyncio.gather(*(hold(number, name) for number, name in enumerate(scenarios)))
    return [measure(talk, stand.capture_dir) for talk in talks]


async def hold_conversation(stand: Stand, scenario: Scenario, number: int, length_s: float) -> Talk:
    """Call, be bridged, burst on both sides for `length_s`, hang up."""
    caller_said, operator_said = burst(CALLER), burst(OPERATOR)
    user = str(13_800_000_000 + number)
    picked_up = stand.expect(user, scenario.operator, operator_said)
    async with Phone(user=user, codecs=CODECS) as phone:
        call = await phone.dial(stand.target)
        take_side(call, scenario.caller)
        await call.answered(10)
        operator_call = await asyncio.wait_for(picked_up, 60)
        with _sounding(call, caller_said):
            await scenario.deeds(call, length_s)
        await call.hang_up()
    return Talk(
        scenario=scenario.name, call=call, operator_call=operator_call, row=await stand.ended_row(call)
    )


def measure(talk: Talk, capture_dir: Path) -> Measured:
    """Find the bursts of a conversation. Takes CPU time: not while others talk."""
    row = talk.row
    sound = join_capture(Capture.of_call(capture_dir, row.id)).samples
    assert row.answered_at is not None
    assert row.ended_at is not None
    lasted_s = (row.ended_at - row.answered_at).total_seconds()
    return Measured(
        scenario=talk.scenario,
        call=row,
        length_error_ms=1000 * (len(sound) / SAMPLE_RATE_HZ - lasted_s),
        caller=_shifts(sound[:, 0], burst(CALLER), talk.call, row),
        operator=_shifts(sound[:, 1], burst(OPERATOR), talk.operator_call, row),
    )


@contextmanager
def _sounding(call: PhoneCall, sound: Samples) -> Iterator[None]:
    task = asyncio.create_task(sound_on(call, sound))
    try:
        yield
    finally:
        task.cancel()


def _shifts(channel: Samples, sound: Samples, call: PhoneCall, row: Call) -> tuple[Shift, ...]:
    assert row.answered_at is not None
    answered_s = row.answered_at.timestamp() - (time.time() - time.monotonic())
    shifts = []
    for sent_s in _beginnings(call):
        said_s = sent_s - answered_s
        found_s = find(channel, sound, said_s)
        if found_s is not None:
            shifts.append(Shift(said_s=said_s, late_ms=1000 * (found_s - said_s)))
    return tuple(shifts)


def _beginnings(call: PhoneCall) -> list[float]:
    """When each burst was due that was said to its end. A phone that was held up sends late."""
    sent = call.media.sent
    slots = len(burst(CALLER)) // SLOT_SAMPLES
    ahead_s = np.array([at_s - place * SLOT_S for place, (at_s, _) in enumerate(sent)])
    begun = [
        place
        for place, (_, frame) in enumerate(sent)
        if frame is not None and (place == 0 or sent[place - 1][1] is None)
    ]
    return [
        place * SLOT_S + float(ahead_s[max(0, place - NEAR_SLOTS) : place + NEAR_SLOTS].min())
        for place in begun
        if place + slots < len(sent)
    ]
