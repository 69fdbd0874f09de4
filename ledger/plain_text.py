"""Bytes of plain text as desks save it: UTF-8, with a byte order mark or without, or GB 18030."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Encoding(StrEnum):
    """What plain text may be in, in the order in which it is tried: almost any bytes pass for the last."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"  # what Windows in Chinese saves as ANSI; GB 2312 and GBK are parts of it


MARK: Final = "\ufeff"


def decoded(data: bytes) -> tuple[str, Encoding] | None:
    """The text without its mark, and what it was in; None where it is neither."""
    for encoding in Encoding:
        try:
            return data.decode(encoding).removeprefix(MARK), encoding
        except UnicodeDecodeError:
            continue
    return None


def text_of(data: bytes) -> str | None:
    """The text alone."""
    found = decoded(data)
    return None if found is None else found[0]
