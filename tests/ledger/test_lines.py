"""Line processes in the ledger."""

from __future__ import annotations

from ledger import lines
from ledger.database import Ledger
from ledger.states import LineState


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
