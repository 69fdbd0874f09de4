"""Programs of Debian's that tests drive. Where one is missing a test is skipped, but never under CI."""

from __future__ import annotations

import os
import shutil

import pytest

PACKAGES = {
    "baresip": "baresip",
    "sipp": "sip-tester",
    "chromium": "chromium",
    "kamailio": "kamailio",
    "dot": "graphviz",
    "dovecot": "dovecot-imapd",
    "espeak-ng": "espeak-ng",
}


def needs(program: str) -> pytest.MarkDecorator:
    """A mark for tests that drive `program`."""
    is_missing = shutil.which(program) is None and "CI" not in os.environ
    return pytest.mark.skipif(is_missing, reason=f"install Debian's {PACKAGES[program]}")
