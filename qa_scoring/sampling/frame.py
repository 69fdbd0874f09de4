"""The frame: every call that a sample speaks for, frozen as a text whose SHA-256 proves it.

The text is one line a call with tabs, in the order of the ids, so that `sha256sum` and a spreadsheet read it.
Calls that nobody can hear any more (or yet) stand in it too, with the reason; they are never drawn.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

HEAD = ("call", "stratum", "size", "operator", "desk", "team", "gap")


class Gap(StrEnum):
    """Why a call of the frame cannot be drawn."""

    DELETED = "deleted"  # by retention
    UNRECORDED = "unrecorded"  # nothing was captured
    PENDING = "pending"  # it goes on, or is not sealed yet
    QUARANTINED = "quarantined"  # a stage failed again and again before there was a recording


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameCall:
    """One call of the frame."""

    call_id: str
    stratum: str  # e.g. operator=8001|hour=08-12; empty without strata
    size: float = 1.0  # the risk that draws weigh by, at least 0
    operator: str = ""
    desk: str = ""
    team: str = ""
    gap: Gap | None = None  # None: it can be heard


@dataclass(frozen=True, kw_only=True)
class Frame:
    """All calls, by id."""

    calls: tuple[FrameCall, ...]

    @classmethod
    def of(cls, calls: Iterable[FrameCall]) -> Frame:
        """A frame of calls in any order, each as its line will tell it."""
        told = (_call(_line(call)) for call in calls)
        return cls(calls=tuple(sorted(told, key=lambda call: call.call_id)))

    @cached_property
    def text(self) -> str:
        """What is hashed."""
        lines = ["\t".join(HEAD), *(_line(call) for call in self.calls)]
        return "\n".join(lines) + "\n"

    @property
    def sha256(self) -> str:
        """Of the text."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def packed(self) -> bytes:
        """The text, compressed."""
        return zlib.compress(self.text.encode(), 9)

    @classmethod
    def unpacked(cls, packed: bytes) -> Frame:
        """A frame that was kept."""
        lines = zlib.decompress(packed).decode().removesuffix("\n").split("\n")
        return cls(calls=tuple(_call(line) for line in lines[1:]))

    def by_stratum(self) -> dict[str, list[FrameCall]]:
        """The calls that can be drawn, by stratum in the strata's order."""
        strata: dict[str, list[FrameCall]] = {}
        for call in self.calls:
            if call.gap is None:
                strata.setdefault(call.stratum, []).append(call)
        return dict(sorted(strata.items()))

    def gaps(self) -> dict[Gap, int]:
        """How many calls cannot be drawn, by reason; reasons without calls are left out."""
        return dict(Counter(call.gap for call in self.calls if call.gap))

    def cells(self) -> Mapping[tuple[str, str, str, str], int]:
        """How many calls can be drawn, by (stratum, operator, desk, team)."""
        heard = (call for call in self.calls if call.gap is None)
        return Counter((call.stratum, call.operator, call.desk, call.team) for call in heard)


def plain(name: str) -> str:
    """A name without what separates fields, lines and strata in the text."""
    return " ".join(name.replace("|", "/").split())


def _line(call: FrameCall) -> str:
    size = f"{call.size:.6g}"
    return "\t".join(
        (call.call_id, call.stratum, size, *map(plain, (call.operator, call.desk, call.team)), call.gap or "")
    )


def _call(line: str) -> FrameCall:
    call_id, stratum, size, operator, desk, team, gap = line.split("\t")
    return FrameCall(
        call_id=call_id,
        stratum=stratum,
        size=float(size),
        operator=operator,
        desk=desk,
        team=team,
        gap=Gap(gap) if gap else None,
    )
