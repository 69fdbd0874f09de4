"""Facts that tell what a mask hides: digits that callers keyed in, or that somebody said in a masked span.

Their values stay in the call's row, which is sealed; `masked_facts` there names those that are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from ledger import calls
from ledger.digits import in_figures
from ledger.marks import SpanS
from ledger.masks import Span, hide, mask_value
from ledger.records import Call, Facts, Mark
from ledger.states import FactKey

_OLD_PAUSES = "recording_pause"  # what pages asked before there were wishes, sealed with older calls
OWN_FACTS = frozenset({_OLD_PAUSES, FactKey.MASKED_FACTS})  # for programs only, never shown
OUR_FACTS = frozenset(FactKey) | OWN_FACTS  # all others are named by the plan
LEAST_DIGITS = 4  # fewer are said by chance
_TAKEN = re.compile(r"(?P<fact>[^:]+): \d+ digits")  # by ivr/collecting.py


def shown_facts(facts: Facts, *, unmasked: bool = False) -> Facts:
    """What people may read: with ＊ for masked ones, unless they have the right to those too."""
    hidden = set() if unmasked else masked_facts(facts)
    return {
        key: hide(value) if key in hidden else value for key, value in facts.items() if key not in OWN_FACTS
    }


def masked_facts(facts: Facts) -> set[str]:
    """The keys of those that a mask hides."""
    return set(facts.get(FactKey.MASKED_FACTS, "").split(",")) & set(facts)


def mask_facts(
    session: Session, call_id: str, spans: Sequence[Span], said: Iterable[str], *, destroy: bool = False
) -> list[str]:
    """Mask the facts that the spans tell, `said` being what was masked of the transcripts; all masked keys.

    Findings and decisions quote their values no more. With `destroy` the row forgets the masked values.
    """
    row = calls.lock_call(session, call_id)
    call = calls.to_call(row)
    now_masked = facts_within(call, spans, said)
    for value in {call.facts[key] for key in now_masked if len(call.facts[key]) >= LEAST_DIGITS}:
        mask_value(session, call_id, value)
    masked = sorted(masked_facts(call.facts) | now_masked)
    if masked:
        gone = {key: hide(call.facts[key]) for key in masked} if destroy else {}
        row.facts = {**call.facts, **gone, FactKey.MASKED_FACTS: ",".join(masked)}
        session.flush()
    return masked


def facts_within(call: Call, spans: Sequence[Span], said: Iterable[str]) -> set[str]:
    """The keys of those that were keyed in or read back in the spans, or whose digits were said there."""
    texts = [_digits(text) for text in said]
    spoken = {
        key
        for key, value in call.facts.items()
        if len(digits := _digits(value)) >= LEAST_DIGITS and any(digits in text for text in texts)
    }
    keyed = {key for key, times in _entries(call) if any(span.covers(*s) for s in times for span in spans)}
    return (spoken | keyed) - OWN_FACTS


def _entries(call: Call) -> Iterator[tuple[str, list[SpanS]]]:
    """Each collected fact and when its digits were keyed in, all tries of it."""
    for note in call.marks:
        taken = _TAKEN.fullmatch(note.detail)
        if taken is None:
            continue
        times = _tries(call.marks, note)
        of_plan = [key for key in call.facts if key not in OUR_FACTS]
        keys = [taken["fact"]] if taken["fact"] in call.facts else of_plan  # older notes name no fact
        yield from ((key, times) for key in keys)


def _tries(marks: Sequence[Mark], note: Mark) -> list[SpanS]:
    around = [
        mark
        for mark in marks
        if mark.place is note.place
        and mark.start_s <= note.start_s <= mark.end_s
        and mark.end_s > mark.start_s
    ]
    names = {mark.detail for mark in around}
    return [(m.start_s, m.end_s) for m in marks if m.place is note.place and m.detail in names]


def _digits(text: str) -> str:
    return "".join(sign for sign in in_figures(text) if sign.isascii() and sign.isdigit())
