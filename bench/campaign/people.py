"""Fifty synthetic people, what each does, and what must come of it."""

from __future__ import annotations

from collections.abc import Iterator

from callers.people import Manner, Person
from desks.campaigns.states import Outcome

FIRST = 13_900_000_000
EXPECTED = {
    Manner.ANSWERS: Outcome.COMPLETED,
    Manner.WRONG_KEYS: Outcome.COMPLETED,
    Manner.ONLY_WRONG_KEYS: Outcome.NO_RESPONSE,
    Manner.LEAVES_IN_THE_MIDDLE: Outcome.PARTIAL,
    Manner.LEAVES_AT_ONCE: Outcome.HUNG_UP,
    Manner.SILENT: Outcome.NO_RESPONSE,
    Manner.MACHINE: Outcome.NO_RESPONSE,
    Manner.OPTS_OUT: Outcome.OPTED_OUT,
    Manner.TALKS: Outcome.TALKED,
    Manner.NO_ANSWER: Outcome.NO_ANSWER,
    Manner.BUSY: Outcome.BUSY,
    Manner.REJECTS: Outcome.REJECTED,
    Manner.UNKNOWN: Outcome.UNALLOCATED,
}
# How many of each; a second manner is that of the second call.
CROWD: tuple[tuple[int, tuple[Manner, ...]], ...] = (
    (18, (Manner.ANSWERS,)),
    (4, (Manner.WRONG_KEYS,)),
    (1, (Manner.ONLY_WRONG_KEYS,)),
    (5, (Manner.LEAVES_IN_THE_MIDDLE,)),
    (3, (Manner.LEAVES_AT_ONCE,)),
    (2, (Manner.SILENT,)),
    (2, (Manner.MACHINE,)),
    (2, (Manner.OPTS_OUT,)),
    (3, (Manner.NO_ANSWER,)),
    (2, (Manner.BUSY,)),
    (1, (Manner.REJECTS,)),
    (1, (Manner.UNKNOWN,)),
    (3, (Manner.BUSY, Manner.ANSWERS)),
    (2, (Manner.NO_ANSWER, Manner.ANSWERS)),
    (1, (Manner.LEAVES_AT_ONCE, Manner.LEAVES_IN_THE_MIDDLE)),
)


def crowd(most: int) -> Iterator[Person]:
    """Up to `most` people, the kinds mixed as the whole crowd is."""
    manners = [one for count, one in CROWD for _ in range(count)]
    step = len(manners) / min(most, len(manners))
    for place in range(min(most, len(manners))):
        yield Person(number=str(FIRST + place), manners=manners[int(place * step)])
