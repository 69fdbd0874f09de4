"""What callers told is hidden from everybody who does not ask for it with the right: in text and in sound."""

from __future__ import annotations

import io
import json

import httpx
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from console.secrets import MARGIN_S
from ledger import audit, judgements
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.masks import Span
from ledger.records import Evidence, Transcript
from ledger.settings import Settings
from ledger.states import Decision, Role, UserRole, Verdict
from ledger.tables import CallRow, FindingRow
from recorder.opening import Recordings
from recorder.silencing import Renditions
from tests.console import seeding
from tests.console.seeding import FLAGGED, NOON
from tests.console.test_listening import signed_in_as

CALL, SECRET = "told", "幺三八零零幺三八零零零"
PATH = f"/calls/{CALL}"
BEGINS_S, ENDS_S = 6.8, 11.2  # of the number: eleven words of 0.4 s after two others


@pytest.fixture
def told(ledger: Ledger, settings: Settings) -> Ledger:
    """A call in which a mobile number is told, quoted by evidence, reason and a decision."""
    with ledger.transaction() as session:
        seeding.add_call(session, CALL, NOON)
        seeding.add_recording(session, settings, CALL)
        turns = (
            seeding.turn(Role.OPERATOR, 4.2, "请问", "您的", "电话"),
            seeding.turn(Role.CALLER, 6.0, "我的", "是", *SECRET),
            seeding.turn(Role.OPERATOR, 12.0, "号码", "六", "八", "八", "八", "一", "二", "三", "四"),
        )
        evidence = Evidence(start_s=6.0, end_s=11.2, text=f"我的是{SECRET}", likeness=0.9)
        finding = seeding.finding("closing", Verdict.FAIL, 10, evidence)
        seeding.add_judgement(session, CALL, turns, (finding,))
        row = session.query(FindingRow).order_by(FindingRow.id.desc()).first()
        assert row
        row.reason = f"听到“{SECRET}”"
        judgements.save_review(session, row.id, 1, Decision.CONFIRMED, f"他说了{SECRET[:5]}")
    return ledger


def sound(response: httpx.Response) -> NDArray[np.float64]:
    """The samples of an answer."""
    assert response.status_code == 200
    return soundfile.read(io.BytesIO(response.content))[0]


def saw(ledger: Ledger) -> list[tuple[str, str]]:
    """Who saw secrets, and where."""
    with ledger.reading() as session:
        rows = [row for row in audit.find(session) if row.action == AuditAction.SAW_SECRETS]
        return [(row.user, json.loads(row.details)["where"]) for row in rows]


def pieces() -> set[str]:
    """Each three signs of the number."""
    return {SECRET[at : at + 3] for at in range(len(SECRET) - 2)}


@pytest.mark.parametrize("path", [PATH, f"/api{PATH}", "/calls", "/api/calls", "/calls?text=我的是"])
def test_no_page_tells_a_piece_of_it(monitor: httpx.Client, told: Ledger, path: str) -> None:
    """Transcript, evidence, reason, comment, snippet; the number that the service gives out stays."""
    text = monitor.get(path).text
    assert not [piece for piece in pieces() if piece in text]
    if PATH in path:
        assert "●" in text
        assert "六八八八一二三四" in monitor.get(f"/api{PATH}").text


def test_the_search_does_not_know_it(monitor: httpx.Client, told: Ledger) -> None:
    """Nobody learns whether somebody told a number by looking for it."""
    for text in (SECRET, SECRET[:4], "13800138000"):
        assert monitor.get("/api/calls", params={"text": text}).json()["total"] == 0
    assert monitor.get("/api/calls", params={"text": "六八八八一二三四"}).json()["total"] == 1


def test_it_is_silent_in_what_is_played(monitor: httpx.Client, told: Ledger, settings: Settings) -> None:
    """Both channels over the number and a margin, nothing else; also range by range; the seal stays."""
    answer = monitor.get(f"{PATH}/audio")
    heard = sound(answer)
    first, last = round((BEGINS_S - MARGIN_S) * 8000), round((ENDS_S + MARGIN_S) * 8000)
    assert not heard[first:last].any()
    with told.reading() as session:
        recording = judgements.get_recording(session, CALL)
    whole, _ = soundfile.read(Recordings(settings).load(recording))  # whose seal holds
    assert np.array_equal(
        np.delete(heard, range(first, last), axis=0), np.delete(whole, range(first, last), axis=0)
    )
    size, parts = len(answer.content), []
    for start in range(0, size, 20_000):
        part = monitor.get(f"{PATH}/audio", headers={"Range": f"bytes={start}-{start + 19_999}"})
        assert (part.status_code, part.headers["etag"]) == (206, answer.headers["etag"])
        parts.append(part.content)
    assert b"".join(parts) == answer.content


