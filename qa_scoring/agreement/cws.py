"""The expert's index of Cochran, Weiss and Shanteau: who tells calls apart, and says the same again.

CWS = discrimination / inconsistency (Weiss & Shanteau 2003, "Empirical Assessment of Expertise", Human
Factors 45:104-116). Both are mean squares of a rater's scores: between calls, and between repeats of the same
call. No right answer is needed; so a rater who is steadily wrong has a high index too. Only raters who
scored the same calls can be compared by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from qa_scoring.agreement.estimates import NOTHING, Why


@dataclass(frozen=True, kw_only=True, slots=True)
class Cws:
    """One rater's index; squared points, and their ratio."""

    value: float | None
    calls: int
    repeats: int  # scores beyond the first of a call
    discrimination: float | None = None  # mean square between calls
    inconsistency: float | None = None  # mean square within calls
    why: Why | None = None  # where there is no value


def cws_index(scores: Mapping[str, Sequence[float]]) -> Cws:
    """The index of one rater's scores by call; not every call need be repeated."""
    judged = {call: told for call, told in scores.items() if told}
    calls, total = len(judged), sum(map(len, judged.values()))
    repeats = total - calls
    if calls < 2 or not repeats:
        why = Why.ONE_CALL if calls < 2 else Why.NO_REPEATS
        return Cws(value=None, calls=calls, repeats=repeats, why=why)
    mean = fmean(score for told in judged.values() for score in told)
    between = sum(len(told) * (fmean(told) - mean) ** 2 for told in judged.values()) / (calls - 1)
    within = sum((score - fmean(told)) ** 2 for told in judged.values() for score in told) / repeats
    is_steady = within < NOTHING
    return Cws(
        value=None if is_steady else between / within,
        calls=calls,
        repeats=repeats,
        discrimination=between,
        inconsistency=within,
        why=Why.NO_INCONSISTENCY if is_steady else None,
    )
