"""An installation without lines, for what works on its ledger and folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.commands import options
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, load_settings, prepare_data_dir
from tests.recorder.chaining import Archive


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs in our process would log to its runner's error stream, which closes with it."""
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
