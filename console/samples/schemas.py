"""What the samples' pages show and what their forms send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from console.errors import BadInput
from console.scores import read_score
from console.texts import page_number
from ledger.sample_verdicts import MachineVerdict
from ledger.samples import Sampled, SampleDraw
from qa_scoring.sampling.drawing import DrawPart, StratumDraw
from qa_scoring.sampling.reporting import Basis, Report


class Missed(StrEnum):
    """What somebody heard beside what the machine found."""

    NOTHING = "nothing"
    BREACH = "breach"
    WRONG = "wrong"
    CANNOT_TELL = "cannot_tell"  # the call cannot be judged at all


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardFinding:
    """What somebody sends of a drawn call."""

    missed: Missed
    score: float | None  # None: what the scorecard and the decisions give


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is asked of a draw's page."""

    part: DrawPart
    basis: Basis | None  # None: people once there are any
    page: int  # of the calls, from 1

    def link(self, **other: object) -> str:
        """The query of the same page with something else."""
        asked = {"part": self.part, "by": self.basis or "", "page": self.page, **other}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A drawn call on the page."""

    sampled: Sampled
    verdict: MachineVerdict | None
    is_mine: bool

    @property
    def weight(self) -> float:
        """How many calls of the frame it stands for."""
        return 1 / self.sampled.probability

    @property
    def undecided(self) -> int:
        """Findings that must be decided on before the call can be."""
        return self.verdict.undecided if self.verdict else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawView:
    """One part of a draw."""

    draw: SampleDraw
    wish: Wish
    parts: tuple[DrawPart, ...]  # that the draw has
    strata: tuple[StratumDraw, ...]
    report: Report | None  # None: the visitor may not see all calls
    rows: tuple[Row, ...]  # of this page
    pages: int
    drawn: int  # of the calls that the visitor sees
    checked: int
    mine: int  # calls that the visitor has still to hear


def read_wish(query: Mapping[str, str]) -> Wish:
    """What is asked. Raises BadInput."""
    part, by, page = query.get("part") or DrawPart.MONITORS, query.get("by") or None, query.get("page") or "1"
    if part not in set(DrawPart):
        raise BadInput(f"part must be one of {', '.join(DrawPart)}, got {part!r}")
    if by is not None and by not in set(Basis):
        raise BadInput(f"by must be one of {', '.join(Basis)}, got {by!r}")
    return Wish(part=DrawPart(part), basis=Basis(by) if by else None, page=page_number(page))


def read_finding(*, missed: str, score: str) -> HeardFinding:
    """What a form says of a call. Raises BadInput."""
    if missed not in set(Missed):
        raise BadInput(f"missed must be one of {', '.join(Missed)}, got {missed!r}")
    typed = score.strip()
    return HeardFinding(missed=Missed(missed), score=read_score(typed) if typed else None)
