"""One's own account: the password, the codes of a second factor, the sign-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from console.app import create_app
from console.signin import totp
from console.signin.visitors import SESSION_COOKIE
from ledger import audit
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import SettingsError
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import SessionRow, UserRow
from recorder.keys import KeyRing, MissingKey, new_key
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session, serve, sign_in

NEW = "another good one"
AT_S = 1_900_000_000.0  # on the phone's clock and ours


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes stand still, however slow the machine is."""
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: AT_S))


def form_of(client: httpx.Client, path: str, **fields: str) -> dict[str, str]:
    """A form with the page's token."""
    return {"csrf": csrf_of(client.get(path).text), **fields}


def set_up_codes(client: httpx.Client) -> tuple[str, list[str]]:
    """Through the pages: the secret and the recovery codes."""
    form = form_of(client, "/me/codes")
    assert client.post("/me/codes/begin", data=form).status_code == 303
    page = client.get("/me/codes").text
    found = re.search(r'people-secret">([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    done = client.post("/me/codes", data={**form, "code": code_at(secret, -1)})
    assert done.status_code == 200
    return secret, re.findall(r"<code>([A-Z2-7]{8}-[A-Z2-7]{8})</code>", done.text)


def code_at(secret: str, drift: int = 0) -> str:
    """The code of a step near now."""
    return pyotp.TOTP(secret).generate_otp(int(AT_S // 30) + drift)


def enter(client: httpx.Client, code: str) -> httpx.Response:
    """The code after the password."""
    return client.post("/sign-in/code", data=form_of(client, "/sign-in/code", code=code, next="/rounds"))


def test_a_new_password_ends_all_other_sign_ins(monitor: httpx.Client, ledger: Ledger) -> None:
    """The own one stays; the old password opens nothing; the log tells it."""
    other = open_session(ledger)
    form = form_of(monitor, "/me/password", former=seeding.PASSWORD, password=NEW, again=NEW)
    assert monitor.post("/me/password", data=form).status_code == 303
    assert monitor.get("/calls").status_code == 200
    monitor.cookies.set(SESSION_COOKIE, other)
    assert monitor.get("/calls").status_code == 303
    monitor.cookies.clear()
    assert sign_in(monitor).status_code == 401
    assert sign_in(monitor, password=NEW).status_code == 303
    with ledger.reading() as session:
        assert "password_set" in [row.action for row in audit.find(session, user="li")]


@pytest.mark.parametrize(
    ("fields", "why", "english"),
    [
        ({"former": "wrong"}, "现在的密码不对", "not the present password"),
        (
            {"password": "short", "again": "short"},
            "新密码要 10 到 1024 个字符",
            "needs 10 to 1024 characters",
        ),
        ({"again": "another good typo"}, "两次输入的新密码不一样", "new passwords differ"),
        ({"password": seeding.PASSWORD, "again": seeding.PASSWORD}, "和现在的一样", "one that you have"),
        ({"password": "x" * 1025, "again": "x" * 1025}, "新密码要 10 到 1024 个字符", "needs 10 to 1024"),
    ],
)
def test_a_password_that_will_not_do_is_refused(
    monitor: httpx.Client, fields: dict[str, str], why: str, english: str
) -> None:
    """With the form and the reason, in the reader's language; the old one stays."""
    whole = {"former": seeding.PASSWORD, "password": NEW, "again": NEW, **fields}
    form = form_of(monitor, "/me/password", **whole)
    refused = monitor.post("/me/password", data=form)
    assert (refused.status_code, "密码没有更改" in refused.text) == (422, True)
    assert why in refused.text
    monitor.get("/language/en")
    assert english in monitor.post("/me/password", data=form).text
    monitor.cookies.clear()
    assert sign_in(monitor).status_code == 303


def test_a_mistyped_new_password_is_no_guess(monitor: httpx.Client) -> None:
    """However often: the brake is on the present password, and the right one still opens."""
    form = form_of(monitor, "/me/password", former=seeding.PASSWORD, password="short", again="short")
    assert [monitor.post("/me/password", data=form).status_code for _ in range(6)] == [422] * 6
    assert monitor.post("/me/password", data={**form, "password": NEW, "again": NEW}).status_code == 303


def test_guessing_the_present_password_is_slowed(monitor: httpx.Client) -> None:
    """Whoever finds a screen unlocked cannot try passwords without end."""
    form = form_of(monitor, "/me/password", former="wrong", password=NEW, again=NEW)
    tried = [monitor.post("/me/password", data=form).status_code for _ in range(5)]
    assert tried == [422, 422, 422, 422, 429]


def test_a_code_is_asked_for_after_the_password(monitor: httpx.Client, ledger: Ledger) -> None:
    """The password alone opens nothing; a code works once; one step late is taken, two are not."""
    secret, recovery = set_up_codes(monitor)
    assert len(set(recovery)) == 10
    assert monitor.get("/me/codes/picture").status_code == 404  # nobody sees the secret again
    assert secret not in monitor.get("/me/codes").text.replace(" ", "")
    monitor.cookies.clear()
    first = sign_in(monitor, next_path="/rounds")
    assert first.headers["location"] == "/sign-in/code?next=%2Frounds"
    assert SESSION_COOKIE not in monitor.cookies
    monitor.cookies.set(SESSION_COOKIE, monitor.cookies["hotline_code"])
    assert monitor.get("/calls").status_code == 303  # half a session is none
    monitor.cookies.delete(SESSION_COOKIE)
    assert enter(monitor, code_at(secret, -1)).status_code == 401  # it set the codes up
    assert enter(monitor, code_at(secret, 3)).status_code == 401
    done = enter(monitor, code_at(secret))
    assert (done.status_code, done.headers["location"]) == (303, "/rounds")
    assert monitor.get("/calls").status_code == 200
    sign_in(monitor)
    assert enter(monitor, code_at(secret)).status_code == 401  # a replay
    assert enter(monitor, code_at(secret, 1)).status_code == 303
    with ledger.reading() as session:
        told = [row.details for row in audit.find(session, user="li") if row.action == "signed_in"]
        kept = session.scalars(select(UserRow)).one()
    assert all('"by": "totp"' in one for one in told)
    assert kept.totp_secret is not None


def test_a_recovery_code_works_once_and_codes_can_be_switched_off(
    monitor: httpx.Client, ledger: Ledger
) -> None:
    """However it is typed; off needs the password."""
    _, recovery = set_up_codes(monitor)
    monitor.cookies.clear()
    sign_in(monitor)
    assert enter(monitor, recovery[0].lower().replace("-", " ")).status_code == 303
    assert "还剩 9 个恢复码" in monitor.get("/me").text
    sign_in(monitor)
    assert enter(monitor, recovery[0]).status_code == 401
    assert enter(monitor, recovery[1]).status_code == 303
    form = form_of(monitor, "/me", password="wrong")
    assert monitor.post("/me/codes/off", data=form).status_code == 422
    assert monitor.post("/me/codes/off", data={**form, "password": seeding.PASSWORD}).status_code == 303
    monitor.cookies.clear()
    assert sign_in(monitor).headers["location"] == "/calls"


def test_codes_cannot_be_guessed_by_signing_in_between(monitor: httpx.Client) -> None:
    """A right password does not free further guesses: the fifth waits."""
    set_up_codes(monitor)
    monitor.cookies.clear()
    sign_in(monitor)
    guesses = [enter(monitor, "000000").status_code for _ in range(4)]
    assert guesses == [401] * 4
    assert sign_in(monitor).status_code == 429
    assert enter(monitor, "000001").status_code == 429


@pytest.fixture
def strict(settings: Settings, ledger: Ledger) -> Iterator[httpx.Client]:
    """A console in which monitors need a second factor."""
    strict_settings = settings.model_copy(update={"totp_roles": "monitor, auditor"})
    app: FastAPI = create_app(strict_settings, ledger, seeding.SWITCHBOARD)
    with serve(app) as url, httpx.Client(base_url=url, verify=False, timeout=120) as client:
        client.cookies.set(SESSION_COOKIE, open_session(ledger))
        yield client


def test_a_role_that_needs_codes_gets_nowhere_without(strict: httpx.Client, ledger: Ledger) -> None:
    """Every page leads to the set-up, programs are refused; afterwards all is open."""
    assert strict.get("/calls").headers["location"] == "/me/codes"
    assert strict.get("/api/calls").status_code == 403
    hx = strict.get("/calls", headers={"HX-Request": "true"})
    assert (hx.status_code, hx.headers["hx-redirect"]) == (403, "/me/codes")
    set_up_codes(strict)
    assert strict.get("/calls").status_code == 200
    assert "/me/codes/off" not in strict.get("/me").text
    form = form_of(strict, "/me", password=seeding.PASSWORD)
    assert strict.post("/me/codes/off", data=form).status_code == 303
    assert strict.get("/calls").headers["location"] == "/me/codes"


def test_own_sign_ins_are_listed_and_ended(monitor: httpx.Client, ledger: Ledger) -> None:
    """One by one or all others; somebody else's handle is not there."""
    tokens = [open_session(ledger) for _ in range(3)]
    with ledger.transaction() as session:
        seeding.add_user(session, "wang", UserRole.MONITOR)
    open_session(ledger, "wang")
    page = monitor.get("/me").text
    handles = re.findall(r'action="/me/sessions/([0-9a-f]{16})/end"', page)
    assert len(handles) == 3
    form = {"csrf": csrf_of(page)}
    assert monitor.post(f"/me/sessions/{handles[0]}/end", data=form).status_code == 303
    with ledger.reading() as session:
        others = [row.token_sha256[:16] for row in session.scalars(select(SessionRow))]
    assert len(others) == 4
    with ledger.reading() as session:
        foreign = session.scalars(select(SessionRow).join(UserRow).where(UserRow.name == "wang")).one()
    assert monitor.post(f"/me/sessions/{foreign.token_sha256[:16]}/end", data=form).status_code == 404
    assert monitor.post("/me/sessions/end", data=form).status_code == 303
    assert monitor.get("/calls").status_code == 200
    for token in tokens:
        monitor.cookies.set(SESSION_COOKIE, token)
        assert monitor.get("/calls").status_code == 303


def test_a_sign_in_that_nobody_uses_ends(monitor: httpx.Client, ledger: Ledger) -> None:
    """After an hour; whoever uses it is written down once a minute."""
    with ledger.transaction() as session:
        session.execute(update(SessionRow).values(seen_at=now() - timedelta(minutes=59)))
    assert monitor.get("/calls").status_code == 200
    with ledger.transaction() as session:
        assert now() - session.scalars(select(SessionRow.seen_at)).one() < timedelta(seconds=30)
        session.execute(update(SessionRow).values(seen_at=now() - timedelta(minutes=61)))
    assert monitor.get("/calls").status_code == 303


def test_secrets_are_sealed_with_the_recordings_key() -> None:
    """Bound to the user; without its key nothing opens; tampering is told."""
    old, new = new_key(), new_key()
    kept = totp.seal("SECRET234", 7, KeyRing([old]))
    assert "SECRET" not in kept
    assert totp.unseal(kept, 7, KeyRing([old, new])) == "SECRET234"
    with pytest.raises(SettingsError, match="was changed"):
        totp.unseal(kept, 8, KeyRing([old]))
    with pytest.raises(MissingKey):
        totp.unseal(kept, 7, KeyRing([new]))
    assert totp.unseal(totp.seal("SECRET234", 7, KeyRing()), 7, KeyRing()) == "SECRET234"


def test_codes_are_those_of_rfc_6238() -> None:
    """The RFC's test vectors for SHA-1 (appendix B), the last six of eight digits; one step of drift."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for at_s, code in (
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ):
        step = at_s // 30
        assert totp.step_of(secret, code, at_s) == step
        assert totp.step_of(secret, code, at_s + 30) == step
        assert totp.step_of(secret, code, at_s - 30) == step
        assert totp.step_of(secret, code, at_s + 60) is None
    assert totp.step_of(secret, "", 59) is None
    assert totp.step_of(secret, "２８７０８２", 59) is None
