"""Signing in and out, and what a stranger gets."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from console.errors import TooManyAttempts
from console.signin import service
from console.signin.attempts import FREE_BY_NAME, Attempts
from console.signin.service import hash_password
from console.signin.visitors import SESSION_COOKIE
from console.tokens import token_sha256
from ledger.clock import now
from ledger.database import Ledger
from ledger.tables import SessionRow, UserRow
from tests.console import seeding
from tests.console.conftest import csrf_of, sign_in

BEHIND_THE_SIGN_IN = (
    "/calls",
    f"/calls/{seeding.FLAGGED}",
    f"/calls/{seeding.FLAGGED}/audio",
    f"/calls/{seeding.FLAGGED}/peaks",
)


@pytest.mark.parametrize("path", BEHIND_THE_SIGN_IN)
def test_a_stranger_is_sent_to_the_sign_in_and_back(stranger: httpx.Client, path: str) -> None:
    """Pages of calls lead a stranger to the sign-in, which remembers where the visitor wanted to go."""
    response = stranger.get(path)
    assert response.status_code == 303
    assert response.headers["location"] == str(httpx.URL("/sign-in", params={"next": path}))


@pytest.mark.parametrize("path", ["/api/calls", f"/api/calls/{seeding.FLAGGED}"])
def test_a_strange_program_is_told_so_in_json(stranger: httpx.Client, path: str) -> None:
    """The API answers a stranger with 401 and a sentence."""
    response = stranger.get(path)
    assert (response.status_code, response.json()) == (401, {"error": "sign in first"})


def test_the_peaks_tell_the_page_script_in_json(stranger: httpx.Client) -> None:
    """A script that asks for JSON gets 401, not the sign-in page."""
    response = stranger.get(f"/calls/{seeding.FLAGGED}/peaks", headers={"Accept": "application/json"})
    assert response.status_code == 401


def test_a_review_by_a_stranger_is_not_kept(stranger: httpx.Client, ledger: Ledger) -> None:
    """Without a sign-in no form gets as far as the ledger."""
    response = stranger.post(f"/calls/{seeding.FLAGGED}/findings/1/review", data={"decision": "confirmed"})
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=%2Fcalls")


def test_htmx_is_sent_to_the_sign_in_as_a_whole_page(stranger: httpx.Client) -> None:
    """An expired sign-in in the middle of work leads the whole page to the sign-in and back to the call."""
    headers = {"HX-Request": "true", "HX-Current-URL": "http://[/calls"}
    assert stranger.get("/calls", headers=headers).headers["hx-redirect"] == "/sign-in?next=%2Fcalls"
    headers = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/calls/x?y=1"}
    response = stranger.get("/calls", headers=headers)
    assert response.status_code == 401
    assert response.headers["hx-redirect"] == "/sign-in?next=%2Fcalls%2Fx%3Fy%3D1"


def test_signing_in_opens_a_session_of_which_only_the_hash_is_kept(
    stranger: httpx.Client, ledger: Ledger
) -> None:
    """The cookie is HttpOnly and SameSite=Lax, lasts twelve hours, and the ledger has its SHA-256 alone."""
    response = sign_in(stranger, next_path=f"/calls/{seeding.FLAGGED}")
    assert response.headers["location"] == f"/calls/{seeding.FLAGGED}"
    cookie = next(c for c in response.headers.get_list("set-cookie") if c.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = stranger.cookies[SESSION_COOKIE]
    with ledger.transaction() as session:
        row = session.scalars(select(SessionRow)).one()
    assert row.token_sha256 == token_sha256(token) != token
    assert timedelta(hours=11, minutes=59) < row.expires_at - now() <= timedelta(hours=12)
    assert stranger.get("/calls").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "calls"])
def test_the_sign_in_never_leads_to_another_host(stranger: httpx.Client, elsewhere: str) -> None:
    """Where the visitor goes next is a path of this console, whatever the form says."""
    assert sign_in(stranger, next_path=elsewhere).headers["location"] == "/calls"


@pytest.mark.parametrize(("name", "password"), [("li", "wrong"), ("nobody", seeding.PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_told_alike(stranger: httpx.Client, name: str, password: str) -> None:
    """Nobody learns whether the name or the password was wrong."""
    response = sign_in(stranger, name=name, password=password)
    assert response.status_code == 401
    assert "用户名或密码不对" in response.text
    assert SESSION_COOKIE not in stranger.cookies


def test_a_password_beyond_any_length_is_not_hashed(stranger: httpx.Client) -> None:
    """Most of a megabyte for a password is refused like a wrong one; more is not even read."""
    assert sign_in(stranger, password="x" * 900_000).status_code == 401
    assert sign_in(stranger, password="x" * 1_000_000).status_code == 413


def test_a_disabled_user_does_not_get_in(stranger: httpx.Client, ledger: Ledger) -> None:
    """The right password of a disabled user opens nothing."""
    with ledger.transaction() as session:
        session.execute(update(UserRow).values(disabled=True))
    assert sign_in(stranger).status_code == 401


def test_an_unknown_user_costs_a_hash_like_a_known_one(
    stranger: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every attempt verifies one hash, so that time tells nothing about names."""
    verified: list[str] = []

    def note(password_hash: str, password: str) -> bool:
        verified.append(password_hash)
        return False

    monkeypatch.setattr(service, "is_right", note)
    for name in ("li", "nobody"):
        sign_in(stranger, name=name)
    kinds = [password_hash.rsplit("$", 2)[0] for password_hash in verified]
    assert len(kinds) == 2
    assert kinds[0] == kinds[1]  # the same argon2id parameters


