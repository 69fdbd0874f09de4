"""Values of labels, from closed sets only: a stranger's INVITE must not make a new time series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from console.switchboard import Switchboard

NONE = "none"  # the call has no such thing, e.g. no desk because it ended in the menu
OTHER = "other"  # the plan does not know it (any more), or there are too many of them
MOST_VERDICTS = 24  # of the edge


class DeskLabels:
    """Desks as labels: the plan's ids, `other` for what it does not know, `none` for none."""

    def __init__(self, switchboard: Switchboard) -> None:
        self.desks = switchboard.desks
        self._known = frozenset(desk.id for desk in switchboard.desks)

    def label(self, desk: str | None) -> str:
        """A desk's label."""
        if desk is None:
            return NONE
        return desk if desk in self._known else OTHER

    @property
    def every(self) -> tuple[str, ...]:
        """All labels that there can be, the plan's first."""
        return (*(desk.id for desk in self.desks), OTHER, NONE)


def member(value: str | None, members: type[StrEnum]) -> str:
    """A member of a closed set as a label."""
    if value is None:
        return NONE
    return value if value in set(members) else OTHER


def bounded(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The verdicts with the highest counts; the rest together is `other`."""
    kept = Counter(counts).most_common(MOST_VERDICTS)
    rest = sum(counts.values()) - sum(count for _, count in kept)
    return dict(kept) | ({OTHER: rest} if rest else {})