def test_a_call_without_secrets_is_given_as_it_was_sealed(monitor: httpx.Client, told: Ledger) -> None:
    """Its entity tag is the seal's hash."""
    with told.reading() as session:
        recording = judgements.get_recording(session, FLAGGED)
    assert monitor.get(f"/calls/{FLAGGED}/audio").headers["etag"] == f'"{recording.sha256}"'


@pytest.mark.parametrize(
    "path", [PATH, f"/api{PATH}", f"{PATH}/audio", f"{PATH}/download", f"{PATH}/transcript"]
)
def test_only_those_with_the_right_may_ask_for_it(stranger: httpx.Client, told: Ledger, path: str) -> None:
    """A monitor is refused and nothing is in the log; a lead gets it and is in the log."""
    asked = {"unmasked": "true"}
    assert stranger.get(path, params=asked).status_code in {303, 401}
    with signed_in_as(stranger, told, UserRole.MONITOR) as client:
        assert client.get(path, params=asked).status_code == 403
        assert "unmasked" not in client.get(PATH).text
    assert saw(told) == []
    with signed_in_as(stranger, told, UserRole.TEAM_LEAD) as client:
        answer = client.get(path, params=asked)
        assert answer.status_code == 200
        if path.endswith(("audio", "download")):
            assert sound(answer)[round(BEGINS_S * 8000) : round(ENDS_S * 8000)].any()
        else:
            assert "三八" in answer.text
            assert "●" not in answer.text
        assert "显示（记入审计日志）" in client.get(PATH).text
    assert [user for user, _ in saw(told)] == [UserRole.TEAM_LEAD]


def test_a_leads_download_is_silenced_unless_asked_otherwise(stranger: httpx.Client, told: Ledger) -> None:
    """The name tells which it is; the right alone shows nothing."""
    with signed_in_as(stranger, told, UserRole.TEAM_LEAD) as client:
        answer = client.get(f"{PATH}/download")
        assert answer.headers["content-disposition"].endswith(f'{CALL}_silenced.flac"')
        assert not sound(answer)[round(BEGINS_S * 8000) : round(ENDS_S * 8000)].any()
        assert "●" in client.get(f"{PATH}/transcript", params={"format": "json"}).text
    assert saw(told) == []


def test_what_an_older_transcript_told_stays_hidden(monitor: httpx.Client, told: Ledger) -> None:
    """A model that hears no number there neither gives the sound free nor shows the older version."""
    with told.transaction() as session:
        recording = judgements.get_recording(session, CALL)
        older = judgements.newest_transcript(session, CALL)
        assert older is not None
        turns = (seeding.turn(Role.CALLER, 6.0, "谢谢"),)
        newer = Transcript(model="m", model_sha256="0" * 64, recording_sha256=recording.sha256, turns=turns)
        judgements.save_transcript(session, CALL, newer)
    assert not sound(monitor.get(f"{PATH}/audio"))[round(BEGINS_S * 8000) : round(ENDS_S * 8000)].any()
    for version in ({}, {"version": older[0]}):
        text = monitor.get(PATH, params=version).text
        assert ("谢谢" in text) is not bool(version)
        assert not [piece for piece in pieces() if piece in text]


def test_renditions_are_few_in_memory(told: Ledger, settings: Settings) -> None:
    """The oldest goes; the newest stays however long it is."""
    with told.reading() as session:
        recording = judgements.get_recording(session, CALL)
        assert session.get(CallRow, CALL)
    renditions = Renditions(Recordings(settings), most_bytes=1)
    first = renditions.render(recording, [Span(start_s=1, end_s=2)])
    assert renditions.render(recording, [Span(start_s=1, end_s=2)]) is first
    assert renditions.render(recording, [Span(start_s=1, end_s=3)]).sha256 != first.sha256
    again = renditions.render(recording, [Span(start_s=1, end_s=2)])
    assert again is not first
    assert again == first
