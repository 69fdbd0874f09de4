"""A loopback server, a catalogue that names it, and a models folder of the test alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_assets import ARCHIVE, GOOD_ZIP, NAME, AssetServer, catalogue_of, pinned

from asr_models.catalogue import Catalogue
from asr_models.store import install


@pytest.fixture
def server() -> Iterator[AssetServer]:
    """A loopback server that gives nothing yet."""
    with AssetServer() as running:
        yield running


@pytest.fixture
def catalogue(server: AssetServer) -> Catalogue:
    """The tiny model with two addresses: `first` and `second`."""
    sources = [{"url": server.url("first")}, {"url": server.url("second")}]
    return catalogue_of(pinned(ARCHIVE, GOOD_ZIP, sources, unpack="zip"))


@pytest.fixture
def models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder of this test alone, with nothing brought by hand."""
    monkeypatch.delenv("HOTLINE_MODELS_FROM", raising=False)
    return tmp_path / "models"


@pytest.fixture
def installed(models_dir: Path, server: AssetServer, catalogue: Catalogue) -> Callable[[], Path]:
    """Installs the tiny model from the first address."""
    server.files["first"] = GOOD_ZIP
    return lambda: install(NAME, models_dir, catalogue=catalogue)
