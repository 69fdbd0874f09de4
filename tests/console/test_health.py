"""Health and metrics."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from console.app import create_app
from console.health.sip_probe import answers_sip
from console.switchboard import SipAddress, Switchboard
from hotline.ports import free_port
from ledger import lines
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import LineState
from ledger.tables import Base
from tests.console import live, seeding


def ask(app: FastAPI, path: str, host: str, **headers: str) -> httpx.Response:
    """Ask the application as a client at another address would."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(host, 50000), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(get())


def test_health_needs_no_sign_in(stranger: httpx.Client) -> None:
    """A supervisor asks without a password."""
    response = stranger.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True, "ledger": True, "problems": []})


def test_a_ledger_that_cannot_be_read_is_told(stranger: httpx.Client, ledger: Ledger) -> None:
    """503 while the ledger's tables are not there."""
    Base.metadata.drop_all(ledger.engine)
    response = stranger.get("/healthz")
    assert (response.status_code, response.json()["ok"], response.json()["ledger"]) == (503, False, False)
    assert response.json()["problems"][0].startswith("the ledger cannot be read: ")
    response = stranger.get("/readyz")
    assert (response.status_code, response.json()["checks"]["ledger"]) == (503, False)


def test_a_broken_ledger_shows_people_a_sentence_and_no_traceback(app: FastAPI, ledger: Ledger) -> None:
    """Our own faults are told without their insides, and with the headers of every answer."""
    Base.metadata.drop_all(ledger.engine)
    with capture_logs() as logs:
        response = ask(app, "/calls", "127.0.0.1", cookie="hotline_session=x")
    assert response.status_code == 500
    assert "系统出错" in response.text
    assert "Traceback" not in response.text
    assert isinstance(next(log for log in logs if log["event"] == "request_failed")["exc_info"], Exception)
    assert "sqlite" not in response.text.lower()
    assert "default-src 'self'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(("path", "status"), [("/metrics", 200), ("/readyz", 503)])
def test_figures_are_for_this_machine_alone(app: FastAPI, path: str, status: int) -> None:
    """From elsewhere, also through a proxy on this machine, a sign-in is needed."""
    assert ask(app, path, "127.0.0.1").status_code == status
    assert ask(app, path, "::1").status_code == status
    assert ask(app, path, "10.0.0.9").status_code == 303
    assert ask(app, path, "unix").status_code == 303
    assert ask(app, path, "127.0.0.1", **{"X-Forwarded-For": "10.0.0.9"}).status_code == 303


def readiness(client: httpx.Client) -> tuple[int, list[str]]:
    """The status and the sentences."""
    response = client.get("/readyz")
    body = response.json()
    assert body["ok"] is all(body["checks"].values()) is (not body["problems"])
    return response.status_code, body["problems"]


def test_a_hotline_with_a_serving_line_is_ready(stranger: httpx.Client, ledger: Ledger) -> None:
    """200 and nothing to say; a second line that is dead does not turn callers away."""
    with ledger.transaction() as session:
        live.add_line(session, "line-1")
        live.add_line(session, "line-2", seen_before_s=60)
    assert readiness(stranger) == (200, [])


def test_no_line_at_all_is_told(stranger: httpx.Client) -> None:
    """Before the first start nobody would answer."""
    assert readiness(stranger) == (503, ["no line has ever started: start them with `hotline up`"])


def test_lines_that_do_not_serve_are_told(stranger: httpx.Client, ledger: Ledger) -> None:
    """Dead and draining lines are counted in the sentence."""
    with ledger.transaction() as session:
        live.add_line(session, "line-1", seen_before_s=60)
        live.add_line(session, "line-2")
        lines.set_line_state(session, "line-2:1", LineState.DRAINING)
    status, (problem,) = readiness(stranger)
    assert status == 503
    assert problem.startswith("no line serves (1 dead, 1 draining): ")


def test_workers_that_fall_behind_are_told(stranger: httpx.Client, ledger: Ledger) -> None:
    """A call that ended an hour ago and is not sealed yet."""
    with ledger.transaction() as session:
        live.add_line(session, "line-1")
        seeding.add_call(session, "old", now() - timedelta(hours=1))
    status, (problem,) = readiness(stranger)
    assert status == 503
    assert re.match(r"1 calls wait for the workers, the oldest for (59|60) min: ", problem)


def test_a_full_disk_is_told(stranger: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls would be answered and not recorded."""
    monkeypatch.setattr("recorder.room.DiskWatch.free_mb", lambda _self: 100.0)
    with ledger.transaction() as session:
        live.add_line(session, "line-1")
    status, (problem,) = readiness(stranger)
    assert status == 503
    assert re.match(r"only 100 MB are free for recordings, ", problem)


def test_a_disk_that_fills_is_warned_of(
    stranger: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hotline is ready all the same."""
    monkeypatch.setattr("recorder.room.DiskWatch.free_mb", lambda _self: 1000.0)
    with ledger.transaction() as session:
        live.add_line(session, "line-1")
    assert readiness(stranger) == (200, [])
    (warning,) = stranger.get("/readyz").json()["warnings"]
    assert warning.startswith("only 1000 MB are free, 2048 MB are wanted: ")


@contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[SipAddress]:
    """Somebody on a UDP port who answers each request in some way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))

        def serve() -> None:
            with suppress(OSError):  # closed at the end
                while True:
                    request, whence = wire.recvfrom(65_535)
                    wire.sendto(answer(request), whence)

        threading.Thread(target=serve, daemon=True).start()
        yield SipAddress(host="127.0.0.1", port=wire.getsockname()[1])


def as_200(request: bytes) -> bytes:
    """200 with the request's own headers, as a SIP server answers OPTIONS."""
    return request.replace(request.split(b"\r\n")[0], b"SIP/2.0 200 OK", 1)


def test_only_an_answer_to_our_own_question_counts() -> None:
    """Whoever answers OPTIONS is there; another dialog's answer, rubbish and silence are nobody."""
    with answering(as_200) as there:
        assert answers_sip(there)
    with answering(lambda _: b"SIP/2.0 200 OK\r\nCall-ID: other\r\n\r\n") as stranger_there:
        assert not answers_sip(stranger_there, patience_s=0.2)
    with answering(lambda request: request) as echo:
        assert not answers_sip(echo, patience_s=0.2)
    assert not answers_sip(SipAddress(host="127.0.0.1", port=free_port()), patience_s=0.2)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "nothing answers SIP at "),
        (2, "2 lines serve, but the edge (Kamailio) before them does not answer at "),
    ],
)
def test_a_missing_edge_is_told(settings: Settings, ledger: Ledger, count: int, words: str) -> None:
    """Lines that nobody can reach are not ready; several need the edge."""
    sip = SipAddress(host="127.0.0.1", port=free_port())
    with ledger.transaction() as session:
        for number in range(count):
            live.add_line(session, f"line-{number}")
    response = ask(create_app(settings, ledger, Switchboard(sip=sip)), "/readyz", "127.0.0.1")
    assert response.status_code == 503
    assert response.json()["problems"][0].startswith(f"{words}{sip}: ")
    with answering(as_200) as there:
        app = create_app(settings, ledger, Switchboard(sip=there))
        assert ask(app, "/readyz", "127.0.0.1").status_code == 200
