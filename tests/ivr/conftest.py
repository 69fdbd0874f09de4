"""The stage as a fixture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import Ledger
from tests.ivr.stage import Stage


@pytest.fixture
def stage(tmp_path: Path, ledger: Ledger) -> Iterator[Stage]:
    """A folder and a ledger for one line; `stage.start(...)` starts it."""
    prepared = Stage(folder=tmp_path, ledger=ledger)
    yield prepared
    prepared.stop()
