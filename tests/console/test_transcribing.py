"""What the pages say of transcription: who is asked first, what has no model, and the older versions."""

from __future__ import annotations

import httpx
import pytest

from ledger import calls, claiming, judgements
from ledger.database import Ledger
from ledger.states import CallState, Role, Verdict
from ledger.tables import CallRow
from tests.console import seeding
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE, QUARANTINED


def set_state(ledger: Ledger, call_id: str, state: CallState) -> None:
    """Put a call back to a stage."""
    with ledger.transaction() as session:
        session.get_one(CallRow, call_id).state = state


def next_due(ledger: Ledger) -> str:
    """What a worker would take now."""
    with ledger.transaction() as session:
        due = claiming.next_due(session, 3)
    assert due
    return due[0]


def test_whoever_opens_a_call_that_is_not_transcribed_has_it_done_next(
    monitor: httpx.Client, ledger: Ledger
) -> None:
    """Before older ones; a program that reads it by the API changes nothing."""
    for call_id in (FLAGGED, FLAGGED_ONCE, CLEAN):
        set_state(ledger, call_id, CallState.RECORDED)
    assert next_due(ledger) == FLAGGED, "the oldest"
    monitor.get(f"/api/calls/{CLEAN}")
    assert next_due(ledger) == FLAGGED
    monitor.get(f"/calls/{CLEAN}")
    assert next_due(ledger) == CLEAN
    set_state(ledger, CLEAN, CallState.SCORED)
    monitor.get(f"/calls/{CLEAN}")
    assert next_due(ledger) == FLAGGED


def test_a_call_without_a_model_says_so_and_is_found(monitor: httpx.Client, ledger: Ledger) -> None:
    """In the list, by the filter, and on its page; there is no alarm about it."""
    why = "no model is named for yue; name one under 'recognisers' of the plan and install it"
    with ledger.transaction() as session:
        row = session.get_one(CallRow, CLEAN)
        row.state, row.claimed_by = CallState.RECORDED, "w:1"
        claiming.set_aside(session, CLEAN, "w:1", why)
    found = monitor.get("/calls", params={"state": "no_model"}).text
    assert f'data-call="{CLEAN}"' in found
    assert f'data-call="{FLAGGED}"' not in found
    assert "无语音模型" in found
    page = monitor.get(f"/calls/{CLEAN}").text
    assert 'class="problem card"' not in page
    assert monitor.get(f"/api/calls/{CLEAN}").json()["error"] == why


def test_the_list_says_why_a_call_was_given_up(monitor: httpx.Client) -> None:
    """And its page how to try it again."""
    assert "the capture has no samples" in monitor.get("/calls").text
    assert f"hotline transcribe --quarantined {QUARANTINED}" in monitor.get(f"/calls/{QUARANTINED}").text


def test_an_older_transcript_is_shown_with_what_was_found_in_it(
    monitor: httpx.Client, ledger: Ledger
) -> None:
    """The newest by itself; the older one by its link, with its own findings."""
    with ledger.transaction() as session:
        turns = (seeding.turn(Role.OPERATOR, 4.2, "您好", "新版"),)
        seeding.add_judgement(session, FLAGGED, turns, (seeding.finding("greeting", Verdict.PASS),))
        newest, oldest = judgements.transcript_versions(session, FLAGGED)
    page = monitor.get(f"/calls/{FLAGGED}").text
    assert ">您好新版</p>" in page
    assert f'href="/calls/{FLAGGED}?version={oldest.id}#transcript-title"' in page
    older = monitor.get(f"/calls/{FLAGGED}?version={oldest.id}").text
    assert ">我不知道你问别人去</p>" in older
    assert "新版" not in older
    document = monitor.get(f"/api/calls/{FLAGGED}").json()
    assert [version["id"] for version in document["transcripts"]] == [newest.id, oldest.id]
    with ledger.reading() as session:
        assert calls.get_call(session, FLAGGED).flags == ()


@pytest.mark.parametrize("version", ["999999", "1x"])
def test_a_version_that_is_not_there_is_told(monitor: httpx.Client, version: str) -> None:
    """As a page that says what to do, no traceback."""
    assert monitor.get(f"/calls/{FLAGGED}?version={version}").status_code in {404, 422}
