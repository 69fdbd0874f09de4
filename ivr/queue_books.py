"""One caller's entries about queues and operators."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from ivr.books import Books
from ivr.clerk import Office
from ivr.matching import expected_wait_s
from ledger import calls, conversations, figures, operators, waiting
from ledger.clock import now
from ledger.conversations import Known
from ledger.states import QueueOutcome
from ledger.waiting import Look, Waiting
from sip_config.desk import Desk
from sip_config.menu import Step

USUAL_HANDLING_S = 60.0  # of a desk that has served nobody lately


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a waiting caller may be told."""

    position: int
    wait_s: float


class QueueBooks:
    """The queues as one call sees and changes them."""

    def __init__(self, books: Books, call_id: str) -> None:
        self._books, self._call_id = books, call_id

    async def join(self, desk: Desk, step: Step, *, caller: str | None, language: str) -> Waiting | None:
        """Wait at the step's desk; None where it is full."""
        return await self._books.write(
            partial(
                waiting.join,
                call_id=self._call_id,
                desk=str(step.desk),
                caller=caller,
                keeps_place_s=desk.keeps_place_s,
                service_level_s=desk.service_level_s,
                most_waiting=desk.most_waiting,
                head_start_s=step.head_start_s,
                language=language,
                skills=step.skills,
            )
        )

    async def leave(
        self, outcome: QueueOutcome, *, operator: str | None, wrap_up_s: float, reason: str | None
    ) -> None:
        """Wait no more, and need the operator no more. Harmless where that is so already.

        `reason`: what wraps the conversation up, unless the operator has chosen another.
        """
        await self._books.write(
            partial(
                _leave,
                call_id=self._call_id,
                outcome=outcome,
                operator=operator,
                wrap_up_s=wrap_up_s,
                reason=reason,
            )
        )

    async def find_operator(self, place: Waiting) -> str | None:
        """The operator who is reserved for the call by now; None: ask again."""
        return await self._books.run(partial(_find, place=place))

    async def outlook(self, place: Waiting) -> Outlook | None:
        """The caller's position and expected wait; None where an operator is reserved already."""
        return await self._books.run(partial(_outlook, place=place))

    async def rings(self, number: str) -> bool:
        """The reserved operator's phone rings. False where the reservation was lost."""
        return await self._books.write(partial(operators.start_ringing, number=number, call_id=self._call_id))

    async def picked_up(self, number: str, *, desk: str, known: Known) -> bool:
        """The operator talks to the caller, who waits no more. False where the reservation was lost."""
        return await self._books.write(
            partial(_pick_up, number=number, call_id=self._call_id, desk=desk, known=known)
        )

    async def missed(self, number: str, *, most: int, rest_s: float) -> bool:
        """The operator did not pick up. Returns whether that sets the operator away."""
        return await self._books.write(
            partial(operators.miss, number=number, call_id=self._call_id, most=most, rest_s=rest_s)
        )


# What follows runs at the clerk's.


def _leave(
    session: Session,
    *,
    call_id: str,
    outcome: QueueOutcome,
    operator: str | None,
    wrap_up_s: float,
    reason: str | None,
) -> None:
    if operator:
        last = conversations.last_of_call(session, call_id, operator)
        is_wrapped_up = last is not None and last.wrap_up is not None  # by the operator, while they talked
        if reason and last and not is_wrapped_up:
            conversations.wrap_up(session, call_id, operator, reason)
        operators.let_go(session, operator, call_id, wrap_up_s=0.0 if is_wrapped_up else wrap_up_s)
        conversations.end(session, call_id)
    waiting.leave(session, call_id, outcome)


def _pick_up(session: Session, *, number: str, call_id: str, desk: str, known: Known) -> bool:
    talks = operators.start_talking(session, number, call_id)
    if talks:
        conversations.begin(session, call_id, desk=desk, operator=number, known=known)
        calls.note_so_far(session, call_id, known.marks, known.facts)  # where the desks' tools read it
        waiting.leave(session, call_id, QueueOutcome.BRIDGED)
    return talks


def _find(office: Office, *, place: Waiting) -> str | None:
    """Writes only where somebody would be reserved, so that a long queue holds up no writer."""
    moment = now()
    candidates = office.matcher.candidates(place, moment)
    with office.ledger.reading() as session:
        seen = waiting.look(session, place.call_id, candidates, at=moment)
        if seen is Look.SOMEBODY_FREE and not office.matcher.choose(waiting.read_floor(session)):
            seen = Look.NOBODY_FREE
    if seen is Look.SOMEBODY_FREE:
        with office.ledger.transaction() as session:
            waiting.match(session, office.matcher.choose)
            seen = waiting.look(session, place.call_id, ())
    return None if isinstance(seen, Look) else seen


def _outlook(office: Office, *, place: Waiting) -> Outlook | None:
    with office.ledger.reading() as session:
        floor = waiting.read_floor(session)
        handling_s = figures.recent_handling_s(session, place.desk, at=floor.at)
    position = office.matcher.position(place.call_id, floor)
    if position is None:
        return None
    wait_s = expected_wait_s(
        position=position,
        on_duty=office.matcher.on_duty(place.desk, floor),
        handling_s=handling_s or USUAL_HANDLING_S,
    )
    return Outlook(position=position, wait_s=wait_s)
