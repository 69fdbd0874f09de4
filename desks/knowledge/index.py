"""The index of the articles: pairs of characters, syllables and initials, as in `ledger.search_grams`.

Of titles and tags single characters and syllables are entered too: somebody may look for 费 alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.orm import Session

from ledger.gram_index import GramIndex
from ledger.search_text import BETWEEN, SearchText, pairs_of
from ledger.tables import ArticleTextRow


class By(StrEnum):
    """The columns of the index."""

    HEAD = "head"
    HEAD_SOUNDS = "head_sounds"
    INITIALS = "initials"
    BODY = "body"
    BODY_SOUNDS = "body_sounds"


_INDEX: Final = GramIndex("article_grams", By)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is searched of an article."""

    head: SearchText  # a line for the title, one for each tag
    initials: str  # of these lines: kdbz for 宽带报装
    body: SearchText

    @classmethod
    def of(cls, title: str, tags: Sequence[str], body: str) -> Entry:
        """Of what somebody wrote."""
        head = SearchText.of([title.replace("\n", " "), *tags])
        return cls(head=head, initials=initials_of(head.sounds), body=SearchText.of([body]))

    def grams(self) -> dict[By, list[str]]:
        """What is entered of each column."""
        return {
            By.HEAD: sorted({*self.head.character_pairs, *self.head.characters} - {"\n"}),
            By.HEAD_SOUNDS: sorted({*self.head.sound_pairs, *self.head.sounds.split()}),
            By.INITIALS: pairs_of(self.initials.split("\n")),
            By.BODY: self.body.character_pairs,
            By.BODY_SOUNDS: self.body.sound_pairs,
        }


def initials_of(sounds: str) -> str:
    """The first letter of each syllable, line by line."""
    return "\n".join("".join(syllable[0] for syllable in line.split()) for line in sounds.split("\n"))


def syllable_grams(syllables: Sequence[str]) -> list[str]:
    """What finds these syllables: their pairs, or the one that there is."""
    return pairs_of([syllables], BETWEEN) if len(syllables) > 1 else list(syllables)


def enter(session: Session, article_id: int, entry: Entry) -> None:
    """Search an article by this from now on, and by nothing else."""
    _forget(session, article_id)
    session.add(
        ArticleTextRow(
            article_id=article_id,
            head=entry.head.characters,
            head_sounds=entry.head.sounds,
            initials=entry.initials,
            body=entry.body.characters,
            body_sounds=entry.body.sounds,
        )
    )
    session.flush()
    _INDEX.add(session, article_id, entry.grams())


def having(session: Session, by: By, grams: Sequence[str], *, some: bool = False) -> Select[Any]:
    """Ids of the articles that have all of these in a column, or some of them."""
    return _INDEX.having(session, by, grams, some=some)


def _forget(session: Session, article_id: int) -> None:
    row = session.get(ArticleTextRow, article_id)
    if row is None:
        return
    entry = Entry(
        head=SearchText(characters=row.head, sounds=row.head_sounds),
        initials=row.initials,
        body=SearchText(characters=row.body, sounds=row.body_sounds),
    )
    _INDEX.remove(session, article_id, entry.grams())
    session.delete(row)
    session.flush()
