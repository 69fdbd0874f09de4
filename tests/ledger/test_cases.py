"""A call has one holder, whoever is late is told, and every step is kept with its time and its audit."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ledger import audit, blind_rounds, calls, cases, judgements
from ledger.audit import Act
from ledger.audit_actions import AuditAction
from ledger.case_states import CaseState, CaseStep
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict, HotlineError, NotAllowed, NotFound
from ledger.review_rules import ReviewRules
from ledger.states import Decision, Verdict
from ledger.tables import AuditRow, CaseRow, CaseStepRow
from tests.ledger.case_desk import CALM, CaseDesk


@pytest.fixture
def desk(ledger: Ledger) -> CaseDesk:
    """People and two judged calls."""
    return CaseDesk(ledger)


def test_a_call_without_a_row_is_open_and_nobodys(desk: CaseDesk) -> None:
    """Taking it makes the row, one step and one audit row; a call that is not there is told."""
    assert (desk.case().state, desk.case().holder_id, desk.case().version) == (CaseState.OPEN, None, 0)
    taken = desk.take("li")
    assert (taken.holder_id, taken.version) == (desk.user("li").id, 1)
    assert taken.since is not None
    with desk.step() as session:
        (step,) = cases.steps_of(session, "a")
        acts = session.scalars(select(AuditRow).where(AuditRow.action == AuditAction.CASE_MOVED)).all()
        assert (step.step, step.state, step.user) == (CaseStep.TAKEN, CaseState.OPEN, "li")
        assert [(act.call_id, act.user) for act in acts] == [("a", "li")]
        assert list(audit.problems(session)) == []
        with pytest.raises(NotFound, match="no call 'none'"):
            cases.get_case(session, "none")


def test_one_of_two_hundred_gets_the_call(either_ledger: Ledger) -> None:
    """On both databases: 200 attempts at once, two monitors; one holder, one step, no attempt unanswered."""
    desk = CaseDesk(either_ledger)

    def attempt(number: int) -> str:
        try:
            desk.take(("li", "wang")[number % 2])
        except Conflict as error:
            return str(error)
        return "taken"

    with ThreadPoolExecutor(max_workers=40) as pool:
        told = Counter(pool.map(attempt, range(200)))
    assert told["taken"] == 1
    assert told.total() == 200
    assert set(told) == {"taken", "somebody has call a already; take another one"}
    case = desk.case()
    assert case.holder_id in {desk.user("li").id, desk.user("wang").id}
    with desk.step() as session:
        assert (case.version, session.scalar(select(func.count()).select_from(CaseStepRow))) == (1, 1)


def test_a_call_goes_its_whole_way(either_ledger: Ledger) -> None:
    """On both databases, with a second review and an appeal; another call is taken, and goes back."""
    desk = CaseDesk(either_ledger)
    desk.review()
    desk.ask_second()
    desk.second(greeting=Verdict.PASS)
    with desk.step() as session:
        (differs,) = cases.open_differences(session, desk.case())
        cases.settle(session, "a", desk.user("sun"), {differs.number: Decision.CONFIRMED}, "没有问好")
    desk.publish()
    with desk.step() as session:
        published = cases.newest_publication(session, "a")
        assert published
        cases.note_seen(session, published.id)
    desk.appeal()
    with pytest.raises(NotAllowed, match="does not decide"):
        desk.decide("sun")
    assert desk.decide("zhou").state is CaseState.FINAL
    desk.take("li", "b")
    later = now() + timedelta(days=1)
    with desk.step() as session:
        assert cases.return_stale(session, later, ReviewRules()) == ["b"]
        assert cases.close_overdue(session, later) == []
        steps = [each.step for each in cases.steps_of(session, "a")]
    assert steps == [
        *(CaseStep.TAKEN, CaseStep.REVIEWED, CaseStep.ASKED_SECOND, CaseStep.TAKEN, CaseStep.SECONDED),
        *(CaseStep.SETTLED, CaseStep.PUBLISHED, CaseStep.APPEALED, CaseStep.UPHELD),
    ]


def test_who_saw_an_older_version_is_told(desk: CaseDesk) -> None:
    """Two leads hand the same call out from the same page: the second loads it again."""
    with desk.step() as session:
        cases.hand(session, "a", desk.user("li"), desk.user("qian"), version=0)
    with (
        desk.step() as session,
        pytest.raises(Conflict, match="somebody else has moved call a on; load it again"),
    ):
        cases.hand(session, "a", desk.user("wang"), desk.user("sun"), version=0)
    case = desk.case()
    assert (case.holder_id, case.handed_by_id, case.version) == (desk.user("li").id, desk.user("qian").id, 1)


def test_many_are_handed_at_once_and_what_cannot_is_told(desk: CaseDesk) -> None:
    """A call that is not scored and one that is not there stay behind; the others have their holder."""
    with desk.step() as session:
        calls.add_call(session, call_id="new", hotline="114")
    with desk.step() as session:
        told = cases.hand_many(session, ["b", "new", "a", "none", "a"], desk.user("zhao"), desk.user("qian"))
    assert told.handed == ("b", "a")
    assert set(told.refused) == {"new", "none"}
    assert "not scored yet" in str(told.refused["new"])
    with desk.step() as session:
        held = {name: cases.get_case(session, name).holder_id for name in ("a", "b", "new")}
        assert held == {"a": desk.user("zhao").id, "b": desk.user("zhao").id, "new": None}
        assert session.get(CaseRow, "new") is None


@pytest.mark.parametrize("name", ["8001", "li"])
def test_a_call_is_handed_only_to_who_may_have_it(desk: CaseDesk, name: str) -> None:
    """Not to an operator, nor to whoever has it already."""
    desk.take("li")
    with desk.step() as session, pytest.raises(Conflict):
        cases.hand(session, "a", desk.user(name), desk.user("qian"))
    assert desk.case().version == 1


def test_a_call_is_given_back_by_its_holder_or_who_handed_it(desk: CaseDesk) -> None:
    """Nobody else can, and nobody's call cannot be given back."""
    desk.take("li")
    with desk.step() as session, pytest.raises(NotAllowed):
        cases.give_back(session, "a", desk.user("wang"))
    with desk.step() as session:
        assert cases.give_back(session, "a", desk.user("li")).holder_id is None
    with desk.step() as session, pytest.raises(Conflict):
        cases.give_back(session, "a", desk.user("li"))
    with desk.step() as session:
        cases.hand(session, "a", desk.user("li"), desk.user("qian"))
        assert cases.give_back(session, "a", desk.user("qian")).holder_id is None


