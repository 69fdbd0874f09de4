"""A console on a free port of loopback, over a ledger of its own."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from console.app import create_app
from console.serving import Server
from console.signin.visitors import SESSION_COOKIE
from console.tokens import new_token, token_sha256
from ledger import users
from ledger.clock import now
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, prepare_data_dir
from tests.console import seeding
from tests.console.browsing import open_browser


@pytest.fixture(scope="session")
def seeded_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one monitor and one call of each kind; the tests get copies."""
    folder = tmp_path_factory.mktemp("seeded") / "var"
    made = Settings(data_dir=folder)
    prepare_data_dir(made)
    ledger = open_ledger(made)
    with ledger.transaction() as session:
        seeding.add_user(session)
        seeding.add_calls(session, made)
    ledger.close()
    return folder


@pytest.fixture
def settings(tmp_path: Path, seeded_dir: Path) -> Settings:
    """Settings whose data directory is the test's own."""
    shutil.copytree(seeded_dir, tmp_path / "var")
    return Settings(data_dir=tmp_path / "var")


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """The ledger of the copy."""
    opened = Ledger(settings.ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """The application."""
    return create_app(settings, ledger, seeding.SWITCHBOARD)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Where the application is served."""
    with serve(app) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of the module."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def stranger(address: str) -> Iterator[httpx.Client]:
    """Somebody who has not signed in."""
    # No TLS here, and loading certificates takes longer than most tests; argon2id takes its time on purpose.
    with httpx.Client(base_url=address, verify=False, timeout=120) as client:
        yield client


@pytest.fixture
def monitor(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """A monitor who signed in a while ago: the ledger knows the cookie."""
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger))
    return stranger


def open_session(ledger: Ledger, name: str = "li") -> str:
    """A sign-in of somebody; returns its cookie."""
    token = new_token()
    with ledger.transaction() as session:
        found = users.find_user(session, name)
        assert found
        users.open_session(session, found[0].id, token_sha256(token), now() + timedelta(hours=1))
    return token


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an application from a thread, on a port that the kernel chooses."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(app)
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
