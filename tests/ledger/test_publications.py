"""What is published stays as it was, appeals reach what people added too, and words go with the call."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ledger import added_findings, appeals, cases, masks, retained
from ledger.added_findings import Missed
from ledger.case_states import CaseState
from ledger.cases import Ruling
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict, NotAllowed
from ledger.review_rules import ReviewRules, WhySecond
from ledger.states import Decision, Verdict
from ledger.tables import AppealRow, CaseRow
from ledger.working_days import WorkingDays
from tests.ledger.blind import judge
from tests.ledger.case_desk import CALM, OPERATOR, CaseDesk

HEARD = Missed(
    rule="closing",
    start_s=9.0,
    end_s=10.0,
    text="挂了",
    why="没有道别",
    points=5.0,
    most_points=None,
    dimension="",
)


@pytest.fixture
def desk(ledger: Ledger) -> CaseDesk:
    """People and two judged calls."""
    return CaseDesk(ledger)


def add(desk: CaseDesk) -> int:
    """Monitor li hears what the machine missed in call a; the number that it has in the case."""
    with desk.step() as session:
        cases.require_open_for_change(session, "a", desk.user("li"))
        return -added_findings.add(session, "a", desk.user("li"), HEARD)


def test_what_is_published_is_frozen(desk: CaseDesk) -> None:
    """Findings, decisions, score and marks of that moment, whatever is judged anew later."""
    number = add(desk)
    desk.bring_to(CaseState.PUBLISHED)
    with desk.step() as session:
        judge(session, "a", Verdict.PASS)
        published = cases.newest_publication(session, "a")
    assert published
    assert {each.rule: each.points for each in published.standing} == {"greeting": 10.0, "closing": 5.0}
    assert number in {each.number for each in published.standing}
    assert (published.machine_score, published.score, published.marks["亲"]) == (90.0, 85.0, 4)


def test_an_appeal_reaches_what_a_person_added(desk: CaseDesk) -> None:
    """What is upheld is withdrawn and the operator's score rises; what is dismissed stands."""
    number = add(desk)
    desk.bring_to(CaseState.PUBLISHED)
    with desk.step() as session:
        (machine,) = desk.findings(session)
        judge(session, "a", Verdict.FAIL)
    with pytest.raises(Conflict, match="names published findings"), desk.step() as session:
        cases.appeal(session, "a", desk.user(OPERATOR), "都不对", [machine + 1])
    with desk.step() as session:
        cases.appeal(session, "a", desk.user(OPERATOR), "我道别了", [machine, number])
    rulings = [
        Ruling(finding_id=number, is_upheld=True, reason="听到再见"),
        Ruling(finding_id=machine, is_upheld=False, reason="没有问好"),
    ]
    with pytest.raises(Conflict, match="decide once on each finding"), desk.step() as session:
        cases.decide(session, "a", desk.user("sun"), rulings[:1], note="好", rules=CALM)
    with desk.step() as session:
        case = cases.decide(session, "a", desk.user("sun"), rulings, note="已复听", rules=CALM)
        published = cases.newest_publication(session, "a")
        appeal = cases.newest_appeal(session, "a")
    assert case.state is CaseState.FINAL
    assert published
    assert ([each.rule for each in published.standing], published.score) == (["greeting"], 90.0)
    assert appeal
    assert (appeal.outcome, appeal.rulings) == ("upheld", tuple(rulings))


def test_both_reviewers_differ_on_what_one_added(desk: CaseDesk) -> None:
    """The second is asked for the machine's rules; what was added to one of them is settled too."""
    with desk.step() as session:
        cases.require_open_for_change(session, "a", desk.user("li"))
        added = added_findings.add(session, "a", desk.user("li"), replace(HEARD, rule="greeting"))
    desk.review(Decision.REJECTED)
    desk.ask_second()
    desk.second(greeting=Verdict.PASS)
    with desk.step() as session:
        (differs,) = cases.open_differences(session, desk.case())
        assert (differs.number, differs.first) == (-added, True)
        cases.settle(session, "a", desk.user("sun"), {-added: Decision.REJECTED}, "第二位对")
    desk.publish()
    with desk.step() as session:
        published = cases.newest_publication(session, "a")
    assert published
    assert (published.standing, published.score) == ((), 100.0)


