"""Listening for phrases as a rule writes them: said, in doubt, or not heard; and in which context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ledger.states import Role
from qa_scoring.checks import Alone, PhraseSpec
from qa_scoring.conversation import OTHER, Span
from qa_scoring.heard import FILLERS, Heard, HeardSyllable
from qa_scoring.phrases import CONTEXT_LIKENESS, DOUBT_WIDTH, Phrase
from qa_scoring.rules.clarity import GAPPED, NOISY, unclear
from qa_scoring.rules.scene import Scene
from qa_scoring.sound import EXACT, Hit

OPENING_PAUSE_S = 0.25  # after 喂, so that it is a word of its own
TRAILING = 1  # syllable that may follow what ends a turn: 吗, or what was heard of it
ANSWER_REACH_S = 4.0  # after a question
FIRST_WORDS = 2  # syllables that may come before the answer: 嗯, 哎
CONTEXT_REACH_S = 4.0  # how far around a hit its context may lie
NARROW_DOUBT_WIDTH = 0.04  # of what must not be said: so many phrases have many accidental near misses
SHORTEST_IN_DOUBT = 3  # syllables: of two a near miss is simply another word
MAIMED_LIKENESS = 0.6  # of what is spoken too fast or has lost packets something so alike is left


class Degree(IntEnum):
    """How sure it is that a phrase was said."""

    NOT_HEARD = 0
    IN_DOUBT = 1
    SAID = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Catch:
    """A hit and how sure it is."""

    degree: Degree
    hit: Hit
    phrase: str  # as the rule writes it
    unclear: str = ""  # why it is in doubt where the sound is to blame, in Chinese


def catch_best(scene: Scene, who: Role, specs: Sequence[PhraseSpec], within: Span) -> Catch | None:
    """The surest and most alike of all phrases; None where nothing at all is alike.

    What was not heard where nobody could have heard it is in doubt.
    """
    catches = catch_all(scene, who, specs, within)
    if catches:
        return max(catches, key=surety)
    nearest = _nearest_miss(scene, who, specs, within)
    why = unclear(scene.heard(who), within.start_s, within.end_s)
    if nearest is None or not why or (why != NOISY and nearest.hit.likeness < MAIMED_LIKENESS):
        return nearest
    return replace(nearest, degree=Degree.IN_DOUBT, unclear=why)


def in_noise(scene: Scene, who: Role, catch: Catch) -> Catch:
    """The same catch, in doubt where it was heard in noise or between gaps: other words sound so there."""
    if catch.degree is not Degree.SAID:
        return catch
    why = unclear(scene.heard(who), catch.hit.start_s, catch.hit.end_s)
    return replace(catch, degree=Degree.IN_DOUBT, unclear=why) if why in {NOISY, GAPPED} else catch


def surety(catch: Catch) -> tuple[Degree, float, int]:
    """To find the best of several: the longer phrase where two are as alike."""
    return catch.degree, catch.hit.likeness, len(catch.hit.phrase)


def catch_all(
    scene: Scene, who: Role, specs: Sequence[PhraseSpec], within: Span, doubt: float = DOUBT_WIDTH
) -> list[Catch]:
    """Everything that was said or may have been, in its right context; in time order, none twice."""
    catches = [catch for spec in specs for catch in _catches(scene, who, spec, within, doubt)]
    catches.sort(key=surety, reverse=True)
    kept: list[Catch] = []
    for catch in catches:
        if all(_apart(catch.hit, other.hit) for other in kept):
            kept.append(catch)
    return sorted(kept, key=lambda catch: catch.hit.first)


def _apart(one: Hit, other: Hit) -> bool:
    return one.last < other.first or other.last < one.first


def _nearest_miss(scene: Scene, who: Role, specs: Sequence[PhraseSpec], within: Span) -> Catch | None:
    phrases = [phrase for spec in specs for phrase in scene.pack.spelled(spec.text)]
    hit = scene.listener(who).best(phrases, within)
    return Catch(degree=Degree.NOT_HEARD, hit=hit, phrase=hit.phrase.text) if hit else None


def _catches(scene: Scene, who: Role, spec: PhraseSpec, within: Span, doubt: float) -> Iterable[Catch]:
    listener = scene.listener(who)
    phrases = scene.pack.spelled(spec.text)
    for phrase in listener.worth_a_look(phrases, within, least=spec.likeness, doubt=doubt):
        for hit in listener.hits(phrase, within, least=_least(spec, phrase, doubt)):
            if _in_context(scene, who, spec, hit):
                degree = Degree.SAID if hit.likeness >= _needed(spec, phrase) - EXACT else Degree.IN_DOUBT
                yield Catch(degree=degree, hit=hit, phrase=phrase.text)


def _needed(spec: PhraseSpec, phrase: Phrase) -> float:
    return spec.likeness or phrase.needed_likeness


def _least(spec: PhraseSpec, phrase: Phrase, doubt: float) -> float:
    """From here on it is in doubt whether the phrase was said."""
    needed = _needed(spec, phrase)
    return needed if len(phrase) < SHORTEST_IN_DOUBT else needed - doubt


def _in_context(scene: Scene, who: Role, spec: PhraseSpec, hit: Hit) -> bool:
    if spec.own_word and not _is_own_word(scene.heard(who), hit):
        return False
    if spec.alone and not _stands_alone(scene, who, _parted(spec, hit), hit):
        return False
    if spec.answered_by and not _is_answered(scene, who, spec, hit):
        return False
    return not any(_lies_within(scene, who, scene.pack.spelled(text), hit) for text in spec.not_within)


def _parted(spec: PhraseSpec, hit: Hit) -> Alone | None:
    """A homophone of a short word at a turn's head (为 for 喂) is that word only where a pause follows."""
    another = spec.own_word and hit.text != hit.phrase.text
    return Alone.OPENING if another and spec.alone is Alone.START else spec.alone


