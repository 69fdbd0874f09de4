"""Who may listen, keep, mask and hear what is masked; and that all of it is told."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import numpy as np
import pytest
import soundfile
from sqlalchemy import delete, select, update

from console.rights import HOLDERS, Right
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.masks import Span
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import AuditRow, PeaksRow
from recorder.masking import Masker, Wish
from recorder.opening import Recordings
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session, sign_in
from tests.console.seeding import FLAGGED

(
    ADMINISTRATOR,
    QUALITY,
    MONITOR,
    LEAD,
    OPERATOR,
    SUPERVISOR,
    AUDITOR,
    DISPATCHER,
    EDITOR,
) = (
    UserRole.ADMINISTRATOR,
    UserRole.QUALITY_LEAD,
    UserRole.MONITOR,
    UserRole.TEAM_LEAD,
    UserRole.OPERATOR,
    UserRole.SUPERVISOR,
    UserRole.AUDITOR,
    UserRole.DISPATCHER,
    UserRole.EDITOR,
)
MAY = {
    Right.LIST: {ADMINISTRATOR, QUALITY, LEAD, MONITOR},
    Right.LISTEN: {ADMINISTRATOR, QUALITY, LEAD, MONITOR, SUPERVISOR},
    Right.DOWNLOAD: {ADMINISTRATOR, QUALITY, LEAD},
    Right.MASK: {ADMINISTRATOR, QUALITY, LEAD},
    Right.HOLD: {ADMINISTRATOR, QUALITY, LEAD},
    Right.ORIGINALS: {ADMINISTRATOR},
    Right.LISTENERS: {ADMINISTRATOR, QUALITY, LEAD, AUDITOR},
    Right.ROUNDS: {ADMINISTRATOR, QUALITY, LEAD},
    Right.SECRETS: {ADMINISTRATOR, QUALITY, LEAD},
    Right.REVIEW: {ADMINISTRATOR, QUALITY, LEAD, MONITOR},
    Right.SAMPLES: {ADMINISTRATOR, QUALITY, LEAD, MONITOR},
    Right.HANDED_OUT: {SUPERVISOR},
    Right.OWN: {OPERATOR},
    Right.HAND_OUT: {ADMINISTRATOR, QUALITY},
    Right.PUBLISH: {ADMINISTRATOR, QUALITY, LEAD},
    Right.APPEAL: {LEAD, OPERATOR},
    Right.DECIDE: {ADMINISTRATOR, QUALITY, LEAD},
    Right.TRAIN: {ADMINISTRATOR, QUALITY, LEAD, MONITOR},
    Right.LEARN: {ADMINISTRATOR, QUALITY, LEAD, MONITOR, OPERATOR},
    Right.FIGURES: {ADMINISTRATOR, QUALITY, LEAD, AUDITOR},
    Right.WATCH: {ADMINISTRATOR, QUALITY, LEAD, MONITOR},
    Right.SET_STATES: {ADMINISTRATOR, LEAD},
    Right.AUDIT: {ADMINISTRATOR, AUDITOR},
    Right.USERS: {ADMINISTRATOR},
    Right.PROGRAMS: {ADMINISTRATOR},
    Right.DESK: {ADMINISTRATOR, QUALITY, LEAD, MONITOR, OPERATOR, DISPATCHER, EDITOR},
    Right.DIRECTORY: {ADMINISTRATOR, EDITOR},
    Right.KNOWLEDGE: {ADMINISTRATOR, QUALITY, LEAD, EDITOR},
    Right.TICKETS: {ADMINISTRATOR, LEAD, DISPATCHER},
    Right.CAMPAIGNS: {ADMINISTRATOR, QUALITY, LEAD, DISPATCHER},
    Right.BUSINESS: {ADMINISTRATOR, QUALITY, LEAD, AUDITOR, DISPATCHER},
}
STAFF = MAY[Right.LIST]
CALL = f"/calls/{FLAGGED}"
MASK = {"start_s": 9.0, "end_s": 10.2, "why": "号码"}


@contextmanager
def signed_in_as(client: httpx.Client, ledger: Ledger, role: UserRole) -> Iterator[httpx.Client]:
    """Somebody of that role, whose name is the role."""
    with ledger.transaction() as session:
        seeding.add_user(session, role, role)
    client.cookies.set("hotline_session", open_session(ledger, role))
    yield client
    client.cookies.clear()


def acts(ledger: Ledger, *but: AuditAction) -> list[tuple[str, str, str | None]]:
    """User, action and call of all rows, without some actions."""
    with ledger.reading() as session:
        return [(row.user, row.action, row.call_id) for row in audit.find(session) if row.action not in but]


def test_the_table_of_rights() -> None:
    """Whoever changes a right changes it here too."""
    assert HOLDERS == MAY


@pytest.mark.parametrize("role", UserRole)
def test_each_role_does_what_it_may(stranger: httpx.Client, ledger: Ledger, role: UserRole) -> None:
    """Every right over HTTP; what is refused is not in the log."""
    with signed_in_as(stranger, ledger, role) as client:

        def expected(right: Right) -> int:
            return 200 if role in MAY[right] & STAFF else 403

        not_handed = 404 if role is SUPERVISOR else 403
        assert client.get(f"{CALL}/audio").status_code == (200 if role in STAFF else not_handed)
        assert client.get(f"{CALL}/download").status_code == expected(Right.DOWNLOAD)
        assert client.post(f"/api{CALL}/masks", json=MASK).status_code == expected(Right.MASK)
        original = client.get(f"{CALL}/original").status_code
        assert original == expected(Right.ORIGINALS)
        page = client.get(CALL)
        assert ("谁听过、看过" in page.text) is (role in MAY[Right.LISTENERS] & STAFF)
        assert ("data-original" in page.text) is (role in MAY[Right.ORIGINALS])
        assert (f"{CALL}/download" in page.text) is (role in MAY[Right.DOWNLOAD])
    done = {
        Right.LISTEN: AuditAction.LISTENED,
        Right.DOWNLOAD: AuditAction.DOWNLOADED,
        Right.MASK: AuditAction.MASKED,
        Right.ORIGINALS: AuditAction.HEARD_ORIGINAL,
    }
    told = {action for _, action, _ in acts(ledger, AuditAction.LOOKED)}
    assert told == {action for right, action in done.items() if role in MAY[right] & STAFF}


def test_a_stranger_gets_nothing(stranger: httpx.Client, ledger: Ledger) -> None:
    """Neither sound nor mask, and no row."""
    for path in ("audio", "download", "original"):
        assert stranger.get(f"{CALL}/{path}").status_code == 303
    assert stranger.post(f"/api{CALL}/masks", json=MASK).status_code == 401
    assert acts(ledger) == []


def test_one_listening_is_one_row(monitor: httpx.Client, ledger: Ledger) -> None:
    """A player asks range after range; later on it is another listening."""
    for start in range(0, 5000, 1000):
        assert (
            monitor.get(f"{CALL}/audio", headers={"Range": f"bytes={start}-{start + 999}"}).status_code == 206
        )
    assert acts(ledger) == [("li", "listened", FLAGGED)]
    with ledger.transaction() as session:
        row = session.scalars(select(AuditRow)).one()
        row.at -= audit.ONE_VISIT
    monitor.get(f"{CALL}/audio")
    assert len(acts(ledger)) == 2


def test_what_the_browser_has_kept_is_listened_to_as_well(monitor: httpx.Client, ledger: Ledger) -> None:
    """A 304 gives nothing out, but somebody hears it."""
    tag = monitor.get(f"{CALL}/audio").headers["etag"]
    with ledger.transaction() as session:
        session.execute(delete(AuditRow))
    assert monitor.get(f"{CALL}/audio", headers={"If-None-Match": tag}).status_code == 304
    assert acts(ledger) == [("li", "listened", FLAGGED)]


def test_looks_decisions_and_sign_ins_are_told(stranger: httpx.Client, ledger: Ledger) -> None:
    """A failed sign-in, a good one, a call's page and API, a decision, the way out."""
    sign_in(stranger, password="wrong")
    sign_in(stranger)
    page = stranger.get(CALL).text
    stranger.get(f"/api{CALL}")
    form = {"csrf": csrf_of(page), "decision": "confirmed"}
    assert stranger.post(f"{CALL}/findings/1/review", data=form).status_code == 303
    stranger.post("/sign-out", data={"csrf": form["csrf"]})
    actions = [(user, action) for user, action, _ in acts(ledger, AuditAction.CASE_MOVED)]
    expected = ("sign_in_failed", "signed_in", "looked", "reviewed", "signed_out")
    assert actions == [("li", action) for action in expected]
    with ledger.reading() as session:
        assert list(audit.problems(session)) == []
        details = [json.loads(row.details) for row in audit.find(session, call_id=FLAGGED)]
    assert details[-1] == {"finding": "1", "decision": "confirmed"}


