"""What happens to the two streams of a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from callers import in_dialog
from callers.g711 import PCMU
from callers.g722 import G722
from callers.network import Network
from callers.phone_call import PhoneCall

Deeds = Callable[[PhoneCall, float], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One phone: what its way to us does, and by how many millionths its clock is fast."""

    network: Callable[[], Network] = Network
    fast_ppm: float = 0.0


async def _talk(_call: PhoneCall, length_s: float) -> None:
    await asyncio.sleep(length_s)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One conversation. `deeds` are the caller's, and last as long as the conversation."""

    name: str
    caller: Side = field(default_factory=Side)
    operator: Side = field(default_factory=Side)
    deeds: Deeds = _talk


async def _hold(call: PhoneCall, length_s: float) -> None:
    """Twice: both silent, and the operator alone."""
    for direction in ("inactive", "sendonly"):
        await asyncio.sleep(length_s / 5)
        await in_dialog.reinvite(call, direction)
        await asyncio.sleep(length_s / 5)
        await in_dialog.reinvite(call, "sendrecv")
    await asyncio.sleep(length_s / 5)


async def _mute(call: PhoneCall, length_s: float) -> None:
    """No packets of the caller in the middle, as phones do that send nothing while muted."""
    await asyncio.sleep(length_s / 3)
    call.media.network = Network(lost=1.0)
    await asyncio.sleep(length_s / 3)
    call.media.network = Network()
    await asyncio.sleep(length_s / 3)


async def _move(call: PhoneCall, length_s: float) -> None:
    """Another port in the middle."""
    await asyncio.sleep(length_s / 2)
    call.media.move()
    await in_dialog.reinvite(call, "sendrecv")
    await asyncio.sleep(length_s / 2)


async def _change_codec(call: PhoneCall, length_s: float) -> None:
    await asyncio.sleep(length_s / 3)
    for codec in (PCMU, G722):
        await in_dialog.reinvite(call, "sendrecv", (codec,))
        await asyncio.sleep(length_s / 3)


async def _bad_minute(call: PhoneCall, length_s: float) -> None:
    """Jitter and bursts of loss in the middle third, a good way before and after."""
    await asyncio.sleep(length_s / 3)
    call.media.network = Network(lost=0.2, burst=5, jitter_s=0.06)
    await asyncio.sleep(length_s / 3)
    call.media.network = Network()
    await asyncio.sleep(length_s / 3)


def _lossy() -> Network:
    return Network(lost=0.05)


def _bursty() -> Network:
    return Network(lost=0.2, burst=5)


def _jittery() -> Network:
    return Network(jitter_s=0.06)


def _deaf() -> Network:
    return Network(lost=1.0)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="clean"),
        Scenario(name="no RTP of the caller", caller=Side(network=_deaf)),
        Scenario(name="hold", deeds=_hold),
        Scenario(name="mute", deeds=_mute),
        Scenario(name="loss 5 %", caller=Side(network=_lossy), operator=Side(network=_lossy)),
        Scenario(name="loss 20 % in bursts", caller=Side(network=_bursty)),
        Scenario(name="jitter 60 ms", caller=Side(network=_jittery)),
        Scenario(name="jitter 60 ms, operator", operator=Side(network=_jittery)),
        Scenario(name="a bad spell", deeds=_bad_minute),
        Scenario(name="another address", deeds=_move),
        Scenario(name="PCMA, PCMU, G722", deeds=_change_codec),
        Scenario(name="clocks +100 / -100 ppm", caller=Side(fast_ppm=100), operator=Side(fast_ppm=-100)),
        Scenario(name="clocks -100 / +100 ppm", caller=Side(fast_ppm=-100), operator=Side(fast_ppm=100)),
    )
}
