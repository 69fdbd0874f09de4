"""How fast legs may come.

Each leg opens two sockets for its audio before we hear of it. pjsip is compiled to wait for 64 sockets,
keeps a closed one's place for half a second, and the process aborts at the one beyond: thirty INVITEs in
that time would end two conversations. So beyond a rate that no caller reaches, INVITEs are given to an
account whose audio cannot be opened at all. pjsip refuses those with 500, and an edge tries the next line.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import pjsua2 as pj

MOST_LEGS, WITHIN_S = 8, 0.7  # two sockets each: 16 of 64, beside four legs that talk and connections.py
NOWHERE = "192.0.2.1"  # kept for documentation (RFC 5737): no machine has it, so nothing can be bound to it


class Turnstile:
    """Counts the legs of the last moment."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._recent_s: deque[float] = deque(maxlen=MOST_LEGS)

    def lets_in(self) -> bool:
        """Whether one more leg may come now; it is counted if so."""
        now_s = self._clock_s()
        is_full = len(self._recent_s) == MOST_LEGS and now_s - self._recent_s[0] < WITHIN_S
        if not is_full:
            self._recent_s.append(now_s)
        return not is_full


def account_without_audio(transport_id: int) -> pj.AccountConfig:
    """The configuration of an account whose every call fails before a socket is opened."""
    config = pj.AccountConfig()
    config.idUri = "sip:nobody@invalid"
    config.sipConfig.transportId = transport_id
    config.mediaConfig.transportConfig.boundAddress = NOWHERE
    return config
