"""Renders a snapshot once for each language and sight, however many watch."""

from __future__ import annotations

from console.language import Language
from console.rendering import Pages
from console.sight import Sight
from console.wallboard.narrowing import narrow
from console.wallboard.schemas import Snapshot

BOARD = "wallboard/_board.html"


class Painter:
    """Keeps the newest snapshot's pictures. Used on the event loop alone."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._newest: Snapshot | None = None
        self._painted: dict[tuple[Language, Sight | None], str] = {}

    def paint(self, snapshot: Snapshot, language: Language, sight: Sight | None = None) -> str:
        """The board as HTML, as far as it may be seen."""
        if self._newest is not snapshot:
            self._newest, self._painted = snapshot, {}
        key = language, sight
        if key not in self._painted:
            self._painted[key] = self._pages.render(language, BOARD, board=narrow(snapshot, sight))
        return self._painted[key]
