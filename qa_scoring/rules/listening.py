"""Listening for phrases as a rule writes them: said, in doubt, or not heard; and in which context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ledger.states import Role
from qa_scoring.checks import Alone, PhraseSpec
from qa_scoring.conversation import Span
from qa_scoring.heard import FILLERS, Heard, HeardSyllable
from qa_scoring.phrases import Phrase
from qa_scoring.rules.clarity import NOISY, TOO_FAST, unclear
from qa_scoring.rules.scene import Scene
from qa_scoring.sound import EXACT, Hit

OPENING_PAUSE_S = 0.25  # after 喂, so that it is a word of its own
CONTEXT_REACH_S = 4.0  # how far around a hit its context may lie
CONTEXT_LIKENESS = 0.95  # 我不知道您再等等 is not 我不知道您在
DOUBT_WIDTH = 0.07  # below what is needed: too near to call it unsaid
NARROW_DOUBT_WIDTH = 0.04  # of what must not be said: so many phrases have many accidental near misses
SHORTEST_IN_DOUBT = 3  # syllables: of two a near miss is simply another word
HURRIED_LIKENESS = 0.6  # who speaks too fast may have said what sounds at least so alike


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
    if nearest is None or not why or (why == TOO_FAST and nearest.hit.likeness < HURRIED_LIKENESS):
        return nearest
    return replace(nearest, degree=Degree.IN_DOUBT, unclear=why)


def in_noise(scene: Scene, who: Role, catch: Catch) -> Catch:
    """The same catch, in doubt where it was heard in noise: there other words sound like it."""
    if catch.degree is not Degree.SAID:
        return catch
    why = unclear(scene.heard(who), catch.hit.start_s, catch.hit.end_s)
    return replace(catch, degree=Degree.IN_DOUBT, unclear=why) if why == NOISY else catch


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
    loosest = min(_least(spec, phrase, doubt) for phrase in phrases)
    for phrase in listener.worth_a_look(phrases, within, least=loosest):
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
    return not any(_lies_within(scene, who, phrase, hit) for phrase in _contexts(scene, spec))


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


def _contexts(scene: Scene, spec: PhraseSpec) -> Iterable[Phrase]:
    for text in spec.not_within:
        yield from scene.pack.spelled(text)


def _lies_within(scene: Scene, who: Role, context: Phrase, hit: Hit) -> bool:
    around = Span(start_s=hit.start_s - CONTEXT_REACH_S, end_s=hit.end_s + CONTEXT_REACH_S)
    longer = scene.listener(who).hits(context, around, least=CONTEXT_LIKENESS)
    return any(other.first <= hit.last and other.last >= hit.first for other in longer)


def _stands_alone(scene: Scene, who: Role, alone: Alone | None, hit: Hit) -> bool:
    heard = scene.heard(who)
    before = _rest_of_turn(heard.syllables[: hit.first][::-1])
    after = _rest_of_turn(heard.syllables[hit.last + 1 :])
    if alone is Alone.FIRST_WORDS:
        return all(not syllable or _is_filler(syllable) for syllable in heard.syllables[: hit.first])
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
