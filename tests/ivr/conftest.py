"""The stage as a fixture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import Ledger
from tests.ivr.stage import SharedStage, Stage


@pytest.fixture
def stage(tmp_path: Path, ledger: Ledger) -> Iterator[Stage]:
    """A folder and a ledger for one line; `stage.start(...)` starts it."""
    prepared = Stage(folder=tmp_path, ledger=ledger)
    yield prepared
    prepared.stop()


@pytest.fixture(scope="module")
def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedStage]:
    """A stage for the tests of one module, of which most want the same line."""
    folder = tmp_path_factory.mktemp("shared")
    opened = Ledger(f"sqlite:///{folder / 'ledger.sqlite3'}")
    opened.migrate()
    prepared = SharedStage(folder=folder, ledger=opened)
    yield prepared
    prepared.close()
    opened.close()