def test_what_people_wrote_is_masked_and_forgotten_with_the_call(desk: CaseDesk) -> None:
    """Texts of appeals and decisions quote callers; who did what and when stays, and the case ends."""
    desk.bring_to(CaseState.APPEALED)
    with desk.step() as session:
        session.query(AppealRow).one().text = "他说号码是68881234"
        masks.mask_value(session, "a", "68881234")
        assert session.query(AppealRow).one().text == "他说号码是＊＊＊＊＊＊＊＊"
        retained.forget(session, "a")
    with desk.step() as session:
        appeal = cases.newest_appeal(session, "a")
        assert appeal
        assert (appeal.text, appeal.user) == ("", OPERATOR)
        assert cases.close_overdue(session, now()) == ["a"]
        assert cases.get_case(session, "a").state is CaseState.FINAL
        assert {step.note for step in cases.steps_of(session, "a")} == {""}


def test_an_appeal_comes_before_the_limit_and_time_closes_after_it(desk: CaseDesk) -> None:
    """To the moment; others' calls are none of a team lead of other desks; the operator may do without."""
    until = desk_published(desk)
    with desk.step() as session:
        assert cases.close_overdue(session, until - timedelta(seconds=1)) == []
        away = replace(desk.user("zhou"), desks=frozenset({"nowhere"}))
        with pytest.raises(NotAllowed, match="none of yours"):
            cases.appeal(session, "a", away, "不对", desk.findings(session))
        with pytest.raises(NotAllowed, match="only the operator"):
            cases.waive(session, "a", desk.user("zhou"))
        session.get_one(CaseRow, "a").appeal_until = now()
    with pytest.raises(Conflict, match="the time to appeal"):
        desk.appeal()
    with desk.step() as session:
        assert cases.close_overdue(session, now()) == ["a"]
        assert cases.steps_of(session, "a")[-1].user is None


def test_nobody_takes_back_what_is_appealed_against(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From when the appeal reads what is published: it would name something that nobody sees any more."""
    with closing(Ledger(postgres_url)) as ledger:
        desk = CaseDesk(ledger)
        desk.bring_to(CaseState.PUBLISHED)

        def read(session: Session, call_id: str) -> cases.Published | None:
            with pytest.raises(OperationalError, match="lock timeout"):
                _withdraw_at_once(desk, call_id)
            return cases.newest_publication(session, call_id)

        monkeypatch.setattr(appeals, "newest_publication", read)
        assert desk.appeal().state is CaseState.APPEALED


def _withdraw_at_once(desk: CaseDesk, call_id: str) -> None:
    with desk.step() as session:
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        cases.withdraw(session, call_id, desk.user("qian"))


def desk_published(desk: CaseDesk) -> datetime:
    """Call a is published; until when one may appeal."""
    desk.bring_to(CaseState.PUBLISHED)
    until = desk.case().appeal_until
    assert until
    return until


def test_the_draw_is_the_keys(desk: CaseDesk) -> None:
    """The same calls each time and about the share; another key draws others; the plan's reasons go first."""
    ids = [f"20261130-{number:06}" for number in range(2000)]
    rules = ReviewRules(second_share=0.1)
    drawn = {call_id for call_id in ids if rules.draws(call_id)}
    assert drawn == {call_id for call_id in ids if ReviewRules(second_share=0.1).draws(call_id)}
    assert 150 < len(drawn) < 250
    assert drawn != {call_id for call_id in ids if ReviewRules(second_key="四季").draws(call_id)}
    assert rules.why_second("x", score=0.0, is_fatal=True) is WhySecond.FATAL
    assert rules.why_second("x", score=59.0, is_fatal=False) is WhySecond.LOW_SCORE
    assert ReviewRules(second_share=1.0).why_second("x", score=90.0, is_fatal=False) is WhySecond.DRAWN
    assert CALM.why_second("x", score=0.0, is_fatal=True) is None
    low = replace(CALM, second_below=95.0)
    assert desk.review(rules=low).state is CaseState.SECOND


def test_limits_are_counted_in_working_days() -> None:
    """From the day after the publication, in the calendar's zone, over holidays and adjusted working days."""
    calendar = WorkingDays(holidays=frozenset({date(2026, 12, 3)}), extra_days=frozenset({date(2026, 12, 5)}))
    wednesday = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    assert calendar.end_after(wednesday, 1) == datetime(2026, 12, 4, 16, 0, tzinfo=UTC)
    assert calendar.end_after(wednesday, 2) == datetime(2026, 12, 5, 16, 0, tzinfo=UTC)
    assert calendar.end_after(wednesday, 3) == datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
    late = datetime(2026, 12, 2, 17, 0, tzinfo=UTC)  # Thursday in Shanghai
    assert calendar.end_after(late, 1) == datetime(2026, 12, 4, 16, 0, tzinfo=UTC)
