"""Line processes in the ledger."""

from __future__ import annotations

from ledger import lines
from ledger.database import Ledger
from ledger.signatures import sign
from ledger.states import LineState


def test_a_line_whose_successor_serves_keeps_a_row_while_it_lives(ledger: Ledger) -> None:
    """It drains; the edge knows both, as destinations of different ids."""
    living, dead = sign("line-1"), "line-2:999999999@0a1b2c3d"
    with ledger.transaction() as session:
        for before in (living, dead):
            lines.enter_line(session, process=before, host="127.0.0.1", port=1, places=2)
        ids = {line.process: line.id for line in lines.list_lines(session)}
        for line in ("line-1", "line-2"):
            lines.enter_line(session, process=f"{line}:7", host="127.0.0.1", port=2, places=2)
    with ledger.reading() as session:
        known = {line.process: line for line in lines.list_lines(session)}
    assert {line.name: line.state for line in known.values()} == {
        "line-1": LineState.SERVING,
        "line-1.1": LineState.DRAINING,
        "line-2": LineState.SERVING,
    }
    assert [line.process for line in known.values() if line.is_predecessor] == [living]
    assert (known[living].id, known[living].port, known["line-1:7"].id) == (ids[living], 1, "line-1.2")


def test_the_end_of_an_earlier_process_is_not_the_end_of_the_line(ledger: Ledger) -> None:
    """A line that drains may have a successor of its name; its last word is about itself."""
    with ledger.transaction() as session:
        for pid in (41, 42):
            lines.enter_line(session, process=f"line-1:{pid}", host="127.0.0.1", port=pid, places=2)
        lines.set_line_state(session, "line-1:41", LineState.DEAD)
        assert lines.list_lines(session)[0].state is LineState.SERVING
        lines.set_line_state(session, "line-1:42", LineState.DEAD)
        session.flush()
        session.expire_all()
        assert lines.list_lines(session)[0].state is LineState.DEAD
