"""Packets of a leg that never came (RTCP's count, RFC 3550, 6.4.1): when, and how many of how many.

A call keeps them as a fact, a stretch of at most a second each: `12.34-12.88:3/25 40.10-40.61:25/25`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LOSS_REACHES_S: Final = 0.3  # a count is of what was to be heard up to a jitter buffer's wait away
SYLLABLE_SHARE: Final = 0.15  # of half a second's 25 packets four: with more a syllable may be gone
MOST_STRETCHES: Final = 300  # that a fact tells; of more, neighbours are told together
_STRETCH = re.compile(r"(\d+\.\d+)-(\d+\.\d+):(\d+)/(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class PacketLoss:
    """A stretch of the call in which packets were lost, in seconds from the answer."""

    start_s: float
    end_s: float
    lost: int
    due: int  # lost ones among them; never 0

    @property
    def share(self) -> float:
        """Of the packets due, 0 to 1."""
        return self.lost / self.due


def told(losses: Sequence[PacketLoss]) -> str:
    """As a fact's value."""
    while len(losses) > MOST_STRETCHES:
        losses = [_together(losses[at : at + 2]) for at in range(0, len(losses), 2)]
    return " ".join(f"{loss.start_s:.2f}-{loss.end_s:.2f}:{loss.lost}/{loss.due}" for loss in losses)


def read(fact: str) -> tuple[PacketLoss, ...]:
    """Of a fact's value; what an import says in another form is no loss."""
    found = (match.groups() for match in _STRETCH.finditer(fact))
    return tuple(
        PacketLoss(start_s=float(start), end_s=float(end), lost=int(lost), due=int(due))
        for start, end, lost, due in found
        if int(due)
    )


def lost_share(losses: Iterable[PacketLoss], start_s: float, end_s: float) -> float:
    """Of a stretch of the call: the part of its time that was lost, 0 to 1."""
    if end_s <= start_s:
        return 0.0
    lost_s = sum(
        loss.share * max(0.0, min(loss.end_s, end_s) - max(loss.start_s, start_s)) for loss in losses
    )
    return min(1.0, lost_s / (end_s - start_s))


def worst_share(losses: Iterable[PacketLoss], start_s: float, end_s: float) -> float:
    """The greatest share of a stretch of losses that touches a stretch of the call, 0 to 1."""
    start_s, end_s = start_s - LOSS_REACHES_S, end_s + LOSS_REACHES_S
    near = (loss.share for loss in losses if loss.start_s < end_s and loss.end_s > start_s)
    return max(near, default=0.0)


def _together(losses: Sequence[PacketLoss]) -> PacketLoss:
    """Neighbours with what lies between them, of which all packets came."""
    first, last = losses[0], losses[-1]
    spoken_s = sum(loss.end_s - loss.start_s for loss in losses)
    due = sum(loss.due for loss in losses) * max(1.0, (last.end_s - first.start_s) / spoken_s)
    return PacketLoss(
        start_s=first.start_s, end_s=last.end_s, lost=sum(loss.lost for loss in losses), due=round(due)
    )
