"""The score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

Z_95: Final = 1.959963984540054  # of the normal distribution: 2.5 % lie beyond it at each side


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Between which a share lies, as surely as their z says."""

    low: float
    high: float


def wilson(hits: float, of: int, z: float = Z_95) -> Bounds:
    """Without continuity correction, 95 times in 100 with the usual z; of nothing: 0 to 1.

    Raises ValueError where there are more hits than cases.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share")
    if of == 0:
        return Bounds(low=0.0, high=1.0)
    share, z2 = hits / of, z**2
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = z / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    return Bounds(
        low=0.0 if hits == 0 else centre - half,
        high=1.0 if hits == of else centre + half,
    )
