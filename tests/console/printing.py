"""A page printed by Chromium, and the paper measured: what a reader holds in the hand."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page

from tests.console.browsing import PICTURES

A4_POINTS = (595, 842)
MARKS = re.compile(r"[\s!✓]")  # what style sheets put before a change, and how lines are broken
# Rows of tables, and entries of lists: none may begin on one sheet and end on the next.
PIECES = """[...document.querySelectorAll("main tr, main dl > div, main li")]
    .filter((piece) => piece.checkVisibility()).map((piece) => piece.innerText)"""


def sheets_of(page: Page, name: str) -> list[str]:
    """The text of each sheet: A4, none empty, no row or entry cut, no sign beyond the edge."""
    page.emulate_media(media="print")
    pieces = [MARKS.sub("", piece) for piece in page.evaluate(PIECES)]
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    try:
        texts = [_text_of(sheet) for sheet in printed]
        if PICTURES:
            for number, sheet in enumerate(printed, start=1):
                picture = sheet.render(scale=1.3).to_pil()
                picture.save(Path(PICTURES) / f"{name}-sheet-{number}.png")
    finally:
        printed.close()
    cut = [piece for piece in pieces if not any(piece in text for text in texts)]
    assert (len(pieces) > 10, cut) == (True, []), name
    return texts


def _text_of(sheet: pypdfium2.PdfPage) -> str:
    width, height = sheet.get_size()
    assert (round(width), round(height)) == A4_POINTS
    words = sheet.get_textpage()
    boxes = [words.get_rect(number) for number in range(words.count_rects())]
    assert len(boxes) > 3, "an empty sheet"
    assert all(
        left >= 0 and right <= width and low >= 0 and high <= height for left, low, right, high in boxes
    )
    return MARKS.sub("", words.get_text_range())
