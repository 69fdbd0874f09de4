"""Regular expressions of packs: checked when the pack is read, and never allowed to run away."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Final

import regex
from pydantic import AfterValidator, Field

LONGEST_S: Final = 0.25  # of one search; a pattern that needs more explodes (catastrophic backtracking)
LONGEST_PATTERN: Final = 1000  # characters


class TooSlow(Exception):
    """The search was given up after `LONGEST_S`; the message is the pattern."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any:
    """The pattern ready for searching. Raises ValueError with what is wrong and where."""
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error


def _checked(pattern: str) -> str:
    if compiled(pattern).fullmatch(""):
        raise ValueError(f"{pattern!r} also matches nothing at all: ask for at least one sign")
    return pattern


Pattern = Annotated[str, Field(min_length=1, max_length=LONGEST_PATTERN), AfterValidator(_checked)]


def spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """Where it matches: half open, in order, none empty. Raises TooSlow."""
    matches = _in_time(pattern, lambda: list(compiled(pattern).finditer(text, timeout=LONGEST_S)))
    return [match.span() for match in matches if match.end() > match.start()]


def matches_whole(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern asks. Raises TooSlow."""
    return _in_time(pattern, lambda: compiled(pattern).fullmatch(text, timeout=LONGEST_S)) is not None


def _in_time(pattern: str, search: Callable[[], Any]) -> Any:
    try:
        return search()
    except TimeoutError as error:
        raise TooSlow(pattern) from error
