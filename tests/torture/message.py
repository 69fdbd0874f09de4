"""A torture message: its name in RFC 4475, what it tests, and which answers the RFC allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.torture.text import Aim

REFUSED = range(400, 700)
UNDERSTOOD = (*range(200, 300), *range(401, 700))  # anything but "I cannot read this"
SILENCE = 0  # no final answer at all


@dataclass(frozen=True, kw_only=True)
class Torture:
    """One message. `answers` are final statuses; SILENCE among them allows none."""

    name: str
    tests: str
    build: Callable[[Aim], bytes]
    answers: tuple[int, ...]

    def allows(self, status: int | None) -> bool:
        """Whether the RFC leaves room for this answer (None: there was none)."""
        return (status or SILENCE) in self.answers


def torture(
    name: str, tests: str, *answers: int | range | tuple[int, ...]
) -> Callable[[Callable[[Aim], bytes]], Torture]:
    """Makes a Torture of its builder."""
    allowed = tuple(
        status for answer in answers for status in ([answer] if isinstance(answer, int) else answer)
    )
    return lambda build: Torture(name=name, tests=tests, build=build, answers=allowed)
