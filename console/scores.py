"""Scores as people type them."""

from __future__ import annotations

from typing import Final

from console.errors import BadInput

TOP_SCORE: Final = 100.0


def read_score(text: str) -> float:
    """A score from 0 to TOP_SCORE. Raises BadInput."""
    told = f"score must be a number from 0 to {TOP_SCORE:g}, got {text[:20]!r}"
    try:
        score = float(text)
    except ValueError as error:
        raise BadInput(told) from error
    if not 0 <= score <= TOP_SCORE:  # nor is a NaN
        raise BadInput(told)
    return score
