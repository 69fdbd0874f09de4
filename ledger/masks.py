"""Masking what was said in a span: in every transcript of a call, and in whatever quotes one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import blind_reviews, search
from ledger.digits import as_said, in_figures
from ledger.records import Evidence, Turn
from ledger.states import Role
from ledger.tables import FindingRow, ReviewRow, ScorecardRow, TranscriptRow
from ledger.timed_text import timed_text
from ledger.turn_rows import to_turn

MASK = "＊"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What must not be heard, in seconds of the recording."""

    start_s: float
    end_s: float
    channel: int | None = None  # 0: the caller, 1: what the caller hears; None: all

    def covers(self, start_s: float, end_s: float) -> bool:
        """Whether any of it is inside. What has no length is where it lies."""
        return start_s < self.end_s and end_s > self.start_s

    def covers_role(self, role: Role) -> bool:
        """Whether the channel is this speaker's."""
        return self.channel is None or role is Role.MIXED or (role is Role.CALLER) is (self.channel == 0)


def mask_call(session: Session, call_id: str, spans: Sequence[Span]) -> set[str]:
    """All transcripts, findings and decisions of a call, old ones too: none tells what is masked.

    Returns what was masked now, a text for each turn.
    """
    turns: list[tuple[Turn, Turn]] = []
    for row in session.scalars(select(TranscriptRow).where(TranscriptRow.call_id == call_id)):
        pairs = [(turn, mask_turn(turn, spans)) for turn in map(to_turn, row.turns)]
        row.turns = [asdict(masked) for _, masked in pairs]
        row.text = "\n".join(masked.text for _, masked in pairs)
        turns += pairs
    quotes = {pair for both in turns for pair in _masked_away(*both)}
    findings = select(FindingRow).join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
    for finding in session.scalars(findings.where(ScorecardRow.call_id == call_id)):
        _mask_finding(finding, turns, spans)
        finding.more = [{**each, "text": _quoted(Evidence(**each), turns, spans)} for each in finding.more]
        finding.reason = _without(finding.reason, quotes)
        for review in session.scalars(select(ReviewRow).where(ReviewRow.finding_id == finding.id)):
            review.comment = _without(review.comment, quotes)
    for blind in blind_reviews.comments_of(session, call_id):
        blind.comment = _without(blind.comment, quotes)
    session.flush()
    search.index_call(session, call_id)
    return {"".join(_hidden(*both)) for both in turns}


def mask_value(session: Session, call_id: str, value: str) -> None:
    """No finding or decision of the call names this value any more."""
    findings = select(FindingRow).join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
    for finding in session.scalars(findings.where(ScorecardRow.call_id == call_id)):
        finding.reason = finding.reason.replace(value, hide(value))
        for review in session.scalars(select(ReviewRow).where(ReviewRow.finding_id == finding.id)):
            review.comment = review.comment.replace(value, hide(value))
    for blind in blind_reviews.comments_of(session, call_id):
        blind.comment = blind.comment.replace(value, hide(value))
    session.flush()


def mask_turn(turn: Turn, spans: Sequence[Span]) -> Turn:
    """The turn with as many ＊ as there were characters in the spans."""
    spans = [span for span in spans if span.covers_role(turn.role)]

    def masked(text: str, start_s: float, end_s: float) -> str:
        return hide(text) if any(span.covers(start_s, end_s) for span in spans) else text

    words = tuple(replace(word, text=masked(word.text, word.start_s, word.end_s)) for word in turn.words)
    return replace(turn, text="".join(masked(*piece) for piece in timed_text(turn)), words=words)


def hide(text: str) -> str:
    """＊ for each character but blanks."""
    return "".join(sign if sign.isspace() else MASK for sign in text)


def _mask_finding(row: FindingRow, turns: Sequence[tuple[Turn, Turn]], spans: Sequence[Span]) -> None:
    """The evidence's words as the masked transcript has them, in the reason too."""
    if not row.text or row.start_s is None or row.end_s is None:
        return
    told = row.text
    evidence = Evidence(start_s=row.start_s, end_s=row.end_s, text=told, likeness=0.0)
    row.text = _quoted(evidence, turns, spans)
    row.reason = row.reason.replace(told, row.text)


def _quoted(evidence: Evidence, turns: Sequence[tuple[Turn, Turn]], spans: Sequence[Span]) -> str:
    """The words as the masked transcript has them; all of them hidden where they are not found there."""
    told, start_s, end_s = evidence.text, evidence.start_s, evidence.end_s
    if not told or not any(span.covers(start_s, end_s) for span in spans):
        return told
    near = [pair for pair in turns if pair[0].start_s < end_s and pair[0].end_s > start_s]
    return next((text for pair in near if (text := _as_masked(told, *pair))), hide(told))


def _as_masked(told: str, turn: Turn, masked: Turn) -> str | None:
    """What has become of words of a turn; None where they do not stand there, or more than once."""
    places = [at for at, sign in enumerate(turn.text) if sign.isalnum()]
    said, quoted = as_said(turn.text), as_said(told)
    if not quoted or said.count(quoted) != 1:
        return None
    places = places[said.find(quoted) :]
    return masked.text[places[0] : places[len(quoted) - 1] + 1]


def _masked_away(turn: Turn, masked: Turn) -> Iterator[str]:
    """Each pair of neighbouring characters of which one was masked now."""
    for at in range(len(turn.text) - 1):
        before, after = turn.text[at : at + 2], masked.text[at : at + 2]
        if before != after and MASK not in before and not before.isspace():
            yield in_figures(before)


def _hidden(turn: Turn, masked: Turn) -> Iterator[str]:
    """The characters that were masked now."""
    return (was for was, sign in zip(turn.text, masked.text, strict=True) if was != sign)


def _without(text: str, quotes: set[str]) -> str:
    """The text without whatever quotes what is masked: each pair of neighbours that stands there too."""
    hidden, figures = set[int](), in_figures(text)
    for at in range(len(text) - 1):
        if figures[at : at + 2] in quotes:
            hidden |= {at, at + 1}
    return "".join(MASK if at in hidden else sign for at, sign in enumerate(text))
