"""Every state with every step, as a table: where it leads, or that it is refused. Nothing can be skipped."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import cases
from ledger.audit import ONE_VISIT, Act, write
from ledger.audit_actions import AuditAction
from ledger.case_states import CaseState, CaseStep
from ledger.case_table import TABLE
from ledger.database import Ledger
from ledger.errors import Conflict, NotAllowed
from ledger.review_rules import ReviewRules
from ledger.states import Decision, Verdict
from ledger.tables import AuditRow
from tests.ledger.case_desk import CALM, CaseDesk

DOCS = Path(__file__).parents[2] / "docs"

# A line for each step, a column for each state that the case is in: the state that it leads to, or "-".
WAYS = """
              open      reviewed   second    published  appealed  final
taken         open      -          second    -          appealed  -
handed        open      -          second    -          appealed  -
returned      open      -          second    -          appealed  -
reviewed      reviewed  -          -         -          -         -
reopened      -         open       -         -          -         -
asked_second  -         second     -         -          -         -
seconded      -         -          reviewed  -          -         -
settled       -         reviewed   -         -          -         -
published     -         published  -         -          -         -
withdrawn     -         -          -         reviewed   -         -
appealed      -         -          -         appealed   -         -
upheld        -         -          -         -          final     -
dismissed     -         -          -         -          final     -
closed        final     final      final     final      final     -
"""


def _expected() -> dict[tuple[CaseState, CaseStep], CaseState | None]:
    head, *lines = [line.split() for line in WAYS.strip().splitlines()]
    return {
        (CaseState(state), CaseStep(line[0])): None if to == "-" else CaseState(to)
        for line in lines
        for state, to in zip(head, line[1:], strict=True)
    }


EXPECTED = _expected()


def test_the_table_is_the_one_that_is_written_here() -> None:
    """All pairs of states and steps are in it, and no way beside them."""
    assert set(EXPECTED) == {(state, step) for state in CaseState for step in CaseStep}
    assert {pair: way.to for pair, way in TABLE.items()} == {p: to for p, to in EXPECTED.items() if to}


@pytest.mark.parametrize("state", CaseState)
def test_no_step_is_taken_from_another_state(ledger: Ledger, state: CaseState) -> None:
    """Refused, the case as it was: state, version, holder and steps."""
    desk = CaseDesk(ledger)
    desk.bring_to(state)
    before = desk.case()
    refused = [step for step in CaseStep if EXPECTED[state, step] is None]
    for step in refused:
        with pytest.raises((Conflict, NotAllowed)):
            TRIES[step](desk)
        assert desk.case() == before, step
    with desk.step() as session:
        assert len(cases.steps_of(session, "a")) == before.version


def test_both_reviewers_differ_and_a_lead_settles_it(ledger: Ledger) -> None:
    """Before that nothing is published; neither reviewer settles; each differing finding is decided once."""
    desk = CaseDesk(ledger)
    desk.review()
    desk.ask_second()
    assert desk.second(greeting=Verdict.PASS).state is CaseState.REVIEWED
    with pytest.raises(Conflict, match="differ; settle that first"):
        desk.publish()
    with desk.step() as session:
        (differs,) = cases.open_differences(session, desk.case())
        assert (differs.rule, differs.first, differs.second) == ("greeting", True, Verdict.PASS)
    for name in ("li", "wang"):
        with pytest.raises(NotAllowed, match="you reviewed call a"):
            _settle(desk, name)
    _settle(desk, "sun")
    with pytest.raises(Conflict, match="agree"):
        _settle(desk, "sun")
    assert desk.publish().state is CaseState.PUBLISHED


def test_who_has_looked_cannot_be_the_second(ledger: Ledger) -> None:
    """The first reviewer never; a lead not after looking; a monitor is blind from then on and so may."""
    desk = CaseDesk(ledger)
    desk.review()
    _look(desk, "qian")
    desk.ask_second()
    _look(desk, "zhao")
    assert [desk.is_blind(name, "a") for name in ("li", "wang", "zhao", "qian")] == [False, True, True, False]
    with pytest.raises(NotAllowed, match="somebody else than the first"):
        desk.take("li")
    with pytest.raises(NotAllowed, match="cannot review it blind"):
        desk.take("qian")
    desk.second("zhao")
    assert not desk.is_blind("wang", "a")


def test_who_saw_the_review_begin_cannot_be_the_second(ledger: Ledger) -> None:
    """Nor who decided before another finished, nor whose visit began a moment before the first decision."""
    desk = CaseDesk(ledger)
    for name in ("zhao", "qian", "wang"):
        _look(desk, name)
    with desk.step() as session:
        zhaos = session.query(AuditRow).filter_by(user="zhao").one()
        zhaos.at -= ONE_VISIT
        desk.say(session, "wang")
        cases.give_back(session, "a", desk.user("wang"))
    with desk.step() as session:
        cases.require_open_for_change(session, "a", desk.user("li"))
        desk.mark(session, "li")
        cases.finish_review(session, "a", desk.user("li"), CALM)
    _look(desk, "sun")
    desk.ask_second()
    for name in ("wang", "qian", "sun"):
        with pytest.raises(NotAllowed, match="cannot review it blind"):
            desk.take(name)
    assert desk.take("zhao").holder_id == desk.user("zhao").id


FOUR_EYES = ReviewRules(second_share=0.0, second_when_fatal=False, second_below=None, publisher_differs=True)


def test_four_eyes_where_the_plan_says_so(ledger: Ledger) -> None:
    """The reviewer does not publish; who published or appealed does not decide, be it handed to them."""
    desk = CaseDesk(ledger)
    desk.review()
    with pytest.raises(NotAllowed, match="who reviewed call a does not publish it"):
        desk.publish("li", FOUR_EYES)
    desk.publish("qian", FOUR_EYES)
    desk.appeal("zhou")
    for name in ("li", "qian", "zhou"):
        with pytest.raises(NotAllowed, match="does not decide"):
            desk.decide(name)
        with desk.step() as session, pytest.raises(NotAllowed, match="does not decide"):
            cases.hand(session, "a", desk.user(name), desk.user("sun"))
    alone = ReviewRules(decider_differs=False)
    assert desk.decide("qian", rules=alone).state is CaseState.FINAL


def _hand(desk: CaseDesk) -> None:
    with desk.step() as session:
        receiver = "zhou" if desk.case().state is CaseState.APPEALED else "zhao"  # of appeals a lead
        cases.hand(session, "a", desk.user(receiver), desk.user("qian"), rules=CALM)


def _give_back(desk: CaseDesk) -> None:
    with desk.step() as session:
        cases.give_back(session, "a", desk.user("li"))


def _reopen(desk: CaseDesk) -> None:
    with desk.step() as session:
        cases.reopen(session, "a", desk.user("qian"), "再听一遍")


def _finish_second(desk: CaseDesk) -> None:
    with desk.step() as session:
        cases.finish_second(session, "a", desk.user("wang"))


def _settle(desk: CaseDesk, name: str = "sun") -> None:
    with desk.step() as session:
        differing = cases.open_differences(session, cases.get_case(session, "a"))
        decisions = {each.number: Decision.REJECTED for each in differing}
        cases.settle(session, "a", desk.user(name), decisions, "第二位听得对")


def _withdraw(desk: CaseDesk) -> None:
    with desk.step() as session:
        cases.withdraw(session, "a", desk.user("qian"))


def _waive(desk: CaseDesk) -> None:
    with desk.step() as session:
        cases.waive(session, "a", desk.user("8001"))


def _look(desk: CaseDesk, name: str) -> None:
    with desk.step() as session:
        write(session, Act(user=desk.user(name), action=AuditAction.LOOKED, call_id="a"))


def test_the_page_draws_and_tells_the_table() -> None:
    """docs/workflow.md has a row, and its picture an arrow, for every way; gone calls are told, not drawn."""
    rows = re.findall(
        r"^\| (`[^|]+) \| ([^|]+) \| ([^|]+) \|", (DOCS / "workflow.md").read_text("utf-8"), re.MULTILINE
    )
    told = {
        (state, CaseStep(step)): state if to == "the same" else CaseState(to.strip("`"))
        for steps, froms, to in rows
        for step in re.findall(r"`(\w+)`", steps)
        if step in set(CaseStep)
        for state in (set(CaseState) - {CaseState.FINAL} if froms.startswith("any") else _states(froms))
    }
    assert told == {pair: way.to for pair, way in TABLE.items()}
    drawn = {
        (CaseState(here), CaseStep(step), CaseState(there))
        for here, there, label in re.findall(
            r'^  (\w+) -> (\w+) \[label="([^"]+)"',
            (DOCS / "pictures" / "workflow.dot").read_text("utf-8"),
            re.MULTILINE,
        )
        for step in label.split(", ")
    }
    seen = {(state, step) for state, step, _ in drawn}
    assert {(state, step, told[state, step]) for state, step in seen} == drawn
    assert {state for state, step in set(told) - seen if step is not CaseStep.CLOSED} == set()


def _states(text: str) -> list[CaseState]:
    return [CaseState(name) for name in re.findall(r"`(\w+)`", text)]


# How each step is tried, by the one who could take it were the case in the right state.
TRIES: dict[CaseStep, Callable[[CaseDesk], object]] = {
    CaseStep.TAKEN: lambda desk: desk.take("zhao"),
    CaseStep.HANDED: _hand,
    CaseStep.RETURNED: _give_back,
    CaseStep.REVIEWED: lambda desk: desk.review(),
    CaseStep.REOPENED: _reopen,
    CaseStep.ASKED_SECOND: lambda desk: desk.ask_second(),
    CaseStep.SECONDED: _finish_second,
    CaseStep.SETTLED: _settle,
    CaseStep.PUBLISHED: lambda desk: desk.publish(),
    CaseStep.WITHDRAWN: _withdraw,
    CaseStep.APPEALED: lambda desk: desk.appeal(),
    CaseStep.UPHELD: lambda desk: desk.decide(is_upheld=True),
    CaseStep.DISMISSED: lambda desk: desk.decide(is_upheld=False),
    CaseStep.CLOSED: _waive,
}
