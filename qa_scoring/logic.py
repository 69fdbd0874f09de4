"""Four verdicts under and, or, not and if: Kleene's logic with one more value for what does not apply.

`cannot_tell` is the unknown: a result is certain only where it would be the same however the unknown
turned out. `not_applicable` takes no part: it is left out of and / or, and stays what it is under not.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.states import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
CANNOT_TELL, NOT_APPLICABLE = Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE
_OPPOSITE = {PASS: FAIL, FAIL: PASS}


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """And: one fail fails; else one that cannot be told leaves it open."""
    return _strongest(verdicts, (FAIL, CANNOT_TELL, PASS))


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Or: one pass passes; else one that cannot be told leaves it open."""
    return _strongest(verdicts, (PASS, CANNOT_TELL, FAIL))


def negation(verdict: Verdict) -> Verdict:
    """Not: pass and fail change places."""
    return _OPPOSITE.get(verdict, verdict)


def implication(condition: Verdict, then: Verdict) -> Verdict:
    """If: where the condition does not hold, `then` does not apply.

    With an unknown condition a kept `then` is no breach either way; a broken one might be.
    """
    if condition in {FAIL, NOT_APPLICABLE}:
        return NOT_APPLICABLE
    if condition is CANNOT_TELL and then is FAIL:
        return CANNOT_TELL
    return then


def guarded(when: Verdict, then: Verdict) -> Verdict:
    """A rule under its `when`: as `if`, but an unknown condition leaves the whole rule open."""
    if when is CANNOT_TELL:
        return CANNOT_TELL
    return implication(when, then)


def _strongest(verdicts: Iterable[Verdict], order: tuple[Verdict, ...]) -> Verdict:
    given = set(verdicts)
    return next((verdict for verdict in order if verdict in given), NOT_APPLICABLE)