def test_deciding_takes_an_open_call_and_is_refused_elsewhere(desk: CaseDesk) -> None:
    """Whoever decides first has it; others, and everybody once the review is finished, are told why not."""
    with desk.step() as session:
        assert cases.require_open_for_change(session, "a", desk.user("li")).holder_id == desk.user("li").id
        assert cases.require_open_for_change(session, "a", desk.user("li")).version == 1
        with pytest.raises(Conflict, match="somebody else has call a"):
            cases.require_open_for_change(session, "a", desk.user("wang"))
    for state in CaseState:
        if state not in {CaseState.OPEN, CaseState.APPEALED}:
            _is_frozen(desk, state)


def test_an_appeal_leaves_the_findings_to_its_decision(desk: CaseDesk) -> None:
    """Whoever has the appeal changes marks alone: what the decision leaves standing stays as published."""
    desk.bring_to(CaseState.APPEALED)
    with desk.step() as session:
        assert cases.require_open_for_change(session, "a", desk.user("sun"), of_marks=True).version == 5
        with pytest.raises(Conflict, match="only that decision changes its findings"):
            cases.require_open_for_change(session, "a", desk.user("sun"))
        cases.give_back(session, "a", desk.user("sun"))
        with pytest.raises(Conflict, match="take it first"):
            cases.require_open_for_change(session, "a", desk.user("sun"), of_marks=True)


