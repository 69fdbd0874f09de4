"""What the knowledge window refuses."""

from __future__ import annotations

from ledger.conflicts import AlreadySo
from ledger.errors import Conflict, HotlineError


class WrittenMeanwhile(Conflict):
    """Somebody wrote a version since yours was begun: read what changed, then save yours once more."""

    def __init__(self, article_id: int, *, begun: int, current: int) -> None:
        super().__init__(
            f"article {article_id} is at version {current} and yours was begun at {begun}: "
            "read the difference, then save once more"
        )
        self.begun, self.current = begun, current


class SettledMeanwhile(AlreadySo):
    """Somebody has settled the question: load the list again; an article written for it stands by itself."""


class BadArticle(HotlineError):
    """An article has a mistake: correct the field that is named."""

    http_status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
