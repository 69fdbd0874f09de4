"""The test phone's ways of being a bad phone: losses, lateness, a clock that is not ours, G.722."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from callers.g722 import G722
from callers.hearing import has_tone
from callers.network import Network
from callers.pacer import SLOT_S, Pacer
from callers.sip_transport import SocketAddress

ADDRESS = ("127.0.0.1", 9)


def carried(network: Network, count: int, wait_s: float = 0.0) -> list[int]:
    """The numbers of the packets that come, in the order in which they do."""
    came: list[int] = []

    def take(data: bytes, _address: SocketAddress) -> None:
        came.append(int.from_bytes(data, "big"))

    async def send() -> None:
        for number in range(count):
            network.carry(number.to_bytes(4, "big"), ADDRESS, take)
        await asyncio.sleep(wait_s)

    asyncio.run(send())
    return came


def test_a_faultless_network_brings_all_in_order() -> None:
    """Unless told otherwise."""
    assert carried(Network(), 50) == list(range(50))


@pytest.mark.parametrize(("lost", "burst"), [(0.05, 1), (0.2, 5), (1.0, 1)])
def test_so_many_are_lost(lost: float, burst: int) -> None:
    """The share is the one that was asked for, and gaps are whole bursts."""
    came = carried(Network(lost=lost, burst=burst), 20_000)
    assert 1 - len(came) / 20_000 == pytest.approx(lost, abs=0.02)
    gaps = np.diff(came) - 1
    assert all(gap % burst == 0 for gap in gaps)


def test_late_packets_overtake_each_other_and_come() -> None:
    """With jitter none is lost."""
    came = carried(Network(jitter_s=0.02), 200, wait_s=0.1)
    assert came != sorted(came)
    assert sorted(came) == list(range(200))


def test_a_fast_clock_sends_more() -> None:
    """By as much as it is told: here by a tenth, so that it is seen at once.

    The middle one of three measurements: a busy machine holds one up, a wrong clock is wrong in each.
    """

    async def slots(fast_ppm: float) -> int:
        loop = asyncio.get_running_loop()
        pacer, times_s, enough = Pacer(loop, fast_ppm), [], asyncio.Event()

        def slot() -> None:
            times_s.append(loop.time())
            if len(times_s) == 51:
                enough.set()

        pacer.join(slot)
        await enough.wait()
        pacer.leave(slot)
        return round((times_s[-1] - times_s[0]) / 50 * 1e6)

    middle = sorted(asyncio.run(slots(100_000)) for _ in range(3))[1]
    assert middle == pytest.approx(SLOT_S / 1.1 * 1e6, rel=0.02)


def test_g722_carries_a_tone() -> None:
    """A byte for each sample at 8 kHz, and still that tone."""
    at_s = np.arange(8000) / 8000
    tone = np.round(9000 * np.sin(2 * np.pi * 700 * at_s)).astype(np.int16)
    encode = G722.new_encoder()
    packets = [encode(frame) for frame in tone.reshape(-1, 160)]
    assert {len(packet) for packet in packets} == {160}
    decode = G722.new_decoder()
    heard = np.concatenate([decode(packet) for packet in packets])
    assert has_tone(heard[800:1600], 700)
