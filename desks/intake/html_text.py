"""HTML of a mail as text. What strangers send may be made to take for ever: it is straightened out before."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import html2text

LONGEST_HTML: Final = 200_000  # characters that are looked at
DEEPEST: Final = 30  # lists and quotes within each other: each further one indents all that is in it
_COMMENT: Final = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_NO_TAG: Final = re.compile(r"<(?![/!?]?[A-Za-z][^<>]*>)")
_SPACE: Final = re.compile(r"\s{3,}")
_TAG: Final = re.compile(r"<[^<>]*>")
_UNSEEN: Final = re.compile(r"<(script|style)\b[^<>]*>.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_NESTING: Final = re.compile(r"<(/?)(?:ul|ol|dl|blockquote)\b", re.IGNORECASE)


def text_of_html(html: str) -> str:
    """The words, without scripts, styles, pictures and links. Takes time by the length alone."""
    if not html.strip():
        return ""
    straight = _NO_TAG.sub("&lt;", _SPACE.sub("\n", _COMMENT.sub("", html[:LONGEST_HTML])))
    if _depth(straight) > DEEPEST:
        return unescape(_TAG.sub("\n", _UNSEEN.sub("", straight)))
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_images = reader.ignore_emphasis = reader.ignore_links = True
    return str(reader.handle(straight))


def _depth(html: str) -> int:
    """How many lists and quotes are open at most."""
    depth = deepest = 0
    for tag in _NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest
