"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured of us and of a peer, in the same run on the same machine."""

    name: str
    unit: str
    ours: float
    peer: float | None
    how: str

    @property
    def ours_text(self) -> str:
        """Our figure with its unit."""
        return f"{self.ours:.3g} {self.unit}"

    @property
    def peer_text(self) -> str:
        """The peer's figure with its unit."""
        return "" if self.peer is None else f"{self.peer:.3g} {self.unit}"

    @property
    def ratio_text(self) -> str:
        """Ours by the peer's: what may be compared between machines."""
        return "" if not self.peer else f"{self.ours / self.peer:.2f}"
