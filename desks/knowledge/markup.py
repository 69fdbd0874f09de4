"""Markdown of an article as HTML that does no harm: HTML in it stays text, nothing is loaded from afar."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

FIRST_HEADING = 3  # the page has its own title, and the article's stands below it
LAST_HEADING = 6


def html_of(body: str) -> str:
    """The body as HTML. Pictures are left out, links lead to http, https and mail addresses alone."""
    tokens = _reader().parse(body)
    for token in tokens:
        _shape(token)
    return str(_reader().renderer.render(tokens, _reader().options, {}))


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    reader.validateLink = _is_harmless  # type: ignore[method-assign,assignment]
    return reader


def _is_harmless(address: str) -> bool:
    is_here = address.startswith("/") and not address.startswith("//")
    return is_here or address.lower().startswith(("http://", "https://", "mailto:"))


def _shape(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1:]) + FIRST_HEADING - 1, LAST_HEADING)}"
    for child in token.children or ():
        if child.type == "link_open":
            child.attrSet("rel", "noreferrer")
