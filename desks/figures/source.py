"""The railway telecom's published figures beside those that come out of the rows, one by one.

漯河铁通 told of its 10050 desk (通信世界网, 12 September 2008) in figures, some with their parts. Each is
computed here from the ledger by the definitions that all pages use; nothing is known beforehand but what the
document states. Where the two differ, the claim says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from desks.figures.source_rows import Rows
from desks.figures.words import Words


class Verdict(StrEnum):
    """How the document and the rows stand to each other."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NO_ROWS = "no_rows"  # the ledger has nothing to compute it from


class Written(StrEnum):
    """How a claim's number is written."""

    COUNT = "count"
    YUAN = "yuan"
    PERCENT = "percent"  # with two decimals, rounded half up, as the document does


Read = Callable[[Rows], float | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Other:
    """Another way to compute it, by which the document comes to its number."""

    meaning: Words
    read: Read


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What the document says, and what it is computed from."""

    id: str
    quote: str  # its own words
    stated: float  # per cent as 12.74
    written: Written
    basis: Words  # from what ours is computed
    read: Read  # shares as 0 to 1
    why: Words | None = None  # they differ
    other: Other | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A claim held against the rows."""

    claim: Claim
    ours: float | None
    verdict: Verdict
    other: float | None = None  # by the other way
    other_agrees: bool = False


def check(claim: Claim, rows: Rows) -> Checked:
    """Compute it and compare, to the digit that the document gives."""
    ours = claim.read(rows)
    other = claim.other.read(rows) if claim.other else None
    return Checked(
        claim=claim,
        ours=ours,
        verdict=_verdict(claim, ours),
        other=other,
        other_agrees=_verdict(claim, other) is Verdict.AGREES,
    )


def written(kind: Written, value: float) -> float:
    """As the document writes it: per cent with two decimals, counts whole."""
    return round(value * 100 + 1e-9, 2) if kind is Written.PERCENT else round(value)


def _verdict(claim: Claim, ours: float | None) -> Verdict:
    if not ours:
        return Verdict.NO_ROWS
    agrees = abs(written(claim.written, ours) - claim.stated) < 1e-6
    return Verdict.AGREES if agrees else Verdict.DIFFERS
