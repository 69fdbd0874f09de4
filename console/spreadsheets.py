"""Lines of CSV for spreadsheets: what they would calculate is text."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

BOM = "\ufeff"  # Excel takes a file without it for the machine's old code page
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # OWASP: a cell that begins so is run by spreadsheets


def harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula: with an apostrophe where it looks like one."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def csv_line(cells: Iterable[str]) -> str:
    """One row of CSV (RFC 4180) with its end."""
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
