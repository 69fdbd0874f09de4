"""What hostile visitors send: refused in a sentence, nothing kept, nothing run, nothing told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from html import escape
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from console.body_limit import MOST_BYTES
from console.signin.visitors import SESSION_COOKIE
from console.tokens import csrf_token, token_sha256
from ledger.database import Ledger
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import open_session
from tests.console.seeding import FLAGGED, SCRIPT, SCRIPTED

LONG = "x" * (MOST_BYTES + 1)


def test_a_tampered_cookie_opens_nothing(stranger: httpx.Client, ledger: Ledger) -> None:
    """Neither one letter changed, nor the hash that the ledger holds, nor two tokens, nor rubbish."""
    token = open_session(ledger)
    other = "A" if token[0] != "A" else "B"
    for cookie in (
        other + token[1:],
        token[:-1],
        token + "A",
        token_sha256(token),
        "' OR 1=1 --",
        "\xff",
        "",
    ):
        answer = stranger.get(
            "/api/calls", headers={"Cookie": f"{SESSION_COOKIE}={cookie}".encode("latin-1")}
        )
        assert answer.status_code == 401, cookie


def test_a_form_made_with_another_sign_ins_token_is_forged(stranger: httpx.Client, ledger: Ledger) -> None:
    """The token of somebody else's form, be it an administrator's, is no token of this one."""
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", UserRole.ADMINISTRATOR)
    chens = open_session(ledger, "chen")
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger))
    form = {"csrf": csrf_token(chens), "decision": "confirmed"}
    assert stranger.post(f"/calls/{FLAGGED}/findings/1/review", data=form).status_code == 403
    stranger.cookies.set("hotline_form", chens)
    assert stranger.post("/sign-out", data=form).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/calls/../../../etc/passwd",
        "/calls/%2e%2e%2f%2e%2e%2fetc%2fpasswd/audio",
        "/calls/..%5c..%5cledger.sqlite3/download",
        "/handed-out/%2e%2e%2fledger.sqlite3",
        "/calls/%00/audio",
        "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/people/%2e%2e",
        "/calls/\ud83d\ude00/peaks".encode("utf-16", "surrogatepass").decode("utf-16"),
    ],
)
def test_no_address_leads_out(address: str, ledger: Ledger, path: str) -> None:
    """Sent as it is, without a client that tidies it: 404 or a refusal, and never a file."""
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", UserRole.ADMINISTRATOR)
    status, answer = send_raw(
        address, f"GET {path} HTTP/1.1", f"Cookie: {SESSION_COOKIE}={open_session(ledger, 'chen')}"
    )
    assert status in {400, 403, 404, 422}
    assert b"root:" not in answer
    assert b"SQLite format" not in answer
    assert b"Traceback" not in answer


def test_an_address_with_nul_is_refused_before_a_database_is_asked(monitor: httpx.Client) -> None:
    """PostgreSQL fails over it where SQLite finds nothing: in paths it is no page, in fields no value."""
    answers = [monitor.get(path) for path in ("/calls/%00/row", "/figures?desk=a%00")]
    assert [answer.status_code for answer in answers] == [404, 422]


def send_raw(address: str, *lines: str) -> tuple[int, bytes]:
    """A request as bytes; the status and all that comes."""
    parts = urlsplit(address)
    request = "\r\n".join([*lines, f"Host: {parts.netloc}", "Connection: close", "", ""])
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as connection:
        answer = b""
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
            connection.sendall(request.encode())
        with suppress(ConnectionResetError):
            while more := connection.recv(65536):
                answer += more
    return (int(answer.split(b" ", 2)[1]) if answer else 400), answer


@pytest.mark.parametrize(
    ("path", "shown"),  # how often at least
    [
        (
            f"/calls/{SCRIPTED}",
            7,
        ),  # caller, a fact's name and value, why not asked, turn, evidence, one's name
        ("/calls", 2),
        (f"/calls?text={SCRIPT}", 3),
        (f"/sign-in?next=/calls?text={SCRIPT}", 1),
    ],
)
def test_a_script_is_shown_and_never_run(
    stranger: httpx.Client, ledger: Ledger, path: str, shown: int
) -> None:
    """In a transcript, a caller, a fact, a filter, a name, an address: escaped wherever it stands."""
    with ledger.transaction() as session:
        seeding.add_user(session, "wang", shown=SCRIPT)
    if not path.startswith("/sign-in"):
        stranger.cookies.set(SESSION_COOKIE, open_session(ledger, "wang"))
    page = stranger.get(path).text
    assert page.count(escape(SCRIPT)) >= shown
    assert SCRIPT not in page


@pytest.mark.parametrize(
    "path", [f"/calls?hotline={SCRIPT}&operator={SCRIPT}", f"/calls/{SCRIPT}", f"/samples/{SCRIPT}"]
)
def test_a_script_for_a_key_is_not_even_told(monitor: httpx.Client, path: str) -> None:
    """What is no number, operator, call or sample is not repeated in the answer."""
    page = monitor.get(path).text
    assert "</html>" in page
    assert "alert(1)" not in page


def test_a_filter_of_ten_megabytes_is_refused(address: str, ledger: Ledger) -> None:
    """In the address, before anything looks at it; the console goes on."""
    cookie = f"Cookie: {SESSION_COOKIE}={open_session(ledger)}"
    status, _ = send_raw(address, f"GET /calls?text={'x' * 10_000_000} HTTP/1.1", cookie)
    assert status in {400, 414, 431}
    assert send_raw(address, "GET /healthz HTTP/1.1")[0] == 200
    for long in ("text", "operator", "state", "after"):
        assert send_raw(address, f"GET /calls?{long}={'x' * 60_000} HTTP/1.1", cookie)[0] in {400, 422}


def test_more_than_a_form_holds_is_not_read(app: FastAPI, ledger: Ledger) -> None:
    """413, whether the length is told or not, as a page and in JSON; a byte less is read and judged."""
    token = open_session(ledger)
    headers = {"Cookie": f"{SESSION_COOKIE}={token}"}

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(21):
            yield b"x" * 50_000

    async def statuses() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers) as client:
            path = f"/calls/{FLAGGED}/findings/1/review"
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answers = [
                await client.post(path, data={"comment": LONG}),
                await client.post(path, content=in_pieces(), headers=form),
                await client.post(f"/api/calls/{FLAGGED}/masks", content=f'"{LONG}"'),
                await client.post(path, data={"csrf": csrf_token(token), "comment": "x" * 900_000}),
            ]
            assert "提交的内容太长" in answers[0].text
            assert list(answers[2].json()) == ["error"]
            return [answer.status_code for answer in answers]

    assert asyncio.run(statuses()) == [413, 413, 413, 422]
