"""The one table of cases: from which state which step leads where, and what must be true for it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger import case_guards as guards
from ledger.case_errors import Elsewhere
from ledger.case_guards import Guard
from ledger.case_states import CaseState, CaseStep


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Where a step leads."""

    to: CaseState
    guards: tuple[Guard, ...] = ()
    lets_go: bool = False  # nobody has it afterwards


_SECOND_PERSON = (guards.is_recorded, guards.is_another_person, guards.has_not_seen)

TABLE: dict[tuple[CaseState, CaseStep], Way] = {
    (CaseState.OPEN, CaseStep.TAKEN): Way(to=CaseState.OPEN, guards=(guards.is_judged, guards.is_free)),
    (CaseState.OPEN, CaseStep.HANDED): Way(to=CaseState.OPEN, guards=(guards.is_judged, guards.fits_person)),
    (CaseState.OPEN, CaseStep.RETURNED): Way(
        to=CaseState.OPEN, guards=(guards.may_be_given_back,), lets_go=True
    ),
    (CaseState.OPEN, CaseStep.REVIEWED): Way(
        to=CaseState.REVIEWED, guards=(guards.is_own, guards.is_complete), lets_go=True
    ),
    (CaseState.OPEN, CaseStep.CLOSED): Way(to=CaseState.FINAL, guards=(guards.may_close,), lets_go=True),
    (CaseState.REVIEWED, CaseStep.REOPENED): Way(to=CaseState.OPEN, guards=(guards.may_reopen,)),
    (CaseState.REVIEWED, CaseStep.ASKED_SECOND): Way(
        to=CaseState.SECOND, guards=(guards.is_not_seconded, guards.is_recorded)
    ),
    (CaseState.REVIEWED, CaseStep.SETTLED): Way(
        to=CaseState.REVIEWED, guards=(guards.is_neither_reviewer, guards.has_differences)
    ),
    (CaseState.REVIEWED, CaseStep.PUBLISHED): Way(
        to=CaseState.PUBLISHED, guards=(guards.may_publish, guards.is_settled, guards.is_complete)
    ),
    (CaseState.REVIEWED, CaseStep.CLOSED): Way(to=CaseState.FINAL, guards=(guards.may_close,)),
    (CaseState.SECOND, CaseStep.TAKEN): Way(to=CaseState.SECOND, guards=(*_SECOND_PERSON, guards.is_free)),
    (CaseState.SECOND, CaseStep.HANDED): Way(
        to=CaseState.SECOND, guards=(guards.fits_person, *_SECOND_PERSON)
    ),
    (CaseState.SECOND, CaseStep.RETURNED): Way(
        to=CaseState.SECOND, guards=(guards.may_be_given_back,), lets_go=True
    ),
    (CaseState.SECOND, CaseStep.SECONDED): Way(
        to=CaseState.REVIEWED, guards=(guards.is_own, guards.has_sheet), lets_go=True
    ),
    (CaseState.SECOND, CaseStep.CLOSED): Way(to=CaseState.FINAL, guards=(guards.may_close,), lets_go=True),
    (CaseState.PUBLISHED, CaseStep.WITHDRAWN): Way(to=CaseState.REVIEWED, guards=(guards.may_withdraw,)),
    (CaseState.PUBLISHED, CaseStep.APPEALED): Way(
        to=CaseState.APPEALED, guards=(guards.is_party, guards.is_in_time)
    ),
    (CaseState.PUBLISHED, CaseStep.CLOSED): Way(to=CaseState.FINAL, guards=(guards.may_close,)),
    (CaseState.APPEALED, CaseStep.TAKEN): Way(
        to=CaseState.APPEALED, guards=(guards.may_decide, guards.is_decider, guards.is_free)
    ),
    (CaseState.APPEALED, CaseStep.HANDED): Way(
        to=CaseState.APPEALED, guards=(guards.fits_person, guards.may_decide, guards.is_decider)
    ),
    (CaseState.APPEALED, CaseStep.RETURNED): Way(
        to=CaseState.APPEALED, guards=(guards.may_be_given_back,), lets_go=True
    ),
    (CaseState.APPEALED, CaseStep.UPHELD): Way(
        to=CaseState.FINAL, guards=(guards.may_decide, guards.is_own_or_free), lets_go=True
    ),
    (CaseState.APPEALED, CaseStep.DISMISSED): Way(
        to=CaseState.FINAL, guards=(guards.may_decide, guards.is_own_or_free), lets_go=True
    ),
    (CaseState.APPEALED, CaseStep.CLOSED): Way(to=CaseState.FINAL, guards=(guards.may_close,), lets_go=True),
}


def way_of(call_id: str, state: CaseState, step: CaseStep) -> Way:
    """Where a step leads. Raises Elsewhere where there is no such way."""
    way = TABLE.get((state, step))
    if way is None:
        raise Elsewhere(f"call {call_id} is {state}: it cannot be {step} now; load it again")
    return way
