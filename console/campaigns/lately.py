"""What became of the lines that were sent to a campaign, kept for the page to which their sender is led."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from console.campaigns.schemas import Filled
from console.tokens import new_token

MOST: Final = 100  # the newest; of an older one its campaign's page says nothing


class Lately:
    """The newest answers, each under a token of its own. Any thread may ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Filled] = OrderedDict()
        self._lock = Lock()

    def keep(self, filled: Filled) -> str:
        """The token under which it is found again."""
        token = new_token()
        with self._lock:
            self._kept[token] = filled
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return token

    def find(self, token: str) -> Filled | None:
        """What is kept under a token; None where it is forgotten, e.g. since the console was started anew."""
        with self._lock:
            return self._kept.get(token)