def _is_own_word(heard: Heard, hit: Hit) -> bool:
    """Written as the norm writes it or a word by itself; never half of a word, as 喂 of 喂养."""
    last = heard.syllables[hit.last]
    if last is None or (last.word is not None and len(last.word.text) == len(hit.text) + 1):
        return False
    return hit.text == hit.phrase.text or last.ends_word


def _lies_within(scene: Scene, who: Role, contexts: Sequence[Phrase], hit: Hit) -> bool:
    listener = scene.listener(who)
    around = Span(start_s=hit.start_s - CONTEXT_REACH_S, end_s=hit.end_s + CONTEXT_REACH_S)
    return any(
        other.first <= hit.last and other.last >= hit.first
        for context in listener.worth_a_look(contexts, around, least=CONTEXT_LIKENESS)
        for other in listener.hits(context, around, least=CONTEXT_LIKENESS)
    )


def _is_answered(scene: Scene, who: Role, spec: PhraseSpec, hit: Hit) -> bool:
    """Whether the other one speaks soon after it, and begins with one of the answers."""
    other = OTHER.get(who)
    if other is None:
        return False
    soon = Span(start_s=hit.end_s, end_s=hit.end_s + ANSWER_REACH_S)
    first, _ = scene.heard(other).places_within(soon)
    hits = (
        answer
        for text in spec.answered_by
        for phrase in scene.pack.spelled(text)
        for answer in scene.listener(other).hits(phrase, soon, least=phrase.needed_likeness)
    )
    return any(answer.first - first <= FIRST_WORDS for answer in hits)


def _stands_alone(scene: Scene, who: Role, alone: Alone | None, hit: Hit) -> bool:
    heard = scene.heard(who)
    before = _rest_of_turn(heard.syllables[: hit.first][::-1])
    after = _rest_of_turn(heard.syllables[hit.last + 1 :])
    if alone is Alone.FIRST_WORDS:
        return all(not syllable or _is_filler(syllable) for syllable in heard.syllables[: hit.first])
    if alone is Alone.END:
        return sum(not _is_filler(syllable) for syllable in after) <= TRAILING
    if not all(_is_filler(syllable) for syllable in before):
        return False
    if alone is Alone.START or all(
        _is_filler(syllable) or syllable.syllable.character in hit.text for syllable in after
    ):
        return True
    return alone is Alone.OPENING and after[0].start_s - hit.end_s >= OPENING_PAUSE_S


def _rest_of_turn(syllables: Iterable[HeardSyllable | None]) -> list[HeardSyllable]:
    """Up to the next wall: what the speaker said in the same breath."""
    rest: list[HeardSyllable] = []
    for syllable in syllables:
        if syllable is None:
            break
        rest.append(syllable)
    return rest


def _is_filler(syllable: HeardSyllable) -> bool:
    return syllable.syllable.character in FILLERS