def _is_frozen(desk: CaseDesk, state: CaseState) -> None:
    with desk.step() as session:
        row = session.get_one(CaseRow, "a")
        row.state, row.holder_id = state, desk.user("li").id
    with desk.step() as session, pytest.raises(Conflict, match="cannot be changed"):
        cases.require_open_for_change(session, "a", desk.user("li"))


def test_a_claim_that_nobody_touches_goes_back(desk: CaseDesk) -> None:
    """A listened-to call stays, so does one that was handed out; without a limit all stay."""
    for call_id in ("a", "b"):
        desk.take("li", call_id)
    with desk.step() as session:
        cases.give_back(session, "b", desk.user("li"))
        cases.hand(session, "b", desk.user("wang"), desk.user("qian"))
    later = now() + timedelta(minutes=121)
    with desk.step() as session:
        assert cases.return_stale(session, later, ReviewRules(claim_minutes=None)) == []
        assert cases.return_stale(session, now() + timedelta(minutes=119), ReviewRules()) == []
        assert cases.return_stale(session, later, ReviewRules()) == ["a"]
        last = cases.steps_of(session, "a")[-1]
        assert (last.step, last.user) == (CaseStep.RETURNED, None)
    desk.take("li")
    with desk.step() as session:
        audit.write(session, Act(user=desk.user("li"), action=AuditAction.LISTENED, call_id="a"))
        session.flush()
        newest = session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
        assert newest
        newest.at = later
        assert cases.return_stale(session, later + timedelta(minutes=1), ReviewRules()) == []


def test_a_review_is_finished_when_nothing_is_missing(desk: CaseDesk) -> None:
    """By its holder, with every failed finding decided and all marks given: then it waits for publication."""
    desk.take("li")
    with desk.step() as session, pytest.raises(Conflict, match="1 findings wait for a decision"):
        cases.finish_review(session, "a", desk.user("li"), CALM)
    with desk.step() as session:
        (finding,) = desk.findings(session)
        judgements.save_review(session, finding, desk.user("li").id, Decision.REJECTED, "")
    with desk.step() as session, pytest.raises(Conflict, match="the marks for 快 准 清 亲"):
        cases.finish_review(session, "a", desk.user("li"), CALM)
    with desk.step() as session:
        desk.mark(session, "li")
        with pytest.raises(NotAllowed):
            cases.finish_review(session, "a", desk.user("wang"), CALM)
        case = cases.finish_review(session, "a", desk.user("li"), CALM)
    assert (case.state, case.reviewer_id, case.holder_id) == (CaseState.REVIEWED, desk.user("li").id, None)


def test_the_plan_publishes_at_once_where_no_other_eyes_are_asked(desk: CaseDesk) -> None:
    """Then nobody has published it; with four eyes it waits."""
    at_once = ReviewRules(second_share=0.0, second_below=None, publishes_at_once=True)
    assert desk.review(rules=at_once).state is CaseState.PUBLISHED
    assert desk.case().published_by_id is None


def test_handing_a_second_review_on_leaves_one_blind_task(desk: CaseDesk) -> None:
    """The one who loses it has nothing to submit any more; the first reviewer never gets it."""
    desk.bring_to(CaseState.SECOND)
    with desk.step() as session:
        cases.hand(session, "a", desk.user("zhao"), desk.user("qian"))
        for name, tasks in {"wang": 0, "zhao": 1}.items():
            assert len(blind_rounds.open_tasks(session, desk.user(name).id)) == tasks
        with pytest.raises(HotlineError, match="somebody else than the first"):
            cases.hand(session, "a", desk.user("li"), desk.user("qian"))
