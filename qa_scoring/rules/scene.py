"""What every check looks at: the conversation, its speakers listened to once, and windows of the call."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ledger.records import Evidence, Turn
from ledger.states import Role, Verdict
from qa_scoring.conversation import Conversation, Span
from qa_scoring.heard import Heard, hear
from qa_scoring.pack_files import Pack
from qa_scoring.sound import Hit, Listener

WORD_GAP_S = 0.35  # a pause within speech; longer ones part two stretches of it


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a check says; `words` fill the rule's sentence."""

    verdict: Verdict
    evidence: Evidence | None = None
    words: dict[str, str] = field(default_factory=dict)
    sentence: str = ""  # in place of the check's own for this verdict
    hits: tuple[Evidence, ...] = ()  # every moment that was found, where there may be several


@dataclass(frozen=True)
class Scene:
    """One conversation before one pack. Speakers are listened to when first asked for."""

    conversation: Conversation
    pack: Pack

    @property
    def whole(self) -> Span:
        """From the first bridged moment to the last; the whole call where nobody was reached."""
        spans = self.conversation.operator_spans or (
            Span(start_s=0.0, end_s=max(0.0, self.conversation.duration_s)),
        )
        return Span(start_s=spans[0].start_s, end_s=spans[-1].end_s)

    @cached_property
    def operator(self) -> Listener:
        """The operator's words."""
        return self._listen(Role.OPERATOR)

    @cached_property
    def caller(self) -> Listener:
        """The caller's words."""
        return self._listen(Role.CALLER)

    @cached_property
    def mixed(self) -> Listener:
        """Everybody's words, where one channel carries both."""
        return self._listen(Role.MIXED)

    def listener(self, who: Role) -> Listener:
        """One speaker's words."""
        if who is Role.MIXED:
            return self.mixed
        return self.operator if who is Role.OPERATOR else self.caller

    def heard(self, who: Role) -> Heard:
        """One speaker's syllables."""
        return self.listener(who).heard

    @cached_property
    def operator_speech(self) -> tuple[Span, ...]:
        """When the operator speaks."""
        return speech_of(self.conversation.operator_turns)

    @cached_property
    def caller_speech(self) -> tuple[Span, ...]:
        """When the caller speaks."""
        return speech_of(self.conversation.caller_turns)

    @cached_property
    def speech(self) -> tuple[Span, ...]:
        """When anybody speaks, in time order."""
        mixed = speech_of(turn for turn in self.conversation.turns if turn.role is Role.MIXED)
        return _joined((*self.operator_speech, *self.caller_speech, *mixed), 0.0)

    def _listen(self, who: Role) -> Listener:
        listener = Listener(self.pack.book, hear(self.conversation.rounds_of(who)))
        listener.listen_ahead()
        return listener


def speech_of(turns: Iterable[Turn]) -> tuple[Span, ...]:
    """Stretches of speech: by the words' times where there are words, else by the turns'."""
    spans: list[Span] = []
    for turn in turns:
        parts = turn.words or ((turn,) if turn.text else ())
        spans.extend(Span(start_s=part.start_s, end_s=part.end_s) for part in parts)
    return _joined(spans, WORD_GAP_S)


def _joined(spans: Iterable[Span], gap_s: float) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        if joined and span.start_s - joined[-1].end_s <= gap_s:
            last = joined[-1]
            joined[-1] = Span(start_s=last.start_s, end_s=max(last.end_s, span.end_s))
        else:
            joined.append(span)
    return tuple(joined)


def evidence_of(hit: Hit) -> Evidence:
    """A hit as the moment that a finding rests on."""
    return Evidence(
        start_s=round(hit.start_s, 3),
        end_s=round(hit.end_s, 3),
        text=hit.text,
        likeness=round(hit.likeness, 3),
        phrase=hit.phrase.text,
    )


def searched(span: Span, nearest: Hit | None = None) -> Evidence:
    """The span that was searched in vain, with the nearest that was heard in it."""
    return Evidence(
        start_s=round(span.start_s, 3),
        end_s=round(span.end_s, 3),
        text=nearest.text if nearest else "",
        likeness=round(nearest.likeness, 3) if nearest else 0.0,
        phrase=nearest.phrase.text if nearest else "",
    )


def likeness_told(hit: Hit | None) -> str:
    """For sentences: two places, rounded down, so that 1.00 is said of nothing less."""
    return f"{math.floor(hit.likeness * 100) / 100:.2f}" if hit else "0.00"
