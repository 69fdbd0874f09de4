"""Which packets of a leg never came, or too late to be heard, as the stream tells from look to look."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.packet_losses import PacketLoss


@dataclass(frozen=True, kw_only=True, slots=True)
class Packets:
    """The counts of a stream since it began."""

    received: int
    lost: int


class LossLog:
    """The losses of one channel of a call, in seconds from its answer; streams may follow each other."""

    def __init__(self) -> None:
        self.losses: list[PacketLoss] = []
        self._before = Packets(received=0, lost=0)
        self._heard_at_s = 0.0  # until then all that was lost is counted

    def begins(self, at_s: float) -> None:
        """Another stream, which counts from nothing."""
        self._before = Packets(received=0, lost=0)
        self._heard_at_s = at_s

    def note(self, at_s: float, packets: Packets) -> None:
        """A look at the counts. Where nothing comes, what is lost is told by the first packet after it."""
        if packets.received < self._before.received:
            self.begins(self._heard_at_s)
        received = packets.received - self._before.received
        lost = packets.lost - self._before.lost
        if not received:
            return
        if lost > 0:
            due = received + lost
            self.losses.append(PacketLoss(start_s=self._heard_at_s, end_s=at_s, lost=lost, due=due))
        self._before, self._heard_at_s = packets, at_s