def test_guessing_is_slowed(stranger: httpx.Client) -> None:
    """After a few failures even the right password has to wait."""
    for _ in range(FREE_BY_NAME):
        assert sign_in(stranger, password="guess").status_code == 401
    response = sign_in(stranger)
    assert response.status_code == 429
    assert "请稍等片刻" in response.text


def test_the_wait_doubles_and_ends() -> None:
    """Each failure beyond the free ones doubles the wait; a success forgets them."""
    time_s = 0.0
    attempts = Attempts(clock=lambda: time_s)
    for _ in range(FREE_BY_NAME + 3):
        attempts.note_failure("li", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        attempts.check("li", "10.0.0.1")
    attempts.check("li", "10.0.0.2")  # somebody else at another address
    time_s = 7.9
    with pytest.raises(TooManyAttempts):
        attempts.check("li", "10.0.0.1")
    time_s = 8.1
    attempts.check("li", "10.0.0.1")
    attempts.note_success("li", "10.0.0.1")
    attempts.note_failure("li", "10.0.0.1")
    attempts.check("li", "10.0.0.1")


def test_one_address_cannot_try_every_name() -> None:
    """Many names from one address make the address wait."""
    attempts = Attempts(clock=lambda: 0.0)
    for number in range(20):
        attempts.note_failure(f"user{number}", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        attempts.check("li", "10.0.0.1")


def test_an_expired_session_signs_in_again(monitor: httpx.Client, ledger: Ledger) -> None:
    """Twelve hours later the cookie opens nothing."""
    with ledger.transaction() as session:
        session.execute(update(SessionRow).values(expires_at=now() - timedelta(seconds=1)))
    assert monitor.get("/calls").status_code == 303


def test_a_made_up_cookie_opens_nothing(stranger: httpx.Client) -> None:
    """A token that the ledger does not know is nobody's."""
    stranger.cookies.set(SESSION_COOKIE, "made-up")
    assert stranger.get("/calls").status_code == 303


def test_signing_out_ends_the_session_on_the_server(monitor: httpx.Client, ledger: Ledger) -> None:
    """Afterwards not even a copy of the cookie works."""
    token = monitor.cookies[SESSION_COOKIE]
    response = monitor.post("/sign-out", data={"csrf": csrf_of(monitor.get("/calls").text)})
    assert response.headers["location"] == "/sign-in"
    monitor.cookies.set(SESSION_COOKIE, token)
    assert monitor.get("/calls").status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_a_form_without_its_token_is_refused(monitor: httpx.Client, path: str) -> None:
    """Neither form does anything for a foreign page."""
    for csrf in ("", "0" * 64):
        response = monitor.post(path, data={"csrf": csrf, "name": "li", "password": seeding.PASSWORD})
        assert response.status_code == 403
        assert "表单已过期或来源不明" in response.text
    assert monitor.get("/calls").status_code == 200  # still signed in


def test_the_hash_is_argon2id() -> None:
    """The ledger's hashes are argon2id, salted."""
    assert hash_password("a").startswith("$argon2id$")
    assert hash_password("a") != hash_password("a")
