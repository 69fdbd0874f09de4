"""How well an article fits what is looked for: titles before tags before the body. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desks.knowledge.terms import Term

TITLE_ITSELF: Final = 120.0
TITLE_BEGINS: Final = 110.0
TITLE: Final = 100.0
TITLE_SOUNDS: Final = 85.0
TAG: Final = 70.0
TAG_SOUNDS: Final = 58.0
INITIALS: Final = 55.0
BODY: Final = 40.0
BODY_SOUNDS: Final = 28.0
SOME: Final = 24.0  # at most, where only some pairs of a word are there
LEAST_SHARE: Final = 0.3  # of a word's pairs


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched of an article, as the index keeps it; without the body where only titles are."""

    head: str
    head_sounds: str
    initials: str
    body: str = ""
    body_sounds: str = ""


def score(article: Searched, terms: Sequence[Term]) -> float | None:
    """The mean over the words; None where one of them is nowhere."""
    each = [score_of(article, term) for term in terms]
    return None if not each or None in each else sum(filter(None, each)) / len(each)


def score_of(article: Searched, term: Term) -> float | None:
    """The best place of a word."""
    title, *tags = article.head.split("\n")
    if term.characters in title:
        return _in_title(title, term)
    if any(term.characters in tag for tag in tags):
        return TAG
    by_sound = _by_sound(article, term)
    if by_sound is not None:
        return by_sound
    if term.characters in article.body:
        return BODY
    return BODY_SOUNDS if _sounds_in(article.body_sounds, term) else None


def share(article: Searched, term: Term) -> float:
    """How many of a word's neighbouring syllables stand in title and tags, 0 to 1."""
    pairs = [term.syllables[at : at + 2] for at in range(len(term.syllables) - 1)]
    found = sum(f" {' '.join(pair)} " in article.head_sounds for pair in pairs)
    return found / len(pairs) if pairs else 0.0


def _in_title(title: str, term: Term) -> float:
    if title == term.characters:
        return TITLE_ITSELF
    return TITLE_BEGINS if title.startswith(term.characters) else TITLE


def _by_sound(article: Searched, term: Term) -> float | None:
    """In title, tags and their initials."""
    title, *tags = article.head_sounds.split("\n")
    if _sounds_in(title, term):
        return TITLE_SOUNDS
    if any(_sounds_in(tag, term) for tag in tags):
        return TAG_SOUNDS
    return INITIALS if len(term.initials) > 1 and term.initials in article.initials else None


def _sounds_in(sounds: str, term: Term) -> bool:
    if not term.syllables:
        return False
    return f" {' '.join(term.syllables)}{'' if term.is_open else ' '}" in sounds
