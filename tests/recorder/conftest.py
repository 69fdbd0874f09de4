"""What several tests of recordings need."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.database import Ledger
from ledger.settings import Settings, prepare_data_dir
from recorder.keys import append_key, new_key
from tests.recorder.house import House


@pytest.fixture(params=["plain", "encrypted"])
def house(request: pytest.FixtureRequest, tmp_path: Path, ledger: Ledger) -> House:
    """The installation, without and with a key."""
    settings = Settings(data_dir=tmp_path / "var")
    if request.param == "encrypted":
        append_key(tmp_path / "keys", new_key())
        settings = settings.model_copy(update={"recording_key_file": tmp_path / "keys"})
    prepare_data_dir(settings)
    made = House(settings, ledger)
    made.add_call()
    return made
