"""An installation without lines, for what works on its ledger and folders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, cast

import pytest
import structlog

from hotline.commands import options
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, load_settings, prepare_data_dir
from tests.recorder.chaining import Archive


class _StandardError:
    """Whatever it is just now: a command's runner, or pytest, puts another in its place and closes it."""

    def write(self, text: str) -> None:
        """Write there."""
        sys.stderr.write(text)

    def flush(self) -> None:
        """Nothing is kept back."""
        sys.stderr.flush()


@pytest.fixture(autouse=True)
def _logs_go_to_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that run in our process leave the log to the tests after them."""
    monkeypatch.setattr(options, "set_up_logs", lambda _level: None)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())))


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
