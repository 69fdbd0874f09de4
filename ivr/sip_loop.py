"""One thread for SIP, RTP and asyncio: the event loop's waiting time is spent where something may happen.

While no call is there, the thread sleeps inside pjsip, which wakes at once for an INVITE. While calls
are there, it sleeps inside asyncio and looks after pjsip once a pace: what came meanwhile is taken together,
which costs far less than waking for each packet. (What callers hear is paced by pjsip's own clock thread.)
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from typing import Any

IDLE_MS = 200  # the longest that a signal waits in an idle line
MENU_PACE_S = 0.04  # callers in menus: a key is noticed within it, and the jitter buffer bridges it
TALK_PACE_S = 0.02  # conversations: no slower than the packets come


class SipSelector(selectors.DefaultSelector):
    """A selector that gives the loop's waiting time to `handle_events(wait_ms)`, which says how many came.

    `pace_s` is how often pjsip is looked after, or None while there are no calls.
    """

    handle_events: Callable[[int], int] | None = None

    def __init__(self) -> None:
        super().__init__()
        self._pace_s: float | None = None
        self._due_s = 0.0
        self.read_at_s = 0.0  # when packets were read last, on the monotonic clock

    @property
    def pace_s(self) -> float | None:
        """How often pjsip is looked after; None while there are no calls."""
        return self._pace_s

    @pace_s.setter
    def pace_s(self, pace_s: float | None) -> None:
        if pace_s != self._pace_s:
            self._pace_s, self._due_s = pace_s, time.monotonic()

    def select(self, timeout: float | None = None) -> list[Any]:
        """Ready file descriptors."""
        if self.handle_events is None:
            return super().select(timeout)
        if self._pace_s is None:
            return self._sleep_in_pjsip(timeout)
        return self._sleep_in_asyncio(timeout, self._pace_s)

    def _sleep_in_pjsip(self, timeout: float | None) -> list[Any]:
        assert self.handle_events is not None
        ready = super().select(0)
        wait_ms = IDLE_MS if timeout is None else min(IDLE_MS, max(0, int(timeout * 1000)))
        self.handle_events(0 if ready else wait_ms)
        return ready or super().select(0)

    def _sleep_in_asyncio(self, timeout: float | None, pace_s: float) -> list[Any]:
        until_due_s = max(0.0, self._due_s - time.monotonic())
        ready = super().select(until_due_s if timeout is None else min(timeout, until_due_s))
        if time.monotonic() >= self._due_s:
            self._take_all_events()
            self._due_s = max(self._due_s + pace_s, time.monotonic())
        return ready

    def _take_all_events(self) -> None:
        """One call takes ten events at most (PJSIP_MAX_NET_EVENTS)."""
        assert self.handle_events is not None
        self.read_at_s = time.monotonic()
        while self.handle_events(0) > 0:
            pass


def new_sip_loop() -> tuple[asyncio.AbstractEventLoop, SipSelector]:
    """A loop and its selector; set `selector.handle_events` once the endpoint has started."""
    selector = SipSelector()
    return asyncio.SelectorEventLoop(selector), selector
