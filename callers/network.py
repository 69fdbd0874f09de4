"""The way between two phones: what is lost on it, and what comes late."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from callers.sip_transport import SocketAddress

Transmit = Callable[[bytes, SocketAddress], None]


class Network:
    """Carries packets of one stream. Faultless unless told otherwise; the same seed gives the same faults.

    `lost` is the share of packets that never come, `burst` how many are lost in a row, `jitter_s` the
    longest that a packet comes late (uniform from 0; packets may overtake each other).
    """

    def __init__(self, *, lost: float = 0.0, burst: int = 1, jitter_s: float = 0.0, seed: int = 1) -> None:
        self.lost, self.burst, self.jitter_s = lost, burst, jitter_s
        self._random = random.Random(seed)  # noqa: S311 - faults, no secrets
        self._still_lost = 0

    def carry(self, data: bytes, address: SocketAddress, transmit: Transmit) -> None:
        """Bring a packet to `transmit`, now, later or never."""
        if self._loses():
            return
        if self.jitter_s:
            late_s = self._random.uniform(0.0, self.jitter_s)
            asyncio.get_running_loop().call_later(late_s, transmit, data, address)
        else:
            transmit(data, address)

    def _loses(self) -> bool:
        if not self._still_lost and self.lost:
            starts = self._random.random() < self.lost / (self.burst * (1 - self.lost) + self.lost)
            self._still_lost = self.burst if starts else 0
        is_lost = self._still_lost > 0
        self._still_lost = max(0, self._still_lost - 1)
        return is_lost