@pytest.mark.parametrize(
    "change",
    [
        update(AuditRow).where(AuditRow.number == 2).values(user="wang"),
        update(AuditRow).where(AuditRow.number == 2).values(call_id="another"),
        delete(AuditRow).where(AuditRow.number == 2),
        delete(AuditRow).where(AuditRow.number == 1),
        update(AuditRow).where(AuditRow.number == 3).values(number=4),
    ],
)
def test_a_changed_log_is_found(ledger: Ledger, change: object) -> None:
    """A column, a removal, a gap: the sentence names the row."""
    with ledger.transaction() as session:
        for call_id in ("a", "b", "c"):
            audit.write(session, audit.Act(user="li", action=AuditAction.LOOKED, call_id=call_id))
        number, link = audit.head(session)
        assert list(audit.problems(session)) == []
        assert audit.differs(session, f"{number}:{link}") == []
    with ledger.transaction() as session:
        session.execute(change)  # type: ignore[call-overload]
    with ledger.reading() as session:
        (first, *_) = audit.problems(session)
    assert first.startswith("audit row ")


def test_a_log_that_was_cut_is_found_by_its_head(ledger: Ledger) -> None:
    """The newest rows leave no trace, but for who kept the head elsewhere."""
    with ledger.transaction() as session:
        for call_id in ("a", "b"):
            audit.write(session, audit.Act(user="li", action=AuditAction.LOOKED, call_id=call_id))
        number, link = audit.head(session)
        session.execute(delete(AuditRow).where(AuditRow.number == number))
    with ledger.reading() as session:
        assert list(audit.problems(session)) == []
        assert len(audit.differs(session, f"{number}:{link}")) == 1


