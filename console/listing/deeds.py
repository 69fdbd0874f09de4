"""What is done from the list: handing calls out, taking that back, the next one of a queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

import structlog
from sqlalchemy.orm import Session

from console.cases.schemas import PageStep, Wish
from console.cases.service import step
from console.errors import BadInput
from console.listing.repository import Asked
from console.listing.schemas import NO, NOBODY, Filters, Order, Queue
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from ledger import cases
from ledger.case_errors import HeldByAnother
from ledger.case_moves import lock_cases
from ledger.case_states import CaseState
from ledger.errors import HotlineError
from ledger.records import User
from ledger.review_rules import ReviewRules
from ledger.scopes import require_visible

MOST_AT_ONCE = 1000  # calls handed out by one deed
TRIES = 50  # calls that others take at the same moment, or that are not for this person

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What somebody was handed."""

    to: User
    calls: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of calls that were to be handed out."""

    shares: tuple[Share, ...]
    refused: dict[str, HotlineError]  # by call, why

    @property
    def handed(self) -> tuple[str, ...]:
        """All that somebody has now."""
        return tuple(call_id for share in self.shares for call_id in share.calls)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkQueue:
    """The queue that somebody works through."""

    session: Session
    visitor: Visitor
    filters: Filters
    order: Order
    zone: tzinfo

    def take_next(self, rules: ReviewRules, current: str = "") -> str | None:
        """The next call, taken: nobody else gets it. None: there is none left.

        Of the own calls it is the one behind the current. Raises HeldByAnother.
        """
        if self.filters.queue is Queue.MINE:
            return self._next_of_mine(current)
        if self._is_of_appeals and not has(self.visitor, Right.DECIDE):
            return None
        refused: set[str] = set()
        for _ in range(TRIES):
            found = self._first_free(refused | {current})
            if found is None:
                return None
            if self._is_taken(found, rules):
                return found
            refused.add(found)
        raise HeldByAnother(
            f"none of the first {TRIES} calls of the queue can be yours: others take them at this moment, or "
            "they are for somebody else; try once more, or choose one of the list"
        )

    @property
    def _is_of_appeals(self) -> bool:
        return self.filters.queue is Queue.APPEALS or self.filters.case is CaseState.APPEALED

    def ids(self) -> list[str]:
        """All that the filters let through, up to MOST_AT_ONCE."""
        return self._asked(self.filters).ids(MOST_AT_ONCE)

    def among(self, call_ids: Sequence[str]) -> list[str]:
        """Those of these calls that the user may see."""
        seen = self._asked(self.filters.unfiltered).among(call_ids)
        return [call_id for call_id in dict.fromkeys(call_ids) if call_id in seen]

    def _is_taken(self, call_id: str, rules: ReviewRules) -> bool:
        """False where somebody was quicker, or it is not for this person; then it is not locked either."""
        wish = Wish(step=PageStep.TAKE, version=None)
        try:
            with self.session.begin_nested():
                step(self.session, self.visitor, call_id, wish, rules)
        except HotlineError as error:
            log.info("case_not_taken", call_id=call_id, why=str(error))
            return False
        return True

    def _asked(self, filters: Filters) -> Asked:
        return Asked.of(self.session, filters, self.order, self.zone, user_of(self.visitor))

    def _first_free(self, besides: set[str]) -> str | None:
        reviewed = "" if self._is_of_appeals or self.filters.case else NO
        asked = self._asked(replace(self.filters, holder=NOBODY, reviewed=reviewed)).judged()
        return next((call_id for call_id in asked.ids(len(besides) + 1) if call_id not in besides), None)

    def _next_of_mine(self, current: str) -> str | None:
        ids = self.ids()
        at = ids.index(current) + 1 if current in ids else 0
        return next((call_id for call_id in ids[at:] + ids[:at] if call_id != current), None)


def hand_out(
    session: Session, by: User, call_ids: Sequence[str], to: Sequence[User], rules: ReviewRules
) -> Outcome:
    """Deal calls out in turn, so that everybody gets as many; what cannot be handed is told."""
    if not to:
        raise BadInput("to: choose at least one person to hand the calls to")
    if not call_ids:
        raise BadInput("call: choose at least one call to hand out")
    shares: list[Share] = []
    refused: dict[str, HotlineError] = {}
    lock_cases(session, call_ids)  # all at once: two who hand out the same calls wait in turn
    for number, person in enumerate(to):
        result = cases.hand_many(session, call_ids[number :: len(to)], person, by, rules=rules)
        shares.append(Share(to=person, calls=result.handed))
        refused |= result.refused
    log.info("calls_handed_out", by=by.name, calls=sum(len(share.calls) for share in shares))
    return Outcome(shares=tuple(shares), refused=refused)


def take_back(session: Session, by: User, call_ids: Sequence[str]) -> tuple[int, int]:
    """Undo a hand-out: how many wait for anybody again, and how many could not be taken back."""
    done = 0
    lock_cases(session, call_ids)
    for call_id in call_ids:
        try:
            with session.begin_nested():
                require_visible(session, by, call_id)
                cases.give_back(session, call_id, by)
        except HotlineError as error:  # reviewed meanwhile, or handed on by somebody else
            log.info("case_not_returned", call_id=call_id, why=str(error))
        else:
            done += 1
    return done, len(call_ids) - done
