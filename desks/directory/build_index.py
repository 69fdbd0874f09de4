"""`python -m desks.directory.build_index`: the index of the settings in the environment."""

from __future__ import annotations

import os

from desks.directory.beside import NICENESS
from desks.directory.indexing import build_index, index_path
from ledger.database import open_ledger
from ledger.settings import load_settings


def main() -> None:
    """Build it; whoever searches takes it up by itself."""
    os.nice(NICENESS)
    settings = load_settings()
    ledger = open_ledger(settings)
    build_index(ledger, index_path(settings))
    ledger.close()


if __name__ == "__main__":
    main()
