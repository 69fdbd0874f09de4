"""Which articles a call leads to by itself: by the number dialled, the menus, the keys, what was keyed in.

A hint is a line: `hotline:112`, `desk:112`, `menu:faults`, `key:faults/2`, `fact:fault_number` (whatever it
is), `fact:fault_number=0395*` (with `*` for any digits).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desks.knowledge.errors import BadArticle
from ledger.tables import ArticleHintRow

_HINT: Final = re.compile(
    r"(?P<kind>hotline|desk|menu|key|fact):(?P<name>[^\s=:]{1,100})(=(?P<value>\S{1,64}))?"
)
LONGEST: Final = 128


class Kind(StrEnum):
    """What of a call leads to an article, the most telling first."""

    VALUE = "value"  # a fact whose value fits
    FACT = "fact"
    KEY = "key"
    MENU = "menu"
    DESK = "desk"
    HOTLINE = "hotline"


WEIGHTS: Final = {
    kind: weight for weight, kind in enumerate(reversed(list(Kind)), start=1)
}  # the more particular, the more it counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of a call before anybody has spoken."""

    hotline: str = ""
    desk: str = ""
    menus: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()  # MENU/KEY
    facts: Mapping[str, str] = field(default_factory=dict)

    def things(self) -> list[str]:
        """As hints name them, without values."""
        named = (("hotline", [self.hotline]), ("desk", [self.desk]), ("menu", self.menus), ("key", self.keys))
        things = [f"{kind}:{name}" for kind, names in named for name in names if name]
        return things + [f"fact:{key}" for key in self.facts]


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """A hint that a call meets."""

    article_id: int
    hint: str
    weight: int


def checked_hint(line: str) -> str:
    """A hint. Raises BadArticle."""
    found = _HINT.fullmatch(line.strip())
    if found is None or (found["value"] and found["kind"] != "fact"):
        raise BadArticle(
            "hints", f"{line[:40]!r} is no hint; write e.g. key:faults/2 or fact:fault_number=0395*"
        )
    return found[0]


def enter(session: Session, article_id: int, hints: Iterable[str]) -> None:
    """Make these the hints of an article."""
    session.execute(delete(ArticleHintRow).where(ArticleHintRow.article_id == article_id))
    for hint in hints:
        known, _, pattern = hint.partition("=")
        session.add(ArticleHintRow(article_id=article_id, known=known, pattern=pattern))
    session.flush()


def met(session: Session, known: Known) -> list[Met]:
    """The hints that a call meets, the most telling first."""
    things = known.things()
    if not things:
        return []
    rows = session.scalars(select(ArticleHintRow).where(ArticleHintRow.known.in_(things)))
    fitting = [_met(row) for row in rows if _fits(row, known)]
    return sorted(fitting, key=lambda one: (-one.weight, one.article_id))


def _fits(row: ArticleHintRow, known: Known) -> bool:
    if not row.pattern:
        return True
    value = known.facts.get(row.known.removeprefix("fact:"), "")
    return fnmatchcase(value, row.pattern.replace("[", "[[]").replace("?", "[?]"))


def _met(row: ArticleHintRow) -> Met:
    kind = Kind.VALUE if row.pattern else Kind(row.known.partition(":")[0])
    hint = f"{row.known}={row.pattern}" if row.pattern else row.known
    return Met(article_id=row.article_id, hint=hint, weight=WEIGHTS[kind])
