"""Every state with every step, for every role: allowed or refused, as a table. The API can skip nothing."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from console.cases import service
from console.cases.schemas import PageStep, Wish
from console.rendering import Visitor
from console.rights import HOLDERS, Right
from ledger.case_guards import DECIDERS
from ledger.case_states import CaseState
from ledger.cases import Ruling
from ledger.database import Ledger
from ledger.errors import HotlineError
from ledger.states import Decision, UserRole
from ledger.tables import CaseRow
from tests.console.casing import CALM, OPERATOR, Cast
from tests.console.seeding import FLAGGED

# A administrator, Q quality lead, M monitor, T team lead, O operator of the call; others may do nothing.
# Whoever tries had no part in the case; who gives back or finishes has it.
ALLOWED = """
              open   reviewed  second  published  appealed  final
take          AQMT   -         AQMT    -          AQT       -
give_back     AQMT   -         AQMT    -          AQMT      -
hand          AQ     -         AQ      -          AQ        -
finish        AQMT   -         -       -          -         -
reopen        -      AQ        -       -          -         -
ask_second    -      AQ        -       -          -         -
settle        -      -         -       -          -         -
publish       -      AQT       -       -          -         -
withdraw      -      -         -       -          -         -
appeal        -      -         -       TO         -         -
decide        -      -         -       -          AQT       -
waive         -      -         -       O          -         -
"""
LETTERS = {
    UserRole.ADMINISTRATOR: "A",
    UserRole.QUALITY_LEAD: "Q",
    UserRole.MONITOR: "M",
    UserRole.TEAM_LEAD: "T",
    UserRole.OPERATOR: "O",
    UserRole.SUPERVISOR: "S",
    UserRole.AUDITOR: "U",
    UserRole.DISPATCHER: "D",
    UserRole.EDITOR: "E",
}
assert HOLDERS[Right.DECIDE] == DECIDERS
OWN = {PageStep.GIVE_BACK, PageStep.FINISH}  # only who has it


def _table() -> dict[tuple[CaseState, PageStep], str]:
    head, *lines = [line.split() for line in ALLOWED.strip().splitlines()]
    return {
        (CaseState(state), PageStep(line[0])): told.strip("-")
        for line in lines
        for state, told in zip(head, line[1:], strict=True)
    }


TABLE = _table()


@pytest.mark.parametrize("state", CaseState)
def test_who_may_take_which_step(ledger: Ledger, state: CaseState) -> None:
    """As the table says; the button is there just then; whatever is refused leaves the case as it was."""
    cast = Cast(ledger)
    cast.bring_to(state)
    names = {role: OPERATOR if role is UserRole.OPERATOR else f"new-{role}" for role in UserRole}
    for role, name in names.items():
        if role is not UserRole.OPERATOR:
            cast.add(name, role)
            with cast.step() as session:
                cast.mark(session, name)
    before, failed = cast.case, cast.failed()
    to = "decider" if state is CaseState.APPEALED else "second"  # a monitor decides on no appeal
    visitors = {role: cast.visitor(name) for role, name in names.items()}
    told = {
        step: "".join(
            LETTERS[role]
            for role, visitor in visitors.items()
            if _is_allowed(ledger, visitor, _wish(step, before.version, failed, to))
        )
        for step in PageStep
    }
    assert told == {step: TABLE[state, step] for step in PageStep}
    assert cast.case == before


def _is_allowed(ledger: Ledger, visitor: Visitor, wish: Wish) -> bool:
    """Whether the step works for somebody; nothing is kept."""
    assert visitor.user
    with Session(ledger.engine) as session:
        row = session.get_one(CaseRow, FLAGGED)
        if wish.step in OWN and row.state != CaseState.FINAL:
            row.holder_id = visitor.user.id
            session.flush()
        has_button = False
        try:
            has_button = wish.step in service.view_of(session, visitor, FLAGGED, CALM).may
            service.step(session, visitor, FLAGGED, wish, CALM)
        except HotlineError:
            assert not has_button, (visitor, wish)
            return False
    assert has_button, (visitor, wish)
    return True


def _wish(step: PageStep, version: int, failed: list[int], to: str) -> Wish:
    """A step with all that it needs."""
    return Wish(
        step=step,
        version=version,
        note="因为",
        to=to,
        findings=tuple(failed),
        decisions=dict.fromkeys(failed, Decision.CONFIRMED),
        rulings=tuple(Ruling(finding_id=each, is_upheld=True, reason="听过了") for each in failed),
    )
