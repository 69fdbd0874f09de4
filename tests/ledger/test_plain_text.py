"""Plain text is read as Chinese desks save it."""

from __future__ import annotations

import pytest

from ledger.plain_text import Encoding, decoded, text_of


@pytest.mark.parametrize(
    ("saved_as", "encoding"),
    [("utf-8", Encoding.UTF_8), ("utf-8-sig", Encoding.UTF_8), ("gbk", Encoding.GB18030)],
)
def test_text_is_read_without_its_mark_whatever_it_was_saved_as(saved_as: str, encoding: Encoding) -> None:
    """UTF-8 with a mark and without, and the old code page."""
    assert decoded("名称,号码".encode(saved_as)) == ("名称,号码", encoding)


def test_what_is_neither_is_no_text() -> None:
    """A byte that begins nothing in either."""
    assert text_of(b"\xff\xfe\xff") is None
