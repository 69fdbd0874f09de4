"""The options of a long selection: hundreds of operators on every page, written once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

KEPT: Final = 64  # lists of options
_ID: Final = re.compile(r"[\w.-]{1,64}")
Named = tuple[tuple[str, str | None], ...]  # each value, and what it is called


def options(values: tuple[str, ...], names: Mapping[str, str], chosen: str) -> Markup:
    """One option for each value, with its name behind it where it has one."""
    named = tuple((value, names.get(value)) for value in values)
    written = _written(named)
    if chosen in values:
        at = values.index(chosen)
        written = (*written[:at], _option(*named[at], " selected"), *written[at + 1 :])
    return Markup("").join(written)


def is_unoffered(chosen: object, values: Iterable[object]) -> bool:
    """Whether what applies is no choice of a selection, and is an id all the same: it is shown then."""
    told = str(chosen or "")
    return bool(_ID.fullmatch(told)) and told not in map(str, values)


@lru_cache(KEPT)
def _written(named: Named) -> tuple[Markup, ...]:
    return tuple(_option(value, name) for value, name in named)


def _option(value: str, name: str | None, more: str = "") -> Markup:
    if name is None:
        return Markup(f"<option{more}>{escape(value)}</option>")  # noqa: S704 - escaped here
    return Markup(f'<option value="{escape(value)}"{more}>{escape(f"{value} {name}")}</option>')  # noqa: S704
