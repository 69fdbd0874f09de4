"""Health and metrics."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import FastAPI
from structlog.testing import capture_logs

from ledger.database import Ledger
from ledger.tables import Base


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
    assert (response.status_code, response.json()) == (200, {"ok": True, "ledger": True})


def test_a_ledger_that_cannot_be_read_is_told(stranger: httpx.Client, ledger: Ledger) -> None:
    """503 while the ledger's tables are not there."""
    Base.metadata.drop_all(ledger.engine)
    response = stranger.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"ok": False, "ledger": False})


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


def test_metrics_count_calls_by_state(stranger: httpx.Client) -> None:
    """Every state has its line, also those without calls."""
    response = stranger.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.text.splitlines()
    assert "# TYPE hotline_calls gauge" in lines
    assert 'hotline_calls{state="scored"} 4' in lines
    assert 'hotline_calls{state="unrecorded"} 1' in lines
    assert 'hotline_calls{state="transcribed"} 0' in lines


def test_metrics_are_for_this_machine_alone(app: FastAPI) -> None:
    """From elsewhere, also through a proxy on this machine, a sign-in is needed."""
    assert ask(app, "/metrics", "127.0.0.1").status_code == 200
    assert ask(app, "/metrics", "::1").status_code == 200
    assert ask(app, "/metrics", "10.0.0.9").status_code == 303
    assert ask(app, "/metrics", "unix").status_code == 303
    assert ask(app, "/metrics", "127.0.0.1", **{"X-Forwarded-For": "10.0.0.9"}).status_code == 303
