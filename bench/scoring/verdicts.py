"""The labelled set judged twice: by sound, and by exact text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.scoring.exact import judge_by_text
from callers.labelled_call import Half, LabelledCall, load_labelled
from hotline.labelled import labelled_conversations
from ledger.records import Finding
from qa_scoring import judge, load_packs


@dataclass(frozen=True, kw_only=True)
class JudgedCall:
    """A call and what both found in it."""

    call: LabelledCall
    ours: tuple[Finding, ...]
    by_text: tuple[Finding, ...]


def judged(half: Half, condition: str, *, every: int = 1) -> Iterator[JudgedCall]:
    """Every n-th call of a half as heard under a condition."""
    packs = load_packs()
    wanted = {call.id for call in load_labelled().half(half).calls[::every]}
    for heard in labelled_conversations(half, condition, packs=packs, chosen=lambda call: call.id in wanted):
        pack = packs.of(heard.conversation)
        yield JudgedCall(
            call=heard.call,
            ours=judge(heard.conversation, pack).findings,
            by_text=judge_by_text(heard.conversation, pack),
        )
