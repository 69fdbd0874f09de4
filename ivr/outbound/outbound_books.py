"""A line's entries about the calls that it places itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from desks.campaigns import attempts
from desks.campaigns.attempts import Attempt
from ivr.books import Books
from ivr.clerk import Office
from ivr.matching import Matcher
from ledger import calls, lines, waiting
from ledger.clock import now
from ledger.records import Ending, Facts, Mark
from ledger.states import LineState
from ledger.waiting import Floor, Match, Waiting
from sip_config.outbound import Outbound
from sip_config.plan import Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the plan says of calls that are placed."""

    outbound: Outbound
    prompts: frozenset[str]  # a campaign that would say another one waits
    desks_of: dict[str, frozenset[str]]  # by operator

    @classmethod
    def of(cls, plan: Plan, outbound: Outbound) -> Terms:
        """Those of a plan."""
        desks_of = {
            number: frozenset(desk_id for desk_id, desk in plan.desks.items() if number in desk.everyone)
            for number in plan.operators
        }
        return cls(outbound=outbound, prompts=frozenset(plan.library.ids), desks_of=desks_of)


class OutboundBooks:
    """What one line writes down of the calls that it places. Entries keep their order."""

    def __init__(self, books: Books, process: str, terms: Terms) -> None:
        self._books, self._process, self._terms = books, process, terms

    async def is_any_due(self) -> bool:
        """Whether it is worth claiming."""
        return await self._books.run(_is_any_due)

    async def claim(self, call_id: str) -> Attempt | None:
        """The next attempt, with its row; None where nobody is due or no place may be taken."""
        return await self._books.run(
            partial(_claim, call_id=call_id, process=self._process, terms=self._terms)
        )

    async def dialled(self, call_id: str, sip_call_id: str) -> None:
        """The INVITE was sent."""
        await self._books.write(partial(calls.note_sip_call_id, call_id=call_id, sip_call_id=sip_call_id))

    async def answer(self, call_id: str, question_id: str, key: str) -> None:
        """A question was answered."""
        await self._books.write(
            partial(attempts.note_answer, call_id=call_id, question_id=question_id, key=key)
        )

    async def opt_out(self, call_id: str) -> None:
        """The person wants no such calls."""
        await self._books.write(partial(attempts.opt_out, call_id=call_id))

    async def ended(
        self,
        call_id: str,
        *,
        ending: Ending,
        ended_at: datetime,
        marks: tuple[Mark, ...] = (),
        desk: str | None = None,
        operator: str | None = None,
        facts: Facts | None = None,
    ) -> None:
        """The call is over, and with it the attempt; the line has its place again."""
        course: dict[str, Any] = {"marks": marks, "desk": desk, "operator": operator, "facts": facts}
        end = partial(calls.mark_ended, call_id=call_id, ending=ending, ended_at=ended_at, **course)
        entry = partial(_end, end=end, call_id=call_id, ending=ending, operator=operator, line=self._process)
        await self._books.write(entry, announces=call_id)


# What follows runs at the clerk's.


def _is_any_due(office: Office) -> bool:
    return office.dues.is_any()


def _claim(office: Office, *, call_id: str, process: str, terms: Terms) -> Attempt | None:
    with office.ledger.transaction() as session:
        found = _claim_in(session, office.matcher, call_id=call_id, process=process, terms=terms)
    office.dues.note_claim(found=found is not None)
    return found


def _claim_in(
    session: Session, matcher: Matcher, *, call_id: str, process: str, terms: Terms
) -> Attempt | None:
    is_new = not attempts.is_claimed(session, call_id)  # else a clerk died before it could answer
    if is_new and not _has_room(session, terms.outbound):
        return None
    found = attempts.claim(
        session,
        call_id=call_id,
        line=process,
        shown=terms.outbound.caller_id,
        can_say=terms.prompts,
        reserve=partial(_reserve, matcher=matcher, desks_of=terms.desks_of),
    )
    if found and is_new:
        lines.add_places(session, process, -1)
    return found


def _end(
    session: Session,
    *,
    end: Callable[[Session], None],
    call_id: str,
    ending: Ending,
    operator: str | None,
    line: str,
) -> None:
    end(session)
    if attempts.finish(session, call_id, ending.reason, talked=operator is not None):
        lines.add_places(session, line, 1)


def _has_room(session: Session, outbound: Outbound) -> bool:
    """Whether one more may run: within the share, and places for callers stay free."""
    serving = [line for line in lines.list_lines(session) if line.state is LineState.SERVING]
    running = attempts.count_running(session)
    places = sum(line.places for line in serving) + running  # a line that calls offers one place less
    free = places - calls.count_in_progress(session)
    return running < outbound.most_calls(places) and free > outbound.keep_free


def _reserve(
    session: Session, desk: str, call_id: str, *, matcher: Matcher, desks_of: dict[str, frozenset[str]]
) -> str | None:
    """An operator who is idle while nobody waits at any desk that the operator serves."""
    moment = now()

    def choose(floor: Floor) -> Iterable[Match]:
        """Callers choose first; what is left over may be ours."""
        mine = Waiting(
            id=max((one.id for one in floor.waiting), default=0) + 1,
            call_id=call_id,
            desk=desk,
            joined_at=moment,
            entered_at=moment,
        )
        waits_at = {one.desk for one in floor.waiting}
        staff = (one for one in floor.operators if not waits_at & desks_of.get(one.number, frozenset()))
        left = replace(floor, waiting=(mine,), operators=tuple(staff))
        return (*matcher.choose(floor), *matcher.choose(left))

    if not matcher.knows(desk):
        return None
    matches = waiting.match(session, choose, at=moment)
    return next((match.operator for match in matches if match.call_id == call_id), None)
