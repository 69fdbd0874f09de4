"""The list's address, as forms and other pages carry it along."""

from __future__ import annotations

from dataclasses import fields
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from console.listing.schemas import Filters

PARAMETERS: Final = frozenset({each.name for each in fields(Filters)} | {"sort", "order", "view"})


def clean_query(text: str) -> str:
    """An address's parameters with those alone that the list knows, and no place in the list."""
    given = parse_qs(text)
    return urlencode({name: values[0] for name, values in given.items() if name in PARAMETERS})


def list_query(here: str) -> str:
    """The list from which a call's page was opened, by that page's address; empty where it was none."""
    return clean_query(parse_qs(urlsplit(here).query).get("list", [""])[0])
