"""The synthetic year, served to the tests of one module."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from hotline.desk_year import Loaded, load_year
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, prepare_data_dir
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import open_session, serve


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Ledger, Loaded]]:
    """The year, loaded once; the tests only look at it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("year") / "var")
    prepare_data_dir(settings)
    opened = open_ledger(settings)
    loaded = load_year(opened, seed=1, calls_from=2008)
    with opened.transaction() as session:
        seeding.add_user(session, "li", UserRole.TEAM_LEAD)
    yield settings, opened, loaded
    opened.close()


@pytest.fixture(scope="module")
def where(year: tuple[Settings, Ledger, Loaded]) -> Iterator[str]:
    """Where it is served."""
    with serve(create_app(year[0], year[1], seeding.SWITCHBOARD)) as url:
        yield url


@pytest.fixture
def lead(where: str, year: tuple[Settings, Ledger, Loaded]) -> Iterator[httpx.Client]:
    """A team lead."""
    with httpx.Client(base_url=where, verify=False, timeout=120) as client:
        client.cookies.set(SESSION_COOKIE, open_session(year[1]))
        yield client
