"""What the console logs of a call carries the call's id."""

from __future__ import annotations

import httpx
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.console.conftest import csrf_of
from tests.console.seeding import FLAGGED


def test_every_line_of_a_request_about_a_call_carries_its_id(monitor: httpx.Client) -> None:
    """Refusals and reviews say whose call it was; the next request does not inherit it."""
    form = {"csrf": csrf_of(monitor.get(f"/calls/{FLAGGED}").text), "decision": "confirmed"}
    with capture_logs(processors=[merge_contextvars]) as logs:
        monitor.post(f"/calls/{FLAGGED}/findings/999999/review", data=form)
        monitor.get("/calls/nope")
        monitor.get("/calls?state=x")
    assert [line.get("call_id") for line in logs if line["event"] == "refused"] == [FLAGGED, "nope", None]
