"""The list and one call for programs."""

from __future__ import annotations

import httpx

from tests.console.seeding import FLAGGED, FLAGGED_ONCE, LENGTH_S, QUARANTINED, REASONS


def test_the_list_has_the_pages_order_and_filters(monitor: httpx.Client) -> None:
    """Programs see what the page shows."""
    body = monitor.get("/api/calls", params={"state": "scored"}).json()
    assert (body["total"], body["flagged"], body["after"]) == (4, 2, None)
    first = body["calls"][0]
    assert first == {
        "id": FLAGGED,
        "hotline": "114",
        "desk": "查号台",
        "caller": "13800000001",
        "operator": "8001",
        "received_at": "2026-11-20T04:00:00Z",
        "duration_s": LENGTH_S,
        "state": "scored",
        "score": 70.0,
        "flags": ["greeting", "forbidden-words"],
    }
    assert [call["id"] for call in body["calls"]][1] == FLAGGED_ONCE


def test_one_call_has_the_shape_of_the_command_line(monitor: httpx.Client) -> None:
    """Transcript and findings as `hotline show --json` prints them."""
    body = monitor.get(f"/api/calls/{FLAGGED}").json()
    assert body["call_id"] == body["id"] == FLAGGED
    assert (body["state"], body["error"], body["score"]) == ("scored", None, 70.0)
    assert body["transcript"][1] == {"role": "operator", "start_s": 4.2, "end_s": 5.0, "text": "喂说吧"}
    assert body["findings"][2] == {
        "rule": "forbidden-words",
        "verdict": "fail",
        "evidence": {
            "start_s": 9.0,
            "end_s": 11.4,
            "text": "我不知道你问别人去",
            "likeness": 0.97,
        },
        "reason": REASONS["forbidden-words"],
        "phrase": "",
        "sound": "",
        "more": [],
        "points": 20.0,
        "held": False,
        "dimension": "",
    }
    assert body["losses"] == [{"dimension": "", "points": 30.0, "limit": None, "taken": 30.0}]


def test_a_call_in_quarantine_tells_its_error(monitor: httpx.Client) -> None:
    """Programs see why a call went no further."""
    body = monitor.get(f"/api/calls/{QUARANTINED}").json()
    assert (body["state"], body["transcript"], body["findings"]) == ("quarantined", [], [])
    assert body["error"].startswith("the capture has no samples")


def test_errors_are_json(monitor: httpx.Client) -> None:
    """Wrong filters, unknown calls and unknown addresses are told to programs in their own way."""
    for path, status in (("/api/calls?state=x", 422), ("/api/calls/nope", 404), ("/api/nope", 404)):
        response = monitor.get(path)
        assert response.status_code == status
        assert list(response.json()) == ["error"]
