"""Where in a text stands what was looked for. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ledger.search import EXACT, Wanted
from ledger.search_text import GAPS, plain_of, syllables_of


def pieces_of(text: str, wanted: Wanted, fit: int) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, and whether each is what was looked for, said so or only sounding so."""
    found = {place for span in _spans(text, wanted, fit) for place in span}
    marked = groupby(enumerate(text), key=lambda sign: sign[0] in found)
    return tuple(("".join(sign for _, sign in signs), is_found) for is_found, signs in marked)


def _spans(text: str, wanted: Wanted, fit: int) -> Iterator[range]:
    """Each place of what was looked for, with blanks and punctuation inside it."""
    places, plain = _plain(text)
    if fit == EXACT:
        heard, sought = list(plain), list(wanted.text.characters)
    else:
        heard, sought = _syllables(plain), wanted.text.sounds.split()
    if len(heard) != len(plain) or not sought or "\n" in sought:
        return
    for at in range(len(heard) - len(sought) + 1):
        if heard[at : at + len(sought)] == sought:
            yield range(places[at], places[at + len(sought) - 1] + 1)


def _plain(text: str) -> tuple[list[int], str]:
    """What is searched of a text, and where in it each sign of that stands."""
    signs = [
        (place, sign)
        for place, written in enumerate(text.translate(GAPS))
        for sign in (written if written == "\n" else plain_of(written))
    ]
    return [place for place, _ in signs], "".join(sign for _, sign in signs)


def _syllables(plain: str) -> list[str]:
    lines = plain.split("\n")
    heard = [[*syllables_of(line), "\n"] for line in lines]
    return [syllable for line in heard for syllable in line][:-1]
