"""A console on a free port of loopback, over a ledger of its own."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from console.app import create_app
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, prepare_data_dir
from tests.console import seeding


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose data directory is the test's own."""
    made = Settings(data_dir=tmp_path / "var")
    prepare_data_dir(made)
    return made


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """A ledger with one monitor and one call of each kind."""
    opened = open_ledger(settings)
    with opened.transaction() as session:
        seeding.add_user(session)
        seeding.add_calls(session, settings)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """The application."""
    return create_app(settings, ledger)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Where the application is served."""
    with serve(app) as url:
        yield url


@pytest.fixture
def stranger(address: str) -> Iterator[httpx.Client]:
    """Somebody who has not signed in."""
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def monitor(stranger: httpx.Client) -> httpx.Client:
    """A monitor who has signed in."""
    response = sign_in(stranger)
    assert response.status_code == 303, response.text
    return stranger


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an application from a thread, on a port that the kernel chooses."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def csrf_of(page: str) -> str:
    """The token in a page's first form."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def sign_in(
    client: httpx.Client, *, name: str = "li", password: str = seeding.PASSWORD, next_path: str = "/calls"
) -> httpx.Response:
    """Fill in the sign-in form and send it."""
    page = client.get("/sign-in")
    form = {"csrf": csrf_of(page.text), "name": name, "password": password, "next": next_path}
    return client.post("/sign-in", data=form)
