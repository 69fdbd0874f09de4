"""Renders a snapshot once for each language, however many watch."""

from __future__ import annotations

from console.language import Language
from console.rendering import Pages
from console.wallboard.schemas import Snapshot

BOARD = "wallboard/_board.html"


class Painter:
    """Keeps the newest picture of each language. Used on the event loop alone."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._newest: dict[Language, tuple[Snapshot, str]] = {}

    def paint(self, snapshot: Snapshot, language: Language) -> str:
        """The board as HTML."""
        known = self._newest.get(language)
        if known is None or known[0] is not snapshot:
            known = snapshot, self._pages.render(language, BOARD, board=snapshot)
            self._newest[language] = known
        return known[1]
