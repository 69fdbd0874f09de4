"""The docs' pictures of pages are what browser tests see, and no page of the docs is without its picture."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGEST_BYTES = 250_000


def test_every_picture_is_made_by_a_test_and_shown() -> None:
    """`make pictures` makes all of them; none is left from a page of former days, none is missing."""
    kept = {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")}
    tests = [path.read_text() for path in Path(__file__).parent.glob("test_*_browser.py")]
    made = {name for text in tests for name in re.findall(r'picture_of_docs\("([\w.-]+)"', text)}
    pages = [path.read_text() for path in (*ROOT.glob("docs/*.md"), *ROOT.glob("*.md"))]
    shown = {name for text in pages for name in re.findall(r"\]\([\w/]*pictures/([\w.-]+\.png)\)", text)}
    assert kept == made == shown
    assert len(kept) > 10
    sizes = {name: (ROOT / "docs" / "pictures" / name).stat().st_size for name in kept}
    assert max(sizes.values()) < LARGEST_BYTES, sizes
