"""What Kamailio says: refused calls for the ledger, and words of its own for our log."""

from __future__ import annotations

import base64
import json
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from ledger.clock import now
from ledger.states import Reason

MOST_WAITING = 20_000  # refusals that the ledger has not taken yet; beyond it the oldest are lost, and told
MOST_LINES_A_SECOND = 20  # of Kamailio's own words: strangers can make it complain

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """An INVITE that the edge itself has refused."""

    reason: Reason
    dialled: str
    caller: str | None
    sip_call_id: str
    source: str  # protocol:address:port
    at: datetime


def read_refusal(text: str) -> Refusal:
    """A line that the configuration's route TELL has written. Raises ValueError."""
    told = json.loads(text)
    return Refusal(
        reason=Reason(told["reason"]),
        dialled=_words(told["dialled"]),
        caller=_words(told["caller"]) or None,
        sip_call_id=_words(told["call_id"]),
        source=str(told["source"]),
        at=now(),
    )


def _words(encoded: str) -> str:
    """A stranger's words: base64 of bytes that may be anything. What cannot be printed is left out."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        return ""  # Kamailio writes <null> for what the INVITE lacks
    return "".join(letter for letter in raw.decode(errors="replace") if letter.isprintable())


@dataclass(kw_only=True)
class Ear:
    """Listens to Kamailio's standard error. `token` begins the lines that no stranger can have written."""

    token: str
    closing: bool = False  # Kamailio has been told to end: its farewell is of no interest
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=5))
    _refusals: deque[Refusal] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    _second: int = 0
    _said: int = 0

    def listen(self, lines: Iterable[bytes]) -> None:
        """Until the end of the stream; runs on a thread of its own, so that Kamailio never waits for us."""
        for line in lines:
            before, token, told = line.decode(errors="replace").strip().partition(f"{self.token} ")
            if token:
                self._take(told)
            elif before:
                self._pass_on(before)

    def take(self, most: int) -> list[Refusal]:
        """Refused calls, oldest first."""
        return [self._refusals.popleft() for _ in range(min(len(self._refusals), most))]

    def give_back(self, refusals: list[Refusal]) -> None:
        """Those that the ledger could not take: they are the next ones again."""
        self._refusals.extendleft(reversed(refusals))

    def _take(self, told: str) -> None:
        if len(self._refusals) == MOST_WAITING:
            log.error("refused_call_lost", refusal=self._refusals[0])
        try:
            self._refusals.append(read_refusal(told))
        except (ValueError, KeyError) as error:
            log.warning("refused_call_unreadable", said=told, error=str(error))

    def _pass_on(self, words: str) -> None:
        self.last_words.append(words)
        second = int(time.monotonic())
        self._said = self._said + 1 if second == self._second else 1
        self._second = second
        if self._said <= MOST_LINES_A_SECOND and not self.closing:
            log.warning("kamailio", said=words)
