"""Training: playlists for teams, clips without names, discussion, mutual review, one file of all."""

from __future__ import annotations

import io
import re
from collections import Counter

import httpx
import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from console.training import sounds
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.masks import mask_value
from ledger.retained import forget
from ledger.states import Decision, UserRole
from ledger.tables import CallRow, FindingRow, ReviewRow, ScorecardRow, UndoneRow, UserRow
from ledger.teams import note_teams
from recorder.kept_sounds import KeptSounds
from tests.console import seeding
from tests.console.blinding import begin_round
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import CLEAN, FLAGGED

CLIP = {"call_id": FLAGGED, "start_s": "4.5", "end_s": "8", "title": "禁语", "why": "听听语气"}
MARKS = {"mark-fast": "4", "mark-accurate": "5", "mark-clear": "3", "mark-warm": "1"}


@pytest.fixture
def people(ledger: Ledger) -> None:
    """A monitor of the house (li), a lead of 甲班, operators of 甲班 and 乙班, an auditor."""
    with ledger.transaction() as session:
        note_teams(session, {"8001": "甲班", "8002": "乙班"})
        for name, role in (
            ("lead", UserRole.TEAM_LEAD),
            ("8001", UserRole.OPERATOR),
            ("8002", UserRole.OPERATOR),
            ("audit", UserRole.AUDITOR),
        ):
            seeding.add_user(session, name, role)
        session.scalars(select(UserRow).where(UserRow.name == "lead")).one().teams = ["甲班"]
        session.get_one(CallRow, FLAGGED).team = "甲班"


def become(client: httpx.Client, ledger: Ledger, name: str) -> str:
    """Sign in as somebody; returns the forms' token."""
    client.cookies.set("hotline_session", open_session(ledger, name))
    return csrf_of(client.get("/training").text)


def make(client: httpx.Client, csrf: str, **playlist: str) -> str:
    """A playlist; returns its address."""
    made = client.post("/training", data={"csrf": csrf, "title": "十一月", **playlist})
    assert made.status_code == 303, made.text
    return made.headers["location"]


def add_clip(client: httpx.Client, csrf: str, address: str, **other: str) -> httpx.Response:
    """Put the clip into the playlist of an address."""
    fields = {**CLIP, "csrf": csrf, "playlist": address.rpartition("/")[2], **other}
    return client.post("/training/clips", data=fields)


