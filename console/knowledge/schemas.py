"""What the knowledge pages show and what their forms send."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import BaseModel

from console.errors import BadInput
from console.texts import Number, check_signs, checked_day
from console.words import N_
from desks.knowledge.differences import Change, Line, differences
from desks.knowledge.records import Hit, Text, Version
from desks.knowledge.terms import LONGEST_TEXT
from ledger.search_text import plain_of

EXCERPT: Final = 90  # characters
_SIGNS: Final = re.compile(r"[*_`#>|]+|^[-\d.\s]+", re.MULTILINE)
_BETWEEN: Final = re.compile(r"[,，、;；\n]+")

FIELD_WORDS: Final = {
    "title": N_("请填写标题：1 到 200 个字符，要有能查的字。"),
    "body": N_("请填写正文：1 到 20000 个字符。"),
    "why": N_("请填写更改原因：1 到 500 个字符。"),
    "tags": N_("标签最多 20 个，每个最多 64 个字符。"),
    "desks": N_("服务台最多 20 个。"),
    "hints": N_("来电提示有一行写得不对：例如 key:faults/2 或 fact:fault_number。"),
    "owner": N_("负责人最多 128 个字符。"),
    "valid_to": N_("停用日期不能早于启用日期。"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundView:
    """An article in a list."""

    hit: Hit
    excerpt: str
    is_due: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """A field that two versions have otherwise."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What differs between two versions."""

    before: Version
    after: Version
    fields: tuple[FieldChange, ...]
    lines: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        """Whether they say the same."""
        return not self.fields and all(line.change is Change.SAME for line in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """An article as a form sends it."""

    title: str = ""
    body: str = ""
    tags: str = ""
    desks: tuple[str, ...] = ()
    hints: str = ""
    valid_from: str = ""
    valid_to: str = ""
    owner: str = ""
    review_by: str = ""
    why: str = ""

    @classmethod
    def of(cls, text: Text) -> Typed:
        """To be changed."""
        return cls(
            title=text.title,
            body=text.body,
            tags="，".join(text.tags),
            desks=text.desks,
            hints="\n".join(text.hints),
            valid_from=_shown(text.valid_from),
            valid_to=_shown(text.valid_to),
            owner=text.owner,
            review_by=_shown(text.review_by),
        )

    def read(self) -> Text:
        """The article. Raises BadInput."""
        for name in ("title", "body", "tags", "hints", "owner", "why"):
            check_signs(name, getattr(self, name), FIELD_WORDS[name])
        return Text(
            title=self.title,
            body=self.body,
            tags=tuple(_BETWEEN.split(self.tags)),
            desks=self.desks,
            hints=tuple(self.hints.split("\n")),
            valid_from=_day(self.valid_from, "valid_from"),
            valid_to=_day(self.valid_to, "valid_to"),
            owner=self.owner,
            review_by=_day(self.review_by, "review_by"),
        )


class ArticleOrder(BaseModel, extra="forbid"):
    """An article to be written. Days are ISO dates; hints are lines such as `key:faults/2`."""

    title: str
    body: str
    tags: list[str] = []
    desks: list[str] = []
    hints: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None
    owner: str = ""
    review_by: date | None = None
    why: str

    def read(self) -> Text:
        """The article. Raises BadInput."""
        for name, said in (
            ("title", self.title),
            ("body", self.body),
            ("why", self.why),
            ("owner", self.owner),
        ):
            check_signs(name, said)
        for word in (*self.tags, *self.desks, *self.hints):
            check_signs("tags, desks, hints", word)
        lists = {name: tuple(getattr(self, name)) for name in ("tags", "desks", "hints")}
        return Text(
            title=self.title,
            body=self.body,
            owner=self.owner,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            review_by=self.review_by,
            **lists,
        )


class ArticleChange(ArticleOrder):
    """The version that follows `begun`."""

    begun: Number


def compare(before: Version, after: Version) -> Comparison:
    """Two versions of an article."""
    old, new = Typed.of(before.text), Typed.of(after.text)
    names = ("title", "tags", "hints", "valid_from", "valid_to", "owner", "review_by")
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in names]
    pairs.insert(2, ("desks", "，".join(old.desks), "，".join(new.desks)))
    fields = tuple(FieldChange(field=name, before=a, after=b) for name, a, b in pairs if a != b)
    lines = tuple(differences(before.text.body, after.text.body))
    return Comparison(before=before, after=after, fields=fields, lines=lines)


def found_views(hits: Sequence[Hit], typed: str, today: date) -> tuple[FoundView, ...]:
    """Articles with the line that says what is looked for."""
    return tuple(
        FoundView(
            hit=hit, excerpt=excerpt_of(hit.version.text.body, typed), is_due=hit.version.text.is_due(today)
        )
        for hit in hits
    )


def excerpt_of(body: str, typed: str) -> str:
    """The first line that has what was typed, else the first; without Markdown's signs."""
    lines = [line for line in (_SIGNS.sub(" ", line).strip() for line in body.split("\n")) if line]
    wanted = plain_of(typed)
    best = next((line for line in lines if wanted and wanted in plain_of(line)), lines[0] if lines else "")
    best = " ".join(best.split())
    return best if len(best) <= EXCERPT else f"{best[: EXCERPT - 1]}…"


def checked_query(typed: str) -> str:
    """What is looked for. Raises BadInput."""
    if len(typed) > LONGEST_TEXT:
        raise BadInput(
            f"q has at most {LONGEST_TEXT} characters", N_("要查的话太长。请缩短到 200 个字以内。")
        )
    check_signs("q", typed)
    return typed.strip()


def _day(text: str, name: str) -> date | None:
    return checked_day(text, name) if text.strip() else None


def _shown(day: date | None) -> str:
    return "" if day is None else day.isoformat()
