"""The search for a phrase written out plainly, one cell after the other: what the fast one must equal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ledger.alike_sounds import FINAL_COSTS, INITIAL_COSTS
from qa_scoring.conversation import Span
from qa_scoring.heard import WALL_COST, Heard
from qa_scoring.phrases import Phrase, Way
from qa_scoring.sound import EXACT, LONGEST_STRETCH, Hit

UNITS = 20  # to a cost of 1


class PlainListener:
    """Every phrase against every place, whatever is asked for."""

    def __init__(self, phrases: Sequence[Phrase], heard: Heard) -> None:
        self.heard = heard
        self._costs = {phrase: self._row(phrase.ways, range(len(heard.syllables))) for phrase in phrases}

    def best(self, phrases: Sequence[Phrase], within: Span) -> Hit | None:
        """The most alike place of any of the phrases, the first of several."""
        first, past = self.heard.places_within(within)
        ends = [(phrase, place) for phrase in phrases for place in range(first, past)]
        if not ends:
            return None
        phrase, place = min(ends, key=lambda end: self._costs[end[0]][end[1]] / len(end[0]))
        if self._costs[phrase][place] >= len(phrase) - EXACT:
            return None
        return self._hit(phrase, place, first)

    def worth_a_look(
        self, phrases: Sequence[Phrase], within: Span, *, least: float | None = None, doubt: float = 0.0
    ) -> list[Phrase]:
        """Those that are somewhere within the span as alike as each needs, or `least`, less the doubt."""
        first, past = self.heard.places_within(within)
        asked = {each: (each.needed_likeness if least is None else least) - doubt for each in phrases}
        return [phrase for phrase in phrases if self._ends(phrase, first, past, asked[phrase])]

    def hits(self, phrase: Phrase, within: Span, *, least: float) -> list[Hit]:
        """The best end first, and then whatever does not overlap."""
        first, past = self.heard.places_within(within)
        found: list[Hit] = []
        for end in sorted(self._ends(phrase, first, past, least), key=self._costs[phrase].__getitem__):
            hit = self._hit(phrase, end, first)
            if all(hit.last < other.first or hit.first > other.last for other in found):
                found.append(hit)
        return sorted(found, key=lambda hit: hit.first)

    def _ends(self, phrase: Phrase, first: int, past: int, least: float) -> list[int]:
        most = (1.0 - least) * len(phrase) + EXACT
        return [place for place in range(first, past) if self._costs[phrase][place] <= most]

    def _hit(self, phrase: Phrase, last: int, earliest: int) -> Hit:
        stretch = int(len(phrase) * LONGEST_STRETCH) + 2
        back = range(last, max(-1, last - stretch), -1)
        costs = self._row(phrase.ways[::-1], back, anchored=True)
        first = max(earliest, last - costs.index(min(costs)))
        spoken = [each for each in self.heard.syllables[first : last + 1] if each]
        return Hit(
            phrase=phrase,
            first=first,
            last=last,
            start_s=min((each.start_s for each in spoken), default=math.nan),
            end_s=max((each.end_s for each in spoken), default=math.nan),
            text=self.heard.text(first, last),
            likeness=min(1.0, max(0.0, 1.0 - self._costs[phrase][last] / len(phrase))),
        )

    def _row(self, ways: Sequence[Way], places: range, *, anchored: bool = False) -> list[float]:
        extras = [round(float(self.heard.extra_costs[place]) * UNITS) for place in places]
        before = [sum(extras[:at]) if anchored else 0 for at in range(len(places) + 1)]
        for way in ways:
            drop = round(way.drop_cost * UNITS)
            after = [before[0] + drop]
            for at, place in enumerate(places):
                swapped = before[at] + self._swap(way, place)
                after.append(min(before[at + 1] + drop, swapped, after[at] + extras[at]))
            before = after
        return [cost / UNITS for cost in before[1:]]

    def _swap(self, way: Way, place: int) -> int:
        heard = self.heard.syllables[place]
        if heard is None:
            return round(WALL_COST * UNITS)
        readings = (way.sound[:2], way.sound[2:])
        cost = min(
            INITIAL_COSTS[initial, heard.syllable.initial] + FINAL_COSTS[final, heard.syllable.final]
            for initial, final in readings
        )
        return round(float(cost) * UNITS)
