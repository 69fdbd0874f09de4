"""Which part of a recording is whose speech."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.packet_losses import PacketLoss
from ledger.states import Role

Span = tuple[float, float]  # start and end in seconds of the recording


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """One speaker in one channel. What lies outside the spans is not listened to at all."""

    channel: int  # from 0
    role: Role
    spans: tuple[Span, ...] | None = None  # None: the whole channel
    losses: tuple[PacketLoss, ...] | None = None  # of packets on the way to the recording; None: nobody told
