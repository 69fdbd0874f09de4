"""What must be true before a case takes a step. Each guard is one sentence that it refuses with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import case_facts
from ledger.case_errors import (
    Elsewhere,
    HeldByAnother,
    NotForThem,
    NotHeld,
    NotReady,
    OtherEyes,
    TooLate,
)
from ledger.case_records import Case
from ledger.case_states import CaseState
from ledger.conflicts import AlreadySo
from ledger.errors import NotAllowed
from ledger.records import User
from ledger.review_rules import ReviewRules
from ledger.scopes import BY_DESK_AND_TEAM, visible_calls
from ledger.states import UserRole
from ledger.tables import CallRow

DECIDERS = BY_DESK_AND_TEAM - {UserRole.MONITOR}  # who may decide on appeals
WITHDRAWAL = timedelta(minutes=10)  # how long a publication that nobody has looked at may be taken back


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A step that somebody wants to take."""

    session: Session
    case: Case
    who: User | None  # None: time or the plan
    to: User | None  # whom it is handed to
    rules: ReviewRules
    at: datetime

    @property
    def call_id(self) -> str:
        """Of the case."""
        return self.case.call_id

    @property
    def person(self) -> User | None:
        """Who would have it then."""
        return self.to or self.who


Guard = Callable[[Asked], None]  # raises Conflict or NotAllowed


def is_judged(asked: Asked) -> None:
    """There is something to be reviewed."""
    if not case_facts.is_judged(asked.session, asked.call_id):
        raise NotReady(f"call {asked.call_id} is not scored yet; wait until it is")


def is_recorded(asked: Asked) -> None:
    """There is something to be listened to."""
    if not case_facts.is_recorded(asked.session, asked.call_id):
        raise NotReady(f"call {asked.call_id} has no recording; it cannot be reviewed a second time")


def is_free(asked: Asked) -> None:
    """Nobody has it."""
    if asked.case.holder_id is not None:
        raise HeldByAnother(f"somebody has call {asked.call_id} already; take another one")


def is_own(asked: Asked) -> None:
    """Whoever asks has it."""
    if asked.who is None or asked.case.holder_id != asked.who.id:
        raise NotHeld(f"call {asked.call_id} is not yours; take it first")


def is_own_or_free(asked: Asked) -> None:
    """Nobody else has it."""
    if asked.case.holder_id is not None:
        is_own(asked)


def may_be_given_back(asked: Asked) -> None:
    """By whoever has it, by who handed it out, or by time."""
    if asked.case.holder_id is None:
        raise AlreadySo(f"nobody has call {asked.call_id}; load it again")
    if asked.who is not None and asked.who.id not in {asked.case.holder_id, asked.case.handed_by_id}:
        raise NotHeld(f"call {asked.call_id} is not yours to give back; hand it to somebody instead")


def fits_person(asked: Asked) -> None:
    """It can be handed to that person: of the staff, signing in, and the call is among theirs."""
    to = asked.to
    if to is None or to.disabled or to.role not in BY_DESK_AND_TEAM:
        raise NotForThem(f"call {asked.call_id} can only be handed to somebody of the quality staff")
    if asked.case.holder_id == to.id:
        raise NotForThem(f"{to.display_name} has call {asked.call_id} already")
    query = select(CallRow.id).where(CallRow.id == asked.call_id, visible_calls(to))
    if asked.session.scalar(query) is None:
        raise NotForThem(f"call {asked.call_id} is of none of the desks and teams of {to.display_name}")


def is_complete(asked: Asked) -> None:
    """Nothing that a review needs is missing."""
    for missing in case_facts.missing_of(asked.session, asked.case):
        raise NotReady(f"the review of call {asked.call_id} is not complete: {missing}")


def is_another_person(asked: Asked) -> None:
    """A second review is done by somebody else."""
    if asked.person is not None and asked.person.id == asked.case.reviewer_id:
        raise OtherEyes(f"the second review of call {asked.call_id} is for somebody else than the first")


def has_not_seen(asked: Asked) -> None:
    """Who reviews blind has not looked at what the first reviewer decided."""
    person = asked.person
    if person is not None and case_facts.has_seen(asked.session, asked.case, person):
        raise OtherEyes(
            f"{person.display_name} has looked at call {asked.call_id} since its review began and cannot "
            "review it blind; let somebody else do it"
        )


def has_sheet(asked: Asked) -> None:
    """The blind review was submitted."""
    if case_facts.second_sheet(asked.session, asked.call_id) is None:
        raise NotReady(f"the second review of call {asked.call_id} is not submitted yet; /rounds has it")


