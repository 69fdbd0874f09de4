"""Chinese first, English by a switch: the catalogue and the cookie that chooses."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from console.assets import LOCALE_DIR
from console.links import local_path

LANGUAGE_COOKIE = "hotline_language"
COOKIE_LIFE_S = 365 * 24 * 3600

router = APIRouter()


class Language(StrEnum):
    """A language of the pages. Message ids are the Chinese strings."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The BCP 47 tag for `<html lang>`."""
        return "zh-CN" if self is Language.ZH else "en"


@cache
def load_translations(language: Language) -> NullTranslations:
    """The language's catalogue, compiled in memory from `messages.po`; Chinese needs none."""
    if language is Language.ZH:
        return NullTranslations()
    path = LOCALE_DIR / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def language_of(request: Request) -> Language:
    """The language that the reader chose, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return Language.EN if chosen == Language.EN else Language.ZH


@router.get("/language/{language}")
def switch_language(language: Language, next: str = "/calls") -> RedirectResponse:  # noqa: A002
    """Remember the language and go back to the page."""
    response = RedirectResponse(local_path(next), status_code=303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=COOKIE_LIFE_S, httponly=True, samesite="lax")
    return response