def test_a_download_has_a_telling_name(stranger: httpx.Client, ledger: Ledger) -> None:
    """Number, local time, operator, call."""
    with signed_in_as(stranger, ledger, LEAD) as client:
        response = client.get(f"{CALL}/download")
        assert response.headers["content-disposition"] == (
            f'attachment; filename="114_2026-11-20_120000_8001_{FLAGGED}.flac"'
        )
        client.post(f"/api{CALL}/masks", json=MASK)
        name = client.get(f"{CALL}/download").headers["content-disposition"]
        assert name.endswith(f'{FLAGGED}.m1.flac"')


def test_the_page_the_api_and_the_search_tell_nothing_masked(stranger: httpx.Client, ledger: Ledger) -> None:
    """我不知道 is said from 9 to 9.8 s: afterwards only ＊ is left of it, and the search finds it no more."""
    with signed_in_as(stranger, ledger, LEAD) as client:
        assert FLAGGED in client.get("/calls", params={"text": "不知道"}).text
        assert client.post(f"/api{CALL}/masks", json=MASK).status_code == 200
        whole = client.get(f"/api{CALL}").json()
        assert "不知道" not in json.dumps(whole, ensure_ascii=False)
        assert "＊" in json.dumps(whole, ensure_ascii=False)
        assert "不知道" not in client.get(CALL).text
        assert FLAGGED not in client.get("/calls", params={"text": "不知道"}).text
        assert "不知道" not in client.get("/calls").text
        sound, rate_hz = soundfile.read(io.BytesIO(client.get(f"{CALL}/audio").content))
    assert not sound[9 * rate_hz : int(10.2 * rate_hz)].any()
    assert np.abs(sound[8 * rate_hz : 9 * rate_hz]).max() > 0.3


@pytest.mark.parametrize(
    ("change", "status"),
    [({"end_s": 99}, 400), ({"end_s": "x"}, 422), ({"why": " "}, 400), ({"channel": "third"}, 422)],
)
def test_a_wrong_mask_is_refused_in_one_sentence(
    stranger: httpx.Client, ledger: Ledger, change: dict[str, object], status: int
) -> None:
    """Nothing is masked."""
    with signed_in_as(stranger, ledger, LEAD) as client:
        response = client.post(f"/api{CALL}/masks", json={**MASK, **change})
        assert (response.status_code, list(response.json())) == (status, ["error"])
    assert acts(ledger) == []


def test_a_mask_needs_the_forms_token(stranger: httpx.Client, ledger: Ledger) -> None:
    """A foreign page cannot make a lead's browser destroy a recording, neither by form nor as text."""
    with signed_in_as(stranger, ledger, LEAD) as client:
        assert client.post(f"{CALL}/masks", data=MASK).status_code == 403
        text = client.post(
            f"/api{CALL}/masks", content=json.dumps(MASK), headers={"Content-Type": "text/plain"}
        )
        assert text.status_code == 422
    assert acts(ledger) == []


def test_peaks_are_made_once_and_kept(monitor: httpx.Client, ledger: Ledger, settings: Settings) -> None:
    """An older recording's are made on demand; afterwards the page needs no audio at all."""
    first = monitor.get(f"{CALL}/peaks").json()
    with ledger.reading() as session:
        assert session.get(PeaksRow, FLAGGED) is not None
    (settings.recordings_dir / "2026" / f"{FLAGGED}.flac").unlink()
    assert monitor.get(f"{CALL}/peaks").json() == first


def test_a_destroyed_original_cannot_be_heard(
    stranger: httpx.Client, ledger: Ledger, settings: Settings
) -> None:
    """404, also for the administrator."""
    span = Span(start_s=9, end_s=10)
    wish = Wish(call_id=FLAGGED, spans=(span,), why="x", by="root", destroy=True)
    Masker(settings, ledger, Recordings(settings)).mask(wish)
    with signed_in_as(stranger, ledger, ADMINISTRATOR) as client:
        assert client.get(f"{CALL}/original").status_code == 404
