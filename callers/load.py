"""Load: many callers at once, each calling again and again, and what they heard in numbers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from callers.errors import CallOver, CallRefused, NoAnswer
from callers.heard_audio import Slots
from callers.phone import Phone
from callers.phone_call import CallEnd, PhoneCall

MOST_CALLERS = 500
LONGEST_S = 3600.0
RETRY_S = 1.0  # a caller who was refused waits this long
ANSWER_WAIT_S = 40.0  # longer than a transaction may live: after it, the INVITE is unaccounted for
RAMP_S = 2.0  # over which the callers begin, unless told otherwise


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadReport:
    """What all callers met. Every call is answered, refused or unaccounted."""

    callers: int  # at once
    seconds: float  # that it took
    calls: int
    answered: int
    refused: int  # with a status of the far end
    unaccounted: int  # no final answer came
    refusals: dict[int, int]  # by status
    answer_ms_p50: float | None  # from INVITE to 200; None where nobody was answered
    answer_ms_p99: float | None
    first_audio_ms_p50: float | None  # from 200 to the first packet that is not silence
    silent: int  # answered calls that heard nothing
    cut: int  # answered calls that the far end ended
    slots: int  # 20 ms slots that were due
    late_slots: int  # of them came more than 40 ms late or never
    late_slots_share: float


@dataclass(slots=True)
class _Tally:
    calls: int = 0
    unaccounted: int = 0
    silent: int = 0
    cut: int = 0
    refusals: Counter[int] = field(default_factory=Counter)
    answer_s: list[float] = field(default_factory=list)
    first_audio_s: list[float] = field(default_factory=list)
    slots: int = 0
    late: int = 0

    def add_answered(self, call: PhoneCall, slots: Slots) -> None:
        self.answer_s.append(call.invite_to_ok_s or 0.0)
        self.slots += slots.count
        self.late += slots.late
        self.cut += call.end is CallEnd.FAR_HUNG_UP
        if call.first_audio_s is None:
            self.silent += 1
        else:
            self.first_audio_s.append(call.first_audio_s)


async def run_load(
    target: str | Sequence[str],
    callers: int,
    seconds: float,
    *,
    host: str = "127.0.0.1",
    call_s: float = 8.0,
    keys: str = "",
    ramp_s: float | None = None,
    answer_wait_s: float = ANSWER_WAIT_S,
    first_number: int = 13_900_000_000,
) -> LoadReport:
    """Let `callers` call `target` at once; each hears `call_s`, hangs up and calls again for `seconds`.

    Several targets are shared out among the callers, one after the other. `keys` are pressed after each
    answer. The callers begin one by one over `ramp_s` (default: 2 s, or a quarter of a short load).
    Bounds: at most 500 callers and an hour. Raises ValueError outside them, PhoneError for a bad target.
    """
    targets = [target] if isinstance(target, str) else target
    ramp_s = min(RAMP_S, seconds / 4) if ramp_s is None else ramp_s
    if not 1 <= callers <= MOST_CALLERS or not 0 < seconds <= LONGEST_S:
        raise ValueError(f"a load is 1 to {MOST_CALLERS} callers for at most {LONGEST_S:g} s")
    tally = _Tally()
    began_s = time.monotonic()
    async with Phone(host, user=str(first_number)) as phone, asyncio.TaskGroup() as group:
        for place in range(callers):
            caller = _Caller(
                phone=phone,
                target=targets[place % len(targets)],
                number=str(first_number + place),
                call_s=call_s,
                keys=keys,
                answer_wait_s=answer_wait_s,
                until_s=began_s + seconds,
                tally=tally,
            )
            group.create_task(caller.keep_calling(ramp_s * place / callers))
    return _report(tally, callers, time.monotonic() - began_s)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Caller:
    phone: Phone
    target: str
    number: str
    call_s: float
    keys: str
    answer_wait_s: float
    until_s: float
    tally: _Tally

    async def keep_calling(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        while time.monotonic() < self.until_s:
            if not await self._call_once():
                await asyncio.sleep(RETRY_S)

    async def _call_once(self) -> bool:
        self.tally.calls += 1
        call = await self.phone.dial(self.target, user=self.number)
        try:
            await call.answered(self.answer_wait_s)
        except CallRefused as refusal:
            self._count_refusal(call, refusal)
            return False
        except (NoAnswer, CallOver):
            self.tally.unaccounted += 1
            await call.hang_up()
            return False
        await self._listen(call)
        return True

    def _count_refusal(self, call: PhoneCall, refusal: CallRefused) -> None:
        if call.end is CallEnd.REFUSED:
            self.tally.refusals[refusal.status] += 1
        else:
            self.tally.unaccounted += 1

    async def _listen(self, call: PhoneCall) -> None:
        try:
            if self.keys:
                await call.send_digits(self.keys)
            await call.pause(self.call_s)  # the last calls are heard out too: a cut one would seem silent
        except CallOver:
            pass  # the far end ended the call: it is counted as cut
        else:
            await call.hang_up()
        self.tally.add_answered(call, call.slots())


def _report(tally: _Tally, callers: int, seconds: float) -> LoadReport:
    return LoadReport(
        callers=callers,
        seconds=round(seconds, 3),
        calls=tally.calls,
        answered=len(tally.answer_s),
        refused=tally.refusals.total(),
        unaccounted=tally.unaccounted,
        refusals=dict(tally.refusals),
        answer_ms_p50=_percentile_ms(tally.answer_s, 50),
        answer_ms_p99=_percentile_ms(tally.answer_s, 99),
        first_audio_ms_p50=_percentile_ms(tally.first_audio_s, 50),
        silent=tally.silent,
        cut=tally.cut,
        slots=tally.slots,
        late_slots=tally.late,
        late_slots_share=tally.late / tally.slots if tally.slots else 0.0,
    )


def _percentile_ms(seconds: list[float], percent: float) -> float | None:
    return round(1000 * float(np.percentile(seconds, percent)), 3) if seconds else None