def test_a_clip_is_heard_and_exported(
    stranger: httpx.Client, ledger: Ledger, people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The span alone, and all spans in one file with a pause; each is told.

    A clip is made once, however often a player asks for a range of it, and not sent to who has it.
    """
    made: list[str] = []
    cut = sounds.silenced
    monkeypatch.setattr(sounds, "SHARED", KeptSounds(sounds.MOST_BYTES))
    monkeypatch.setattr(sounds, "silenced", lambda *given: made.append("") or cut(*given))
    csrf = become(stranger, ledger, "lead")
    address = make(stranger, csrf, team="甲班")
    clip = add_clip(stranger, csrf, address).headers["location"].rpartition("clip-")[2]
    second = add_clip(stranger, csrf, address, start_s="10", end_s="12").headers["location"]
    offered = stranger.get(f"/calls/{FLAGGED}").text
    assert f'<option value="{address.rpartition("/")[2]}">十一月</option>' in offered
    here = f"{address}/clips/{clip}/audio"
    heard = stranger.get(here)
    samples, rate_hz = soundfile.read(io.BytesIO(heard.content), always_2d=True)
    tag = heard.headers["etag"]
    for sent, status, content in (
        ({"range": "bytes=10-", "if-range": tag}, 206, heard.content[10:]),
        ({"range": "bytes=10-", "if-range": '"other"'}, 200, heard.content),
        ({"if-none-match": tag}, 304, b""),
    ):
        again = stranger.get(here, headers=sent)
        assert (again.status_code, again.content, again.headers["etag"]) == (status, content, tag)
    assert len(made) == 1
    other = f"{address}/clips/{second.rpartition('clip-')[2]}/audio"
    assert stranger.get(other).headers["etag"] != tag
    assert samples.shape == (round(3.5 * rate_hz), 2)
    whole, _ = soundfile.read(io.BytesIO(stranger.get(f"/calls/{FLAGGED}/audio").content), always_2d=True)
    np.testing.assert_array_equal(samples, whole[round(4.5 * rate_hz) : round(8 * rate_hz)])
    exported = stranger.get(f"{address}/export")
    assert "attachment" in exported.headers["content-disposition"]
    assert len(soundfile.read(io.BytesIO(exported.content))[0]) == round((3.5 + 1 + 2) * rate_hz)
    with ledger.reading() as session:
        acts = Counter(row.action for row in audit.find(session, user="lead"))
    told = (AuditAction.CLIPPED, AuditAction.LISTENED, AuditAction.DOWNLOADED)
    assert [acts[action] for action in told] == [2, 3, 2]  # two clips, and the recording was heard too


def test_who_hears_what(stranger: httpx.Client, ledger: Ledger, people: None) -> None:
    """A team's list is for that team; operators learn no call and no name, and make nothing."""
    csrf = become(stranger, ledger, "li")
    for_one = make(stranger, csrf, team="甲班", title="甲班的")
    for_all = make(stranger, csrf, title="大家的")
    clip = add_clip(stranger, csrf, for_one).headers["location"].rpartition("clip-")[2]
    csrf = become(stranger, ledger, "8001")
    page = stranger.get(for_one)
    assert page.status_code == 200
    assert FLAGGED not in page.text
    assert "13800000001" not in page.text
    assert stranger.get(f"{for_one}/clips/{clip}/audio").status_code == 200
    assert stranger.post("/training", data={"csrf": csrf, "title": "x"}).status_code == 403
    assert add_clip(stranger, csrf, for_all).status_code == 403
    assert stranger.get(f"{for_one}/export").status_code == 403
    become(stranger, ledger, "8002")
    assert stranger.get(for_all).status_code == 200
    assert stranger.get(for_one).status_code == 404
    assert stranger.get(f"{for_one}/clips/{clip}/audio").status_code == 404
    assert [one["title"] for one in stranger.get("/api/training").json()] == ["大家的"]
    stranger.cookies.set("hotline_session", open_session(ledger, "audit"))
    assert stranger.get("/training").status_code == 403


def test_colleagues_discuss_and_mark(stranger: httpx.Client, ledger: Ledger, people: None) -> None:
    """Means are seen after one's own marks only; words are taken back by who said them alone."""
    csrf = become(stranger, ledger, "li")
    address = make(stranger, csrf)
    clip = add_clip(stranger, csrf, address).headers["location"].rpartition("clip-")[2]
    here = f"{address}/clips/{clip}"
    assert stranger.post(f"{here}/marks", data={"csrf": csrf, **MARKS}).status_code == 303
    stranger.post(f"{here}/notes", data={"csrf": csrf, "text": "<script>语气</script>"})
    csrf = become(stranger, ledger, "8001")
    page = stranger.get(address).text
    assert "&lt;script&gt;语气" in page
    assert "其他人已评：1" in page
    assert "平均 " not in page
    assert stranger.post(f"{here}/notes/1/withdraw", data={"csrf": csrf}).status_code == 403
    assert stranger.post(f"{here}/marks", data={"csrf": csrf, **MARKS, "mark-warm": "6"}).status_code == 422
    stranger.post(f"{here}/marks", data={"csrf": csrf, **MARKS, "mark-warm": "2"})
    assert "平均 1.5" in stranger.get(address).text
    csrf = become(stranger, ledger, "li")
    assert stranger.post(f"{here}/notes/1/withdraw", data={"csrf": csrf}).status_code == 303
    assert "语气&lt;" not in stranger.get(address).text


def test_clips_are_ordered_removed_and_refused(stranger: httpx.Client, ledger: Ledger, people: None) -> None:
    """Up, down and out; a clip beyond the end, of nobody's call or without a reason is refused."""
    csrf = become(stranger, ledger, "li")
    address = make(stranger, csrf, month="2026-11")
    for title in ("一", "二", "三"):
        add_clip(stranger, csrf, address, title=title)
    first = stranger.get(f"/api{address}").json()["items"][0]["id"]
    stranger.post(f"{address}/clips/{first}/move", data={"csrf": csrf, "down": "true"})
    stranger.post(f"{address}/clips/{first}/move", data={"csrf": csrf, "down": "true"})
    stranger.post(f"{address}/clips/{first}/move", data={"csrf": csrf, "down": "true"})
    assert [clip["title"] for clip in stranger.get(f"/api{address}").json()["items"]] == ["二", "三", "一"]
    stranger.post(f"{address}/clips/{first}/remove", data={"csrf": csrf})
    assert [clip["title"] for clip in stranger.get(f"/api{address}").json()["items"]] == ["二", "三"]
    for wrong, status in (
        ({"end_s": "99"}, 422),
        ({"end_s": "4"}, 422),
        ({"start_s": "nan"}, 422),
        ({"why": " "}, 422),
        ({"why": "a\0b"}, 422),
        ({"playlist": "9" * 20}, 422),
        ({"call_id": "nobody"}, 404),
    ):
        assert add_clip(stranger, csrf, address, **wrong).status_code == status, wrong
    stranger.post(f"{address}/closed", data={"csrf": csrf, "closed": "true"})
    become(stranger, ledger, "8001")
    assert stranger.get(address).status_code == 404


def test_what_was_typed_is_there_after_a_refusal(
    stranger: httpx.Client, ledger: Ledger, people: None
) -> None:
    """Of a playlist, a clip and a note, with why it was refused."""
    csrf = become(stranger, ledger, "li")
    address = make(stranger, csrf)
    clip = add_clip(stranger, csrf, address).headers["location"].rpartition("clip-")[2]
    playlist = {"csrf": csrf, "title": "<乙>", "about": "慢慢听", "team": "乙班", "month": "十一月"}
    refused = stranger.post("/training", data=playlist)
    assert_kept(
        refused, "月份要写成 2026-11 这样。", 'value="&lt;乙&gt;"', "慢慢听</textarea>", "selected>乙班"
    )
    refused = add_clip(stranger, csrf, address, end_s="99", title="<尾>", why="语气要缓")
    kept = ('value="&lt;尾&gt;"', "语气要缓</textarea>", 'value="4.5"', f'value="{FLAGGED}"')
    assert_kept(refused, "录音没有这么长。", *kept)
    text = "很" * 2001
    refused = stranger.post(f"{address}/clips/{clip}/notes", data={"csrf": csrf, "text": text})
    assert_kept(refused, "请写看法，1 到 2000 个字符。", f"{text}</textarea>")


def assert_kept(refused: httpx.Response, *parts: str) -> None:
    """A refusal that has all this."""
    assert refused.status_code == 422
    assert [part for part in parts if part not in refused.text] == []


def test_what_is_written_of_a_clip_goes_with_the_recording(
    stranger: httpx.Client, ledger: Ledger, people: None
) -> None:
    """It may quote the caller: a mask hides it, the end of the recording takes all but the marks."""
    csrf = become(stranger, ledger, "li")
    address = make(stranger, csrf)
    added = add_clip(stranger, csrf, address, why="来电者说68881234", title="记住68881234")
    clip = added.headers["location"].rpartition("clip-")[2]
    stranger.post(f"{address}/clips/{clip}/notes", data={"csrf": csrf, "text": "68881234要慢慢报"})
    stranger.post(f"{address}/clips/{clip}/marks", data={"csrf": csrf, **MARKS})
    with ledger.transaction() as session:
        mask_value(session, FLAGGED, "68881234")
    page = stranger.get(address).text
    assert "68881234" not in page
    assert "要慢慢报" in page
    with ledger.transaction() as session:
        forget(session, FLAGGED)
    page = stranger.get(address).text
    assert "录音到期已删除" in page
    assert "要慢慢报" not in page
    assert "平均 5.0" in page
    assert stranger.get(f"{address}/clips/{clip}/audio").status_code == 404
    become(stranger, ledger, "lead")
    assert stranger.get(f"{address}/export").status_code == 404


def test_the_months_cases_are_those_that_people_confirmed(
    stranger: httpx.Client, ledger: Ledger, people: None
) -> None:
    """A rejected one is none until that is taken back; what was confirmed in another month is not of this.

    What is suggested can be cut, also where the words are the recording's last.
    """
    with ledger.transaction() as session:
        failed = session.scalars(
            select(FindingRow)
            .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
            .where(ScorecardRow.call_id == FLAGGED, FindingRow.text != "")
        ).first()
        assert failed is not None
        words, failed.end_s = failed.text, seeding.LENGTH_S
        user = session.scalars(select(UserRow).where(UserRow.name == "li")).one()
        review = ReviewRow(finding_id=failed.id, user_id=user.id, decision=Decision.CONFIRMED, comment="")
        review.at = seeding.NOON
        session.add(review)
    csrf = become(stranger, ledger, "li")
    address = make(stranger, csrf)
    page = stranger.get("/training?month=2026-11").text
    assert f"“{words}”" in page
    suggested = dict(re.findall(r'type="hidden" name="(call_id|start_s|end_s|title)" value="([^"]+)"', page))
    assert add_clip(stranger, csrf, address, **suggested).status_code == 303
    assert CLEAN not in page
    assert f"“{words}”" not in stranger.get("/training?month=2026-10").text
    assert stranger.get("/training?month=2026-13").status_code == 422
    with ledger.transaction() as session:
        later = ReviewRow(finding_id=failed.id, user_id=user.id, decision=Decision.REJECTED, comment="")
        later.at = seeding.NOON
        session.add(later)
    assert f"“{words}”" not in stranger.get("/training?month=2026-11").text
    with ledger.transaction() as session:
        session.add(UndoneRow(review_id=later.id, user_id=later.user_id, at=seeding.NOON))
    assert f"“{words}”" in stranger.get("/training?month=2026-11").text


def test_whoever_judges_blind_sees_no_clip_of_the_call(
    stranger: httpx.Client, ledger: Ledger, people: None
) -> None:
    """Its title and reason tell what was found; the others of the list stay."""
    csrf = become(stranger, ledger, "lead")
    address = make(stranger, csrf)
    clip = add_clip(stranger, csrf, address).headers["location"].rpartition("clip-")[2]
    begin_round(ledger, "li", "wang")
    become(stranger, ledger, "li")
    assert "听听语气" not in stranger.get(address).text
    assert stranger.get(f"/api{address}").json()["items"] == []
    assert [one["clips"] for one in stranger.get("/api/training").json()] == [0]
    assert stranger.get(f"{address}/clips/{clip}/audio").status_code == 404
    become(stranger, ledger, "lead")
    assert "听听语气" in stranger.get(address).text
