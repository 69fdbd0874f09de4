"""The baseline: the same rules, windows and contexts, but phrases are found as exact text.

A number is read back right where its figures stand in what the operator said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

from ledger.digits import as_said
from ledger.records import Finding
from ledger.states import Verdict
from qa_scoring import Conversation, judge
from qa_scoring.conversation import Span
from qa_scoring.heard import Heard
from qa_scoring.pack_files import Pack
from qa_scoring.phrases import Phrase
from qa_scoring.rules import scene
from qa_scoring.sound import Hit, Listener, PhraseBook

WALL = "\n"
READBACK = "number-readback"


class TextListener(Listener):
    """Finds what is written exactly so."""

    def __init__(self, book: PhraseBook, heard: Heard) -> None:
        self.book = book
        self.heard = heard
        self._text = "".join(each.syllable.character if each else WALL for each in heard.syllables)

    def listen_ahead(self) -> None:
        """Nothing: text is searched when it is asked for."""

    def best(self, phrases: Sequence[Phrase], within: Span) -> Hit | None:
        """The first that is found."""
        return next((hit for phrase in phrases for hit in self.hits(phrase, within, least=1.0)), None)

    def worth_a_look(
        self, phrases: Sequence[Phrase], within: Span, *, least: float | None = None, doubt: float = 0.0
    ) -> list[Phrase]:
        """Those that are written within the span."""
        assert doubt >= 0.0
        return [phrase for phrase in phrases if self.hits(phrase, within, least=least or 1.0)]

    def hits(self, phrase: Phrase, within: Span, *, least: float) -> list[Hit]:
        """Wherever it is written within the span; nothing else is alike enough."""
        assert least <= 1.0
        first, past = self.heard.places_within(within)
        return list(self._finds(phrase, first, past))

    def _finds(self, phrase: Phrase, first: int, past: int) -> Iterator[Hit]:
        written = _written(phrase)
        while (at := self._text.find(written, first, past)) >= 0:
            first = at + len(written)
            yield Hit(
                phrase=phrase,
                first=at,
                last=first - 1,
                start_s=float(self.heard.starts_s[at]),
                end_s=float(self.heard.ends_s[first - 1]),
                text=written,
                likeness=1.0,
            )


def judge_by_text(conversation: Conversation, pack: Pack) -> tuple[Finding, ...]:
    """What exact text search finds."""
    with _exact():
        findings = judge(conversation, pack).findings
    return tuple(
        _by_figures(finding, conversation) if finding.rule == READBACK else finding for finding in findings
    )


@contextmanager
def _exact() -> Iterator[None]:
    with mock.patch.object(scene, "Listener", TextListener):
        yield


def _by_figures(finding: Finding, conversation: Conversation) -> Finding:
    number = conversation.facts.get("directory_number", "")
    if not number:
        return finding
    said = as_said("".join(turn.text for turn in conversation.operator_turns))
    return replace(finding, verdict=Verdict.PASS if number in said else Verdict.FAIL, reason=f"“{said}”")


def _written(phrase: Phrase) -> str:
    return "".join(syllable.character for syllable in phrase.syllables)
