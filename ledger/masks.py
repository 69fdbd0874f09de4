"""Masking what was said in a span: in every transcript of a call, and in whatever quotes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import blind_reviews, judgements, later_reviews, search
from ledger.case_words import rewrite_words
from ledger.clip_talk import rewrite_clips
from ledger.digits import as_said, in_figures
from ledger.later_parts import rewrite, to_finding
from ledger.records import Evidence, Finding, Turn
from ledger.retiming import corrected
from ledger.states import Role
from ledger.tables import (
    AddedFindingRow,
    CorrectionRow,
    DraftRow,
    FindingRow,
    LaterScorecardRow,
    ReviewMarksRow,
    ReviewRow,
    ScorecardRow,
    TranscriptRow,
)
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
        turns += _mask_corrections(session, row, spans)
        pairs = [(turn, mask_turn(turn, spans)) for turn in map(to_turn, row.turns)]
        row.turns = [asdict(masked) for _, masked in pairs]
        row.text = "\n".join(masked.text for _, masked in pairs)
        turns += pairs
    quotes = {pair for both in turns for pair in _masked_away(*both)}
    findings = select(FindingRow).join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
    for finding in session.scalars(findings.where(ScorecardRow.call_id == call_id)):
        masked = _masked(judgements.to_finding(finding), turns, spans, quotes)
        finding.text = masked.evidence.text if masked.evidence and finding.text else finding.text
        finding.more = [asdict(each) for each in masked.more]
        finding.reason = masked.reason
    _change_later(session, call_id, lambda finding: _masked(finding, turns, spans, quotes))
    for added in session.scalars(select(AddedFindingRow).where(AddedFindingRow.call_id == call_id)):
        evidence = Evidence(start_s=added.start_s, end_s=added.end_s, text=added.text, likeness=0.0)
        added.text = _quoted(evidence, turns, spans)
    _change_typed(session, call_id, lambda text: _without(text, quotes))
    rewrite_words(session, call_id, lambda text: _without(text, quotes))
    session.flush()
    search.index_call(session, call_id)
    return {"".join(_hidden(*both)) for both in turns}


def mask_value(session: Session, call_id: str, value: str) -> None:
    """No finding or decision of the call names this value any more."""
    findings = select(FindingRow).join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
    for finding in session.scalars(findings.where(ScorecardRow.call_id == call_id)):
        finding.reason = finding.reason.replace(value, hide(value))
    _change_later(
        session,
        call_id,
        lambda finding: replace(finding, reason=finding.reason.replace(value, hide(value))),
    )
    _change_typed(session, call_id, lambda text: text.replace(value, hide(value)))
    rewrite_words(session, call_id, lambda text: text.replace(value, hide(value)))
    session.flush()


def _change_later(session: Session, call_id: str, change: Callable[[Finding], Finding]) -> None:
    """All findings of a call's later parts."""
    for row in session.scalars(select(LaterScorecardRow).where(LaterScorecardRow.call_id == call_id)):
        rewrite(row, [change(to_finding(finding)) for finding in row.findings])


def _change_typed(session: Session, call_id: str, change: Callable[[str], str]) -> None:
    """All that people typed about a call in their own words, drafts among it."""
    reviews = (
        select(ReviewRow)
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
        .where(ScorecardRow.call_id == call_id)
    )
    for review in (*session.scalars(reviews), *blind_reviews.comments_of(session, call_id)):
        review.comment = change(review.comment)
    for later in later_reviews.comments_of(session, call_id):
        later.comment = change(later.comment)
    for added in session.scalars(select(AddedFindingRow).where(AddedFindingRow.call_id == call_id)):
        added.why = change(added.why)
    for marks in session.scalars(select(ReviewMarksRow).where(ReviewMarksRow.call_id == call_id)):
        marks.comment, marks.praise = change(marks.comment), change(marks.praise)
    for draft in session.scalars(select(DraftRow).where(DraftRow.call_id == call_id)):
        draft.fields = {name: change(text) for name, text in draft.fields.items()}
    rewrite_clips(session, call_id, change)


def _mask_corrections(
    session: Session, transcript: TranscriptRow, spans: Sequence[Span]
) -> Iterator[tuple[Turn, Turn]]:
    """Gives each corrected turn and what became of it; the transcript itself is still as it was."""
    query = select(CorrectionRow).where(CorrectionRow.transcript_id == transcript.id)
    for row in session.scalars(query):
        machine = to_turn(transcript.turns[row.turn])
        heard = corrected(machine, row.after)
        masked = mask_turn(heard, spans)
        row.before = mask_turn(corrected(machine, row.before), spans).text
        row.after = masked.text
        yield heard, masked


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


def _masked(
    finding: Finding, turns: Sequence[tuple[Turn, Turn]], spans: Sequence[Span], quotes: set[str]
) -> Finding:
    """The evidence's words as the masked transcript has them, in the reason too."""

    def over(evidence: Evidence) -> Evidence:
        return replace(evidence, text=_quoted(evidence, turns, spans))

    reason, evidence = finding.reason, finding.evidence and over(finding.evidence)
    if finding.evidence and evidence and finding.evidence.text:
        reason = reason.replace(finding.evidence.text, evidence.text)
    return replace(
        finding, evidence=evidence, more=tuple(map(over, finding.more)), reason=_without(reason, quotes)
    )


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
