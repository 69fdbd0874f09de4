"""Phrases with slots: wordings are caught by sound, and what lies in a slot must be of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ledger.states import Role
from qa_scoring.checks import PhraseSpec
from qa_scoring.conversation import Span
from qa_scoring.heard import FILLERS, Heard, HeardSyllable
from qa_scoring.phrases import Phrase
from qa_scoring.rules.listening import Catch, Degree, catch_all
from qa_scoring.rules.scene import Scene
from qa_scoring.sound import Hit, Listener, PhraseBook
from qa_scoring.syllables import digit_of
from qa_scoring.wordings import Slot, pieces, wordings

LEAST_DIGITS: Final = 3  # of a number; fewer leave it in doubt whether one was said
LEAST_NAME, MOST_NAME = 2, 4  # syllables
ASIDE: Final = 3  # syllables between a wording and its slot: 工号是八零零一
NAME_FACT: Final = "name"
Places = tuple[int, int]  # of the heard row, half open


def piece_specs(spec: PhraseSpec) -> tuple[PhraseSpec, ...]:
    """The wordings of a phrase, each as strict as the phrase."""
    return tuple(spec.model_copy(update={"text": wording}) for wording in wordings(spec.text))


def catch_slotted(scene: Scene, who: Role, spec: PhraseSpec, within: Span, doubt: float) -> Iterator[Catch]:
    """Every place where the wordings follow each other and each slot holds what it asks for."""
    fixed = [catch_all(scene, who, [piece], within, doubt) for piece in piece_specs(spec)]
    for chain in _chains(fixed):
        degree = min((*(catch.degree for catch in chain), *_filled(scene, who, spec, chain)))
        if degree is not Degree.NOT_HEARD:
            yield _caught(scene.heard(who), spec, chain, degree)


def _chains(fixed: Sequence[Sequence[Catch]]) -> Iterator[list[Catch]]:
    """The first wording's catches, each with the nearest that follow it of the others."""
    for first in fixed[0]:
        chain = [first]
        for catches in fixed[1:]:
            later = [catch for catch in catches if catch.hit.first > chain[-1].hit.last]
            chain.extend(later[:1])
        if len(chain) == len(fixed):
            yield chain


def _filled(scene: Scene, who: Role, spec: PhraseSpec, chain: Sequence[Catch]) -> Iterator[Degree]:
    """How sure it is of each slot that it is filled."""
    heard, at = scene.heard(who), 0
    for part in pieces(spec.text):
        if not isinstance(part, Slot):
            at += 1
            continue
        before, after = chain[at - 1] if at else None, chain[at] if at < len(chain) else None
        places = _between(heard, before, after)
        if part is Slot.NAME and NAME_FACT in scene.conversation.facts:
            yield _named(heard, places, scene.conversation.facts[NAME_FACT])
        else:
            yield KINDS[part](_syllables(heard, places), before is None, after is None)


def _between(heard: Heard, before: Catch | None, after: Catch | None) -> Places:
    """What a slot may hold: up to the wordings beside it, or to the end of the round."""
    walls = [at for at, syllable in enumerate(heard.syllables) if syllable is None]
    if before is not None:
        first = before.hit.last + 1
        past = after.hit.first if after else next((wall for wall in walls if wall >= first), first)
        return first, past
    assert after is not None, "a phrase is more than a slot"
    past = after.hit.first
    return next((wall + 1 for wall in reversed(walls) if wall < past), 0), past


def _syllables(heard: Heard, places: Places) -> list[HeardSyllable | None]:
    row = heard.syllables[places[0] : places[1]]
    return [each for each in row if each is None or each.syllable.character not in FILLERS]


def _holds_number(row: Sequence[HeardSyllable | None], opens: bool, ends: bool) -> Degree:
    """A run of digits near the wording; what is heard in between may be a few syllables."""
    digits = [each is not None and digit_of(each.syllable.character) is not None for each in row]
    if opens:
        digits.reverse()
    start = digits.index(True) if any(digits) else len(digits)
    run = next((at for at, is_digit in enumerate(digits[start:]) if not is_digit), len(digits) - start)
    rest = 0 if opens or ends else len(digits) - start - run
    if not run or start > ASIDE or rest > ASIDE:
        return Degree.NOT_HEARD
    return Degree.SAID if run >= LEAST_DIGITS else Degree.IN_DOUBT


def _holds_name(row: Sequence[HeardSyllable | None], opens: bool, ends: bool) -> Degree:
    """So many syllables of the same round; at an open end there may be more."""
    count = len(row) if None not in row else 0
    fits = count >= LEAST_NAME and (opens or ends or count <= MOST_NAME)
    return Degree.SAID if fits else Degree.NOT_HEARD


def _named(heard: Heard, places: Places, name: str) -> Degree:
    """The name that the call's fact gives is heard in the slot."""
    phrase = Phrase(name)
    row = [each for each in heard.syllables[places[0] : places[1]] if each]
    if not len(phrase) or not row:
        return Degree.NOT_HEARD
    within = Span(start_s=row[0].start_s, end_s=row[-1].start_s)
    hits = Listener(PhraseBook.of([phrase]), heard).hits(phrase, within, least=phrase.needed_likeness)
    inside = (places[0] <= hit.first and hit.last < places[1] for hit in hits)
    return Degree.SAID if any(inside) else Degree.NOT_HEARD


KINDS: Final[dict[Slot, Callable[[Sequence[HeardSyllable | None], bool, bool], Degree]]] = {
    Slot.NUMBER: _holds_number,
    Slot.NAME: _holds_name,
}


def _caught(heard: Heard, spec: PhraseSpec, chain: Sequence[Catch], degree: Degree) -> Catch:
    """From the first wording to the last; the evidence says which phrase, not what was in its slots."""
    first, last = chain[0].hit, chain[-1].hit
    hit = Hit(
        phrase=Phrase(spec.text),
        first=first.first,
        last=last.last,
        start_s=first.start_s,
        end_s=last.end_s,
        text=heard.text(first.first, last.last),
        likeness=min(catch.hit.likeness for catch in chain),
    )
    return Catch(degree=degree, hit=hit, phrase=spec.text)


def nearest_specs(specs: Iterable[PhraseSpec]) -> list[PhraseSpec]:
    """What to look for where a phrase was not heard: of one with slots its wordings."""
    return [each for spec in specs for each in piece_specs(spec)]
