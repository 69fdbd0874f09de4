"""Lets every process of a hotline under test see a clock that steps: the offset stands in a file."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from ledger import clock

OFFSET_FILE = Path(os.environ["FAULTS_CLOCK_OFFSET_FILE"])  # seconds, as text
_true_now = clock.now


def _stepped_now() -> datetime:
    return _true_now() + timedelta(seconds=float(OFFSET_FILE.read_text() or 0))


clock.now = _stepped_now  # before anybody has imported it from there
