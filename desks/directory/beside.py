"""Processes of their own for what takes long: requests do not wait, and lines go first."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Final

from ledger.settings import Settings

NICENESS: Final = 10


def start_beside(settings: Settings, module: str) -> None:
    """Run a module; it makes itself nice, and goes on when this process ends."""
    given = {
        "HOTLINE_DATABASE_URL": settings.ledger_url,
        "HOTLINE_DATA_DIR": str(settings.data_dir.resolve()),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        env={**os.environ, **given},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay as a zombie
