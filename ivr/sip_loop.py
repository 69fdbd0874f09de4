"""One thread for SIP and asyncio: while the event loop waits, pjsip handles its events."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

POLL_MS = 10  # the longest that a wake-up from another thread (a player's end) waits


class SipSelector(selectors.DefaultSelector):
    """A selector that hands the loop's waiting time to `handle_events(milliseconds)`."""

    handle_events: Callable[[int], None] | None = None

    def select(self, timeout: float | None = None) -> list[Any]:
        """Ready file descriptors; never blocks longer than POLL_MS, since pjsip cannot wake asyncio."""
        if self.handle_events is None:
            return super().select(timeout)
        ready = super().select(0)
        wait_ms = POLL_MS if timeout is None else min(POLL_MS, max(0, int(timeout * 1000)))
        self.handle_events(0 if ready else wait_ms)
        return ready or super().select(0)


def new_sip_loop() -> tuple[asyncio.AbstractEventLoop, SipSelector]:
    """A loop and its selector; set `selector.handle_events` once the endpoint has started."""
    selector = SipSelector()
    return asyncio.SelectorEventLoop(selector), selector
