"""When a line may call at all, and what an unanswered call is told as."""

from __future__ import annotations

import pytest

from ivr.outbound.endings import ending_unanswered
from ivr.outbound.outbound_books import _has_room
from ledger import calls, lines
from ledger.database import Ledger
from ledger.states import LineState, Origin, Reason, Result
from sip_config.outbound import Outbound

ADDRESS = "sip:{number}@192.0.2.5:5060"


@pytest.mark.parametrize(
    ("callers", "options", "may"),
    [
        (0, {}, True),
        (6, {}, True),
        (7, {}, False),  # the last free place is a caller's
        (7, {"keep_free": 0}, True),
        (8, {"keep_free": 0}, False),
        (0, {"share": 0.1}, False),  # less than one place
        (0, {"keep_free": 8}, False),
    ],
)
def test_callers_keep_their_places(
    ledger: Ledger, callers: int, options: dict[str, float], may: bool
) -> None:
    """Four lines of two places serve, a fifth drains and counts for nothing."""
    outbound = Outbound(address=ADDRESS, caller_id="10050", **options)
    with ledger.transaction() as session:
        for number in range(1, 6):
            process = f"line-{number}:{number}@x"
            lines.enter_line(session, process=process, host="127.0.0.1", port=5080, places=2)
        lines.set_line_state(session, process, LineState.DRAINING)
        for number in range(callers):
            calls.add_call(session, call_id=f"c{number}", hotline="114", line="line-1:1@x")
        calls.add_call(session, call_id="imported", hotline="114", origin=Origin.IMPORT)
        session.flush()
        assert _has_room(session, outbound) is may


@pytest.mark.parametrize(
    ("sip_status", "rang", "result", "reason"),
    [
        (486, True, Result.REFUSED, Reason.BUSY),
        (600, False, Result.REFUSED, Reason.BUSY),
        (603, True, Result.REFUSED, Reason.REJECTED),
        (403, False, Result.REFUSED, Reason.REJECTED),
        (404, False, Result.REFUSED, Reason.UNALLOCATED),
        (484, False, Result.REFUSED, Reason.UNALLOCATED),
        (480, True, Result.REFUSED, Reason.NO_ANSWER),
        (180, True, Result.REFUSED, Reason.NO_ANSWER),  # we gave up while it rang
        (487, True, Result.REFUSED, Reason.NO_ANSWER),
        (408, True, Result.REFUSED, Reason.NO_ANSWER),
        (408, False, Result.FAILED, Reason.UNREACHABLE),  # nobody said anything
        (0, False, Result.FAILED, Reason.UNREACHABLE),
        (503, False, Result.FAILED, Reason.UNREACHABLE),
        (488, False, Result.FAILED, Reason.UNREACHABLE),
    ],
)
def test_an_unanswered_call_is_told_by_its_last_status(
    sip_status: int, rang: bool, result: Result, reason: Reason
) -> None:
    """From the closed set, whatever the exchange answers."""
    ending = ending_unanswered(sip_status, rang=rang)
    assert (ending.result, ending.reason) == (result, reason)
