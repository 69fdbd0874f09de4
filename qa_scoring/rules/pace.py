"""How fast somebody speaks, of what a recogniser heard of it.

The faster the speech, the more syllables a recogniser drops: of a pace of 8.5 it hears 6.9. So the pace heard
is corrected by a line fitted on the tune half and on its calls spoken again at 1.25 to 1.75 times the rate
(59 calls): of those over 7.5 syllables a second none is then taken for slower. See docs/verdicts.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ledger.records import Turn, Word
from qa_scoring.heard import Heard
from qa_scoring.rules.scene import speech_of
from qa_scoring.syllables import syllables_of

BY_SPEECH, BY_WORDS, OFFSET = 1.04, 0.36, -1.97  # of the two paces heard, in syllables a second
SHORTEST_WORD_S: Final = 0.06
HURRIED: Final = 7.5  # from here on the recogniser loses words that were said
FEWEST_SYLLABLES: Final = 20  # of less no pace is told


def pace_of(heard: Heard) -> float:
    """Syllables a second of speech, pauses left out; 0 where nothing was heard."""
    spoken_s = sum(span.length_s for span in speech_of(heard.turns))
    if not spoken_s:
        return 0.0
    by_speech = heard.count / spoken_s
    by_words = _by_words(heard.turns)
    if not by_words:
        return by_speech
    return max(by_speech, BY_SPEECH * by_speech + BY_WORDS * by_words + OFFSET)


def is_hurried(heard: Heard) -> bool:
    """Whether somebody speaks too fast to be understood."""
    return heard.count >= FEWEST_SYLLABLES and pace_of(heard) > HURRIED


def _by_words(turns: Sequence[Turn]) -> float:
    """The mean pace of the words, each as often as it has syllables."""
    words = [word for turn in turns for word in turn.words]
    lengths = [len(syllables_of(word.text)) for word in words]
    weighed = sum(length * _pace(word, length) for word, length in zip(words, lengths, strict=True))
    return weighed / sum(lengths) if any(lengths) else 0.0


def _pace(word: Word, length: int) -> float:
    return length / max(SHORTEST_WORD_S, word.end_s - word.start_s)
