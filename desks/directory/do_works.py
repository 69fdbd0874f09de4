"""`python -m desks.directory.do_works`: whatever long work is due on the ledger of the environment."""

from __future__ import annotations

import os

from desks.directory.beside import NICENESS
from desks.directory.working import work_off
from ledger.database import open_ledger
from ledger.settings import load_settings


def main() -> None:
    """Do it; ends at once where another process is at it, which then does all."""
    os.nice(NICENESS)
    ledger = open_ledger(load_settings())
    work_off(ledger)
    ledger.close()


if __name__ == "__main__":
    main()
