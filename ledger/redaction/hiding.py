"""Hiding secrets from those without the right: in turns, in words, and in what quotes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.digits import as_said
from ledger.records import Evidence, Finding, Review, Scorecard, Secret, Transcript, Turn
from ledger.states import Role, SecretKind

HIDDEN: Final = "●"  # for each sign; what is masked by hand is ＊
QUOTED: Final = 3  # signs in a row that stand in a secret too: whoever has them has a piece of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Veil:
    """What must not be shown of one call: the secrets, and their words for what quotes them."""

    secrets: tuple[Secret, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, turns: Sequence[Turn], secrets: Sequence[Secret]) -> Veil:
        """Of a transcript's turns and what was found in them."""
        words = [as_said(turns[each.turn].text[each.first : each.last]) for each in secrets]
        joined: dict[tuple[Role, SecretKind], str] = {}
        for each, word in zip(secrets, words, strict=True):  # evidence runs across a speaker's turns
            key = (turns[each.turn].role, each.kind)
            joined[key] = joined.get(key, "") + word
        return cls(secrets=tuple(secrets), words=tuple(dict.fromkeys([*words, *joined.values()])))

    def beside(self, older: Veil | None) -> Veil:
        """The same with an older transcript's words too, which may be quoted as well."""
        return replace(self, words=tuple(dict.fromkeys(self.words + older.words))) if older else self

    def over_turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The same turns, with a ● for each sign of a secret."""
        return tuple(self._over_turn(turn, number) for number, turn in enumerate(turns))

    def over_transcript(self, transcript: Transcript) -> Transcript:
        """The same transcript."""
        return replace(transcript, turns=self.over_turns(transcript.turns))

    def over_scorecard(self, card: Scorecard) -> Scorecard:
        """The same scorecard, with nothing of a secret in evidence and reasons."""
        return replace(card, findings=tuple(map(self.over_finding, card.findings)))

    def over_finding(self, finding: Finding) -> Finding:
        """The same finding."""
        return replace(
            finding,
            evidence=finding.evidence and self._over_evidence(finding.evidence),
            more=tuple(map(self._over_evidence, finding.more)),
            reason=self.over_text(finding.reason),
        )

    def over_review(self, review: Review) -> Review:
        """The same decision."""
        return replace(review, comment=self.over_text(review.comment))

    def over_text(self, text: str) -> str:
        """Without any three signs in a row that stand in a secret too, whatever punctuation is between."""
        places = [at for at, sign in enumerate(text) if sign.isalnum()]
        bare = as_said(text)
        quoted = {
            places[at + more]
            for at in range(len(bare) - QUOTED + 1)
            if any(bare[at : at + QUOTED] in words for words in self.words)
            for more in range(QUOTED)
        }
        return "".join(HIDDEN if at in quoted else sign for at, sign in enumerate(text))

    def _over_turn(self, turn: Turn, number: int) -> Turn:
        secrets = [secret for secret in self.secrets if secret.turn == number]
        if not secrets:
            return turn
        places = {place for secret in secrets for place in range(secret.first, secret.last)}
        words = tuple(
            replace(word, text=_hide(word.text)) if _is_said_in(secrets, word.start_s, word.end_s) else word
            for word in turn.words
        )
        text = "".join(HIDDEN if at in places else sign for at, sign in enumerate(turn.text))
        return replace(turn, text=text, words=words)

    def _over_evidence(self, evidence: Evidence) -> Evidence:
        return replace(evidence, text=self.over_text(evidence.text))


def silent_spans(secrets: Sequence[Secret], margin_s: float) -> tuple[tuple[float, float], ...]:
    """When nothing may be heard, in seconds, in order, those that touch joined.

    Recognisers are a little off about when a word begins: `margin_s` on both sides.
    """
    spans = sorted((max(0.0, each.start_s - margin_s), each.end_s + margin_s) for each in secrets)
    return tuple(_joined(spans))


def _joined(spans: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    reached: tuple[float, float] | None = None
    for span in spans:
        if reached and span[0] <= reached[1]:
            reached = (reached[0], max(reached[1], span[1]))
            continue
        if reached:
            yield reached
        reached = span
    if reached:
        yield reached


def _is_said_in(secrets: Sequence[Secret], start_s: float, end_s: float) -> bool:
    return any(start_s < secret.end_s and end_s > secret.start_s for secret in secrets)


def _hide(text: str) -> str:
    return HIDDEN * len(text)
