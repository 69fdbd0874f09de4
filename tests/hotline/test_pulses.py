"""Which lines the edge takes for dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hotline.edge.pulses import Pulses
from ledger.clock import now
from ledger.lines import SILENT_S, LineRecord
from ledger.states import LineState


class Clock:
    """Moved by the test."""

    at_s = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at_s


def a_line(seen_ago_s: float = 0.0) -> LineRecord:
    """Serving, seen so long ago by the machine's clock."""
    seen_at = now() - timedelta(seconds=seen_ago_s)
    return LineRecord(
        name="line-1",
        host="127.0.0.1",
        port=5070,
        process="line-1:1@a",
        state=LineState.SERVING,
        places=2,
        started_at=seen_at,
        seen_at=seen_at,
        starts=1,
    )


def test_a_step_of_the_machines_clock_kills_no_line() -> None:
    """Two hours forward, or back: a row that changed a moment ago is a living line's."""
    clock = Clock()
    pulses = Pulses(clock)
    line = a_line()
    pulses.look([line])
    clock.at_s += 4.0
    assert pulses.look([replace(line, seen_at=line.seen_at - timedelta(hours=2))])[0].state == "serving"
    clock.at_s += 4.0
    assert pulses.look([replace(line, seen_at=line.seen_at - timedelta(hours=2))])[0].state == "serving"


def test_a_line_whose_row_does_not_change_is_dead_and_comes_back() -> None:
    """After 15 s by the looker's own clock; the next word revives it."""
    clock = Clock()
    pulses = Pulses(clock)
    line = a_line()
    pulses.look([line])
    clock.at_s += SILENT_S - 0.1
    assert pulses.look([line])[0].state == "serving"
    clock.at_s += 0.2
    assert pulses.look([line])[0].state == "dead"
    assert pulses.look([replace(line, seen_at=now())])[0].state == "serving"


def test_a_line_that_was_silent_before_is_dead_from_the_first_look() -> None:
    """An edge that starts anew leads nobody to lines of last week; one seen just now may serve."""
    assert Pulses(Clock()).look([a_line(SILENT_S + 5)])[0].state == "dead"
    assert Pulses(Clock()).look([a_line(2)])[0].state == "serving"
