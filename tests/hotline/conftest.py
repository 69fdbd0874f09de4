"""An installation without lines, for what works on its ledger and folders."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from hotline.commands import options
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, load_settings, prepare_data_dir
from tests.hotline.hall import Hall, eventually, hall
from tests.recorder.chaining import Archive


@pytest.fixture(autouse=True)
def _commands_leave_the_log_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that run in our process set no level for the tests after them."""
    monkeypatch.setattr(options, "set_up_logs", lambda _level: None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory of its own."""
    made = load_settings(data_dir=tmp_path / "var")
    prepare_data_dir(made)
    return made


@pytest.fixture
def books(settings: Settings) -> Iterator[Ledger]:
    """Its ledger."""
    opened = open_ledger(settings)
    yield opened
    opened.close()


@pytest.fixture
def archive(settings: Settings, books: Ledger) -> Archive:
    """Its ledger and recordings, empty."""
    return Archive(ledger=books, folder=settings.recordings_dir)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for a module's tests, in which the phones of its hall live."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(scope="module")
def module_hall(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A fleet behind its edge without callers, started once a module."""
    stack = AsyncExitStack()
    yield runner.run(stack.enter_async_context(hall(tmp_path_factory.mktemp("fleet"))))
    runner.run(stack.aclose())


@pytest.fixture
def opened(module_hall: Hall, runner: asyncio.Runner) -> Iterator[Hall]:
    """The module's hall once all lines serve, what the test before has killed too; nobody is left in it."""
    runner.run(eventually(module_hall.all_serve, 30))
    yield module_hall
    runner.run(module_hall.hang_up_all())
