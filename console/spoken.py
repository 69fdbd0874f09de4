"""The templates' `_`: a page says most of its sentences each time, so that these are put in once.

`{{ _("…") }}` is replaced by its translation as the template is read. What is said of a value, or chosen by
one, is translated as the page is rendered, and remembered where it has nothing to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from gettext import NullTranslations
from typing import Final, cast

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup

ALWAYS: Final = re.compile(r"""\{\{ _\((?:"([^"\\{}]*)"|'([^'\\{}]*)')\) \}\}""")
SENTENCES: Final = 4096  # that are remembered: there are fewer


def translator(translations: NullTranslations) -> Callable[..., Markup]:
    """`_` of one language: `%(name)s` in a sentence is filled in, and escaped; the sentence itself is not."""

    @lru_cache(SENTENCES)
    def sentence(msgid: str) -> Markup:
        return Markup(translations.gettext(msgid))  # noqa: S704 - of our catalogue

    @lru_cache(SENTENCES)
    def whole(msgid: str) -> Markup:
        return sentence(msgid) % {}

    def spoken(msgid: str, /, **values: object) -> Markup:
        return sentence(msgid) % values if values else whole(msgid)

    return spoken


class SaidAlways(Extension):
    """Puts sentences without values into the templates, in the language of the environment's `_`."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """A template's text with its sentences translated."""
        return ALWAYS.sub(self._said, source)

    def _said(self, found: re.Match[str]) -> str:
        spoken = cast("Callable[..., Markup]", self.environment.globals["_"])
        sentence = str(spoken(found[1] or found[2]))
        return found[0] if "{" in sentence else sentence  # a brace would mean something to the template


def install(environment: Environment, translations: NullTranslations) -> None:
    """Let an environment's templates speak one language."""
    environment.globals |= {"_": translator(translations)}
    environment.add_extension(SaidAlways)
