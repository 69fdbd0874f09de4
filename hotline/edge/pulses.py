"""Which lines are silent, by this process's own clock: the machine's may step, and no line has died of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.lines import SILENT_S, LineRecord
from ledger.states import LineState


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beat:
    """A line's last word."""

    seen_at: datetime  # as its row says
    heard_s: float  # when we found that in its row


class Pulses:
    """Looks at the lines' rows again and again. A row that changes is a line that lives."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beats: dict[str, _Beat] = {}

    def look(self, written: Sequence[LineRecord]) -> list[LineRecord]:
        """The lines as their rows say, but dead where a row has not changed for so long.

        One that is met for the first time is judged by the machine's clock: there is nothing else yet.
        """
        self._beats = {line.process: self._beat(line) for line in written}
        return [replace(line, state=LineState.DEAD) if self._is_silent(line) else line for line in written]

    def _beat(self, line: LineRecord) -> _Beat:
        before = self._beats.get(line.process)
        if before and before.seen_at == line.seen_at:
            return before
        late_s = SILENT_S if before is None and line.is_silent else 0.0
        return _Beat(seen_at=line.seen_at, heard_s=self._clock() - late_s)

    def _is_silent(self, line: LineRecord) -> bool:
        return self._clock() - self._beats[line.process].heard_s >= SILENT_S
