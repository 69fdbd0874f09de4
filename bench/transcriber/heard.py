"""What one of the two recognisers heard of a recording, in one shape for both."""

from __future__ import annotations

from dataclasses import dataclass

from callers.dialogue import Side


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardWord:
    """A recognised word."""

    text: str
    confidence: float | None  # 0 to 1; None where the recogniser tells none


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardSide:
    """One side of a call, in order of time."""

    call: str
    side: Side
    words: tuple[HeardWord, ...]
    text: str  # as people read it: figures where the transcript writes figures

    @property
    def spoken(self) -> str:
        """The words as they were recognised."""
        return "".join(word.text for word in self.words)
