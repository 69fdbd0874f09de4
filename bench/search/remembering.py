"""Sounds read once: the dialogues of a bench repeat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from ledger import search_text


@contextmanager
def remembered_sounds() -> Iterator[None]:
    """Nothing within reads a line twice. What one call costs is measured outside."""
    read = search_text.syllables_of
    search_text.syllables_of = lru_cache(maxsize=100_000)(read)  # type: ignore[assignment]
    try:
        yield
    finally:
        search_text.syllables_of = read
