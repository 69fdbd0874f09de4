"""How often something was said: for certain, and perhaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.states import Verdict
from qa_scoring.rules.listening import Catch, Degree
from qa_scoring.saying import Times


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What was caught, none of it twice."""

    said: tuple[Catch, ...]
    in_doubt: tuple[Catch, ...]

    def verdict(self, times: Times) -> Verdict:
        """Certain only where it holds whether the doubtful ones were said or not."""
        return within(times, certain=len(self.said), possible=len(self.said) + len(self.in_doubt))


def counted(catches: Iterable[Catch]) -> Counted:
    """Sort what was caught by how sure it is."""
    catches = tuple(catches)
    return Counted(
        said=tuple(catch for catch in catches if catch.degree is Degree.SAID),
        in_doubt=tuple(catch for catch in catches if catch.degree is Degree.IN_DOUBT),
    )


def within(times: Times, *, certain: int, possible: int) -> Verdict:
    """Whether a number between `certain` and `possible`, both within, keeps the bounds."""
    least = times.at_least or 0
    most = possible if times.at_most is None else times.at_most
    if certain >= least and possible <= most:
        return Verdict.PASS
    if possible < least or certain > most:
        return Verdict.FAIL
    return Verdict.CANNOT_TELL


def told_times(times: Times) -> str:
    """The bounds in words."""
    parts = ((times.at_least, "至少{}次"), (times.at_most, "至多{}次"))
    return "、".join(text.format(bound) for bound, text in parts if bound is not None)
