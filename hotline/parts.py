"""The parts of a call that several operators had: each as if it were a call of that operator's own.

So a later part is judged by nothing but what judges every call. docs/decisions/0036 tells which facts hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.conversations import Conversation as Talk
from ledger.conversations import list_conversations
from ledger.records import Call, Facts, Mark
from ledger.states import FactKey, Place

# Of whoever gave the number to the caller, and of nobody else who talked to the caller:
OF_THE_NUMBER = frozenset(
    {
        *(FactKey.DIRECTORY_NUMBER, FactKey.DIRECTORY_NAME, FactKey.DIRECTORY_ENTRY),
        *(FactKey.DIRECTORY_READ_BY, FactKey.CONNECTED_NUMBER, FactKey.CONNECTED_HOW),
    }
)
OF_THE_SURVEY = frozenset({FactKey.SURVEY_ASKED, FactKey.SURVEY_WHY})  # it follows the last conversation


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one operator had of a call."""

    call: Call  # as that operator's own
    talk: Talk | None = None  # None: of who was asked first, by whose words the call is scored
    spoken: Mark | None = None  # when a later operator talked


def read_parts(session: Session, call: Call) -> tuple[Part, ...]:
    """The call's own part, and one for each later conversation with somebody else whose time is known."""
    talks = list_conversations(session, call.id)
    if not any(talk.operator != call.operator for talk in talks[1:]):
        return (Part(call=call),)
    return parts_of(call, talks, _number_shown_at(session, call.id))


def parts_of(call: Call, talks: Sequence[Talk], number_shown_at: datetime | None) -> tuple[Part, ...]:
    """The same of these conversations, and of when an operator last picked a number for the caller."""
    giver = _giver(call, talks, number_shown_at)
    waits_s = _own_waits_s(talks)
    later = [
        _later_part(call, talk, spoken, waited_s=waits_s[talk.id], gave_number=talk == giver)
        for talk, spoken in _paired(call.marks, talks)
        if talk != talks[0] and talk.operator != call.operator
    ]
    return _own_part(call, talks, gave_number=giver.operator == call.operator), *later


def _own_part(call: Call, talks: Sequence[Talk], *, gave_number: bool) -> Part:
    """Its operator neither kept the caller waiting for others, nor read out what others looked up."""
    first = talks[0]
    waited_s = first.known.waited_s if first.operator == call.operator else call.queue_wait_s
    facts = call.facts if gave_number else _without(call.facts, OF_THE_NUMBER)
    return Part(call=replace(call, queue_wait_s=waited_s, facts=facts))


def _later_part(call: Call, talk: Talk, spoken: Mark, *, waited_s: float, gave_number: bool) -> Part:
    is_last = not any(mark.start_s > spoken.start_s for mark in _bridged(call.marks))
    facts = _without(call.facts, {FactKey.SURVEY_MARK})  # it is the call's, and counts once
    if not is_last:
        facts = _without(facts, OF_THE_SURVEY)
    if not gave_number:
        facts = _without(facts, OF_THE_NUMBER)
    own = replace(
        call,
        desk=talk.desk,
        operator=talk.operator,
        received_at=talk.began_at,
        queue_wait_s=waited_s,
        marks=tuple(
            mark for mark in call.marks if mark.place is not Place.OPERATOR or mark.start_s >= spoken.start_s
        ),
        ending=call.ending if is_last else None,
        facts=facts,
    )
    return Part(call=own, talk=talk, spoken=spoken)


def _paired(marks: Iterable[Mark], talks: Sequence[Talk]) -> list[tuple[Talk, Mark]]:
    """Each conversation and when it was: at the bridge it is known how many there were before."""
    bridged = _bridged(marks)
    places = ((talk, len(_bridged(talk.known.marks))) for talk in talks)
    return [
        (talk, bridged[place])
        for talk, place in places
        if place < len(bridged) and bridged[place].detail == talk.operator
    ]


def _bridged(marks: Iterable[Mark]) -> list[Mark]:
    spans = [mark for mark in marks if mark.place is Place.OPERATOR and mark.end_s > mark.start_s]
    return sorted(spans, key=lambda mark: mark.start_s)


def _own_waits_s(talks: Sequence[Talk]) -> dict[int, float]:
    """By conversation: lines add up the waits at all desks."""
    waits_s = {talks[0].id: talks[0].known.waited_s}
    for before, talk in pairwise(talks):
        waits_s[talk.id] = max(0.0, round(talk.known.waited_s - before.known.waited_s, 3))
    return waits_s


def _giver(call: Call, talks: Sequence[Talk], number_shown_at: datetime | None) -> Talk:
    """Who handed the caller to the read-back, else who picked the number last, else who was asked first."""
    if any(mark.place is Place.READ_BACK for mark in call.marks):
        return talks[-1]
    begun = [talk for talk in talks if number_shown_at and talk.began_at <= number_shown_at]
    return (begun or list(talks[:1]))[-1]


def _number_shown_at(session: Session, call_id: str) -> datetime | None:
    acts = audit.find(session, call_id=call_id)
    return max((act.at for act in acts if act.action == AuditAction.NUMBER_SHOWN), default=None)


def _without(facts: Facts, keys: Iterable[str]) -> Facts:
    gone = set(keys)
    return {key: value for key, value in facts.items() if key not in gone}
