"""Our 200 to an INVITE, said again until its ACK comes (RFC 3261, 13.3.1.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sipmessage import Response

from callers.sip_transactions import TransactionLayer
from callers.sip_transport import SocketAddress


class ResentAnswer:
    """Repeats a 2xx with growing pauses. `on_lost` is called when no ACK came in 64 T1."""

    def __init__(
        self, layer: TransactionLayer, response: Response, address: SocketAddress, on_lost: Callable[[], None]
    ) -> None:
        self._layer, self._response, self._address, self._on_lost = layer, response, address, on_lost
        self._done = asyncio.Event()
        self._pause_s = layer.timers.t1_s
        loop = asyncio.get_running_loop()
        self._lost_timer = loop.call_later(layer.timers.give_up_s, self._lose)
        self._timer = loop.call_later(self._pause_s, self._resend)

    @property
    def is_open(self) -> bool:
        """Whether the ACK is still missing."""
        return not self._done.is_set()

    async def acknowledged(self) -> None:
        """Wait for the ACK, or for giving up."""
        await self._done.wait()

    def stop(self) -> None:
        """The ACK came, or the call is over."""
        self._timer.cancel()
        self._lost_timer.cancel()
        self._done.set()

    def _resend(self) -> None:
        self._layer.transport.send(self._response, self._address)
        self._pause_s = min(2 * self._pause_s, self._layer.timers.t2_s)
        self._timer = asyncio.get_running_loop().call_later(self._pause_s, self._resend)

    def _lose(self) -> None:
        self.stop()
        self._on_lost()
