"""Bytes of a mail as text: Chinese ones are often labelled gb2312 and hold GB 18030, or are not labelled."""

from __future__ import annotations

from typing import Final

from ledger.plain_text import text_of

_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}


def decoded(content: bytes, label: str | None) -> str:
    """The text; what fits no charset is replaced sign by sign. Never fails."""
    name = (label or "").strip().lower()
    try:
        text = content.decode(_WIDER.get(name, name))
        text.encode()  # half a surrogate pair is no text that can be kept
    except (LookupError, ValueError):  # no label, or a wrong one
        guessed = text_of(content)
        return content.decode("utf-8", errors="replace") if guessed is None else guessed
    return text
