"""What judging costs: calls a second with a whole pack; matching as phrases grow, beside regular expressions.

Calls are the labelled dialogues' texts, one after the other, as if every word had been understood.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from callers.labelled_call import LabelledCall, load_labelled
from ledger.records import Turn
from ledger.states import Role
from qa_scoring import Conversation, judge, load_packs
from qa_scoring.conversation import Span
from qa_scoring.heard import Heard, hear
from qa_scoring.pack_files import Pack
from qa_scoring.phrases import Phrase
from qa_scoring.sound import Listener, PhraseBook
from qa_scoring.syllables import Syllable, syllables_of

DESK: Final = "114"
SYLLABLE_S = 0.2
PAUSE_S = 0.5
PHRASE_COUNTS: Final = (1, 10, 30, 100, 200, 300, 1000)
CALL_COUNTS: Final = (1, 10, 100, 1000, 10_000, 100_000)
LEAST_S: Final = 0.3  # each figure is measured for at least so long
LEAST_ALONE_S: Final = 0.01  # each of many whose mean it is
LIKENESS: Final = 0.84
MARK = {"caller": Role.CALLER, "operator": Role.OPERATOR}


@dataclass(frozen=True, kw_only=True, slots=True)
class CallsCost:
    """So many calls with the whole pack."""

    calls: int
    cpu_s: float

    @property
    def a_second(self) -> float:
        """Calls judged in a second of one core."""
        return self.calls / self.cpu_s


@dataclass(frozen=True, kw_only=True, slots=True)
class PhrasesCost:
    """Milliseconds of one core for so many phrases in one call's operator."""

    phrases: int
    by_sound_ms: float
    alone_ms: float  # one of them in a book of its own, in the mean
    exact_ms: float  # a regular expression for each phrase over the text
    tolerant_ms: float  # the same over its sounds, any one syllable free


def calls_costs(most_s: float) -> Iterator[CallsCost]:
    """For 1 to 100,000 calls, until one took longer than `most_s`."""
    pack = load_packs().for_desk(DESK, DESK)
    judge(conversation(_texts()[0]), pack)  # what is kept of texts and phrases is made once
    for count in CALL_COUNTS:
        talks = map(conversation, itertools.islice(itertools.cycle(_texts()), count))
        started_s = time.process_time()
        for talk in talks:
            judge(talk, pack)
        cost = CallsCost(calls=count, cpu_s=time.process_time() - started_s)
        yield cost
        if cost.cpu_s * 5 > most_s:
            return


def phrases_costs() -> Iterator[PhrasesCost]:
    """For 1 to 1,000 of the pack's phrases."""
    pack = load_packs().for_desk(DESK, DESK)
    heard = hear(conversation(_texts()[0]).rounds_of(Role.OPERATOR))
    for count in PHRASE_COUNTS:
        yield _phrases_cost(_spread(pack, count), heard)


def conversation(call: LabelledCall) -> Conversation:
    """A labelled call's text at a plain pace."""
    turns: list[Turn] = []
    now_s = call.lead_s
    for said in call.turns:
        end_s = now_s + SYLLABLE_S * len(said.text)
        turns.append(Turn(role=MARK[said.who], start_s=now_s, end_s=end_s, text=said.text))
        now_s = end_s + PAUSE_S
    return Conversation(
        hotline=DESK, desk=DESK, duration_s=now_s, turns=tuple(turns), marks=(), facts=call.all_facts
    )


def _phrases_cost(phrases: Sequence[Phrase], heard: Heard) -> PhrasesCost:
    phrases = tuple(phrases)  # as a pack keeps them
    written = "".join(each.syllable.character if each else "\n" for each in heard.syllables)
    spoken = "".join(_sign(each.syllable) if each else "\n" for each in heard.syllables)
    exact = [re.compile(phrase.text) for phrase in phrases]
    tolerant = [re.compile(_tolerant(phrase)) for phrase in phrases]
    return PhrasesCost(
        phrases=len(phrases),
        by_sound_ms=_ms(_listening(phrases, heard)),
        alone_ms=sum(map(_ms_of_one, (_listening((phrase,), heard) for phrase in phrases))) / len(phrases),
        exact_ms=_ms(lambda: [pattern.search(written) for pattern in exact]),
        tolerant_ms=_ms(lambda: [pattern.search(spoken) for pattern in tolerant]),
    )


def _listening(phrases: tuple[Phrase, ...], heard: Heard) -> Callable[[], object]:
    """Which of the phrases one call has."""
    book = PhraseBook.of(phrases)
    whole = Span(start_s=0.0, end_s=float("inf"))
    return lambda: Listener(book, heard).worth_a_look(phrases, whole, least=LIKENESS)


def _ms_of_one(work: Callable[[], object]) -> float:
    return _ms(work, LEAST_ALONE_S)


def _ms(work: Callable[[], object], least_s: float = LEAST_S) -> float:
    """Of one core, in the mean over enough runs."""
    work()
    runs, started_s = 0, time.process_time()
    while (passed_s := time.process_time() - started_s) < least_s:
        work()
        runs += 1
    return 1000 * passed_s / runs


def _spread(pack: Pack, count: int) -> list[Phrase]:
    """So many of the pack's phrases, from all its rules."""
    phrases = list(pack.book.rows)
    return [phrases[at * len(phrases) // count] for at in range(count)]


def _tolerant(phrase: Phrase) -> str:
    signs = [re.escape(_sign(syllable)) for syllable in syllables_of(phrase.text)]
    return "|".join("".join([*signs[:at], ".", *signs[at + 1 :]]) for at in range(len(signs)))


def _sign(syllable: Syllable) -> str:
    """One character for each sound, so that an expression can name it."""
    return chr(0xE000 + syllable.initial * 64 + syllable.final)


@lru_cache(maxsize=1)
def _texts() -> tuple[LabelledCall, ...]:
    return load_labelled().half("tune").calls
