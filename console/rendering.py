"""Pages from templates: escaped by default, one environment for each language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache, partial
from gettext import NullTranslations
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import article_words, audit_words, spoken, times, words
from console.assets import TEMPLATES_DIR
from console.language import Language, language_of, load_translations
from console.links import HOME, home_of
from console.listing.addresses import list_query
from console.navigation import links_of
from console.rights import rights_of
from console.rules import rule_ids, rule_title
from console.security import nonce_of
from console.tokens import csrf_token
from ledger.records import User
from ledger.scopes import BY_DESK_AND_TEAM
from ledger.states import UserRole


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Who asks for a page. The secret is the sign-in's token, or before it that of the sign-in form."""

    user: User | None
    secret: str
    rights: frozenset[str] | None = None  # of a program's token: no others count; None: all of the role

    @property
    def csrf(self) -> str:
        """What each of the visitor's forms must carry."""
        return csrf_token(self.secret)

    @property
    def home(self) -> str:
        """The first page of somebody with these rights."""
        return home_of(self.user) if self.user else HOME

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Path and title of each page in the bar."""
        return links_of(self.user) if self.user else ()

    @property
    def is_staff(self) -> bool:
        """Whether the pages of the quality staff are open."""
        return self.user is not None and self.user.role in BY_DESK_AND_TEAM

    @property
    def is_operator(self) -> bool:
        """Whether the own state and calls are all that is to be seen."""
        return self.user is not None and self.user.role is UserRole.OPERATOR


NOBODY = Visitor(user=None, secret="")


class Pages:
    """Renders the templates. `page` answers a request whole, `fragment` the part that htmx asked for."""

    def __init__(self, zone: tzinfo) -> None:
        self._translations = {language: load_translations(language) for language in Language}
        self._environments = {language: _environment(language, zone) for language in Language}

    def translate(self, language: Language, msgid: str) -> str:
        """A sentence in the reader's language."""
        return self._translations[language].gettext(msgid)

    def translations(self, language: Language) -> NullTranslations:
        """The reader's catalogue."""
        return self._translations[language]

    def render(self, language: Language, template: str, /, **values: Any) -> str:
        """A template's text, without anything of a request."""
        return self._environments[language].get_template(template).render(**values)

    def page(
        self, request: Request, template: str, visitor: Visitor, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page or fragment in the reader's language. Never kept by caches: it tells of people."""
        language = language_of(request)
        body = self.render(
            language,
            template,
            visitor=visitor,
            language=language,
            here=_address(request),
            nonce=nonce_of(request),
            **values,
        )
        headers = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"}
        return HTMLResponse(body, status_code=status, headers=headers)


def is_fragment_wanted(request: Request) -> bool:
    """Whether htmx asks for a part of a page; going back in the history needs the whole one."""
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _language_link(language: str, here: str) -> str:
    return f"/language/{language}?{urlencode({'next': here})}"


def _address(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


@cache  # compiled templates are the same for all that render in a process
def _environment(language: Language, zone: tzinfo) -> Environment:
    translations = load_translations(language)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    spoken.install(environment, translations)
    environment.filters |= {
        "local_time": partial(_moment, zone=zone),
        "local_minute": partial(times.local_minute, zone=zone),
        "clock": times.clock,
        "iso_time": lambda told: _moment(datetime.fromisoformat(told), zone=zone),
        "percent": _percent,
    }
    environment.globals |= {
        "words": words,
        "article_words": article_words,
        "audit_words": audit_words,
        "language_link": _language_link,
        "list_query_of": list_query,
        "rights_of": rights_of,
        "rule_ids": rule_ids,
        "rule_title": partial(rule_title, translations=translations),
    }
    return environment


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}%"


def _moment(moment: datetime, *, zone: tzinfo) -> str:
    return times.local_time(moment, zone)