def is_not_seconded(asked: Asked) -> None:
    """It was not reviewed a second time yet."""
    if asked.case.second_at is not None:
        raise AlreadySo(f"call {asked.call_id} was reviewed a second time already")


def has_differences(asked: Asked) -> None:
    """There is something to settle."""
    if not case_facts.open_differences(asked.session, asked.case):
        raise AlreadySo(f"both reviews of call {asked.call_id} agree; there is nothing to settle")


def is_settled(asked: Asked) -> None:
    """Where two people reviewed it, they agree, or somebody has settled it."""
    if case_facts.open_differences(asked.session, asked.case):
        raise NotReady(f"both reviews of call {asked.call_id} differ; settle that first")


def is_neither_reviewer(asked: Asked) -> None:
    """Who settles has not reviewed."""
    who = asked.who
    if who is not None and who.id in {asked.case.reviewer_id, asked.case.second_id}:
        raise OtherEyes(f"you reviewed call {asked.call_id}; let somebody else settle it")


def may_publish(asked: Asked) -> None:
    """Four eyes, where the plan says so."""
    is_reviewer = asked.who is not None and asked.who.id == asked.case.reviewer_id
    if asked.rules.publisher_differs and (asked.who is None or is_reviewer):
        raise OtherEyes(f"who reviewed call {asked.call_id} does not publish it; let somebody else do it")


def may_reopen(asked: Asked) -> None:
    """A reviewer takes the own review back only before a second one; anybody else with the right always."""
    is_reviewer = asked.who is not None and asked.who.id == asked.case.reviewer_id
    if is_reviewer and asked.case.second_id is not None:
        raise OtherEyes(f"call {asked.call_id} was reviewed a second time; let a lead reopen it")


def may_withdraw(asked: Asked) -> None:
    """A publication is taken back by who published it, soon, and only while nobody has looked."""
    if asked.who is None or asked.who.id != asked.case.published_by_id:
        raise NotAllowed(f"only who published call {asked.call_id} may take that back")
    published_at = asked.case.published_at
    if published_at is None or published_at + WITHDRAWAL < asked.at:
        raise TooLate(f"call {asked.call_id} was published too long ago; only an appeal can change it")
    if case_facts.is_publication_seen(asked.session, asked.call_id):
        raise TooLate(f"the operator has looked at call {asked.call_id}; only an appeal can change it")


def is_in_time(asked: Asked) -> None:
    """The limit of appeals has not passed."""
    until = asked.case.appeal_until
    if until is None or until <= asked.at:
        raise TooLate(f"the time to appeal against call {asked.call_id} is over; what was published stands")


def is_party(asked: Asked) -> None:
    """Who appeals is the call's operator, or a lead to whom the call belongs."""
    if asked.who is None or not case_facts.is_party(asked.session, asked.call_id, asked.who):
        raise NotAllowed(f"call {asked.call_id} is none of yours; its operator or team lead may appeal")


def may_decide(asked: Asked) -> None:
    """Four eyes, where the plan says so: who decides had no part in it."""
    if not asked.rules.decider_differs:
        return
    people = asked.case.people | case_facts.settlers(asked.session, asked.call_id)
    if asked.person is None or asked.person.id in people:
        raise OtherEyes(
            f"who reviewed, settled, published or appealed call {asked.call_id} does not decide on the "
            "appeal; let somebody else do it"
        )


def is_decider(asked: Asked) -> None:
    """An appeal is for those who may decide on it."""
    person = asked.person
    if person is not None and person.role not in DECIDERS:
        raise NotAllowed(
            f"{person.display_name} may not decide on appeals; let a lead do that for call {asked.call_id}"
        )


def may_close(asked: Asked) -> None:
    """Time closes it when the limit has passed or the call is gone; before that its operator waives it."""
    if case_facts.is_gone(asked.session, asked.call_id):
        return
    until = asked.case.appeal_until
    if asked.case.state is not CaseState.PUBLISHED or until is None:
        raise Elsewhere(
            f"call {asked.call_id} is {asked.case.state}; it cannot be closed before it is decided"
        )
    if asked.who is None and asked.at < until:
        raise NotReady(f"one may appeal against call {asked.call_id} until {until:%Y-%m-%d %H:%M} UTC")
    if asked.who is not None and not case_facts.is_operator_of(asked.session, asked.call_id, asked.who):
        raise NotAllowed(f"only the operator of call {asked.call_id} may do without an appeal")
