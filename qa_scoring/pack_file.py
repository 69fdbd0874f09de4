"""One file of norms: what was read, and where in it something stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qa_scoring.pack_schema import PackSpec
from qa_scoring.reading import Loc, line_of, path_to

COMMON: Final = "common"  # the pack of desks that have none


@dataclass(frozen=True, kw_only=True)
class PackFile:
    """A file that was read, and what is wrong with it."""

    path: Path
    content: Any
    spec: PackSpec | None
    mistakes: tuple[str, ...]

    def at(self, loc: Loc, what: str) -> str:
        """A mistake as one line for people."""
        return f"{self.path}:{line_of(self.content, loc)}: {what}"

    def place_of(self, text: str, below: Loc) -> Loc:
        """Where below a place a text stands; that place where it does not."""
        return path_to(self.content, below, text) or below


Known = Mapping[str, PackFile]  # by the pack's id
