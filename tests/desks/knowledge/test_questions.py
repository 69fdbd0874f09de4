"""What was asked and not found is kept and merged; what was read, and what a call leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desks.knowledge import articles, hints, questions, readings
from desks.knowledge.calls import known_of, require_own
from desks.knowledge.hints import Known
from desks.knowledge.records import QuestionState, Text
from ledger import calls, conversations, operators, users
from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import Ending, Mark, User
from ledger.states import Place, Reason, Result, UserRole
from ledger.tables import OperatorRow

LATER = timedelta(minutes=5)


def add_user(session: Session, name: str, role: UserRole = UserRole.OPERATOR) -> User:
    """Somebody."""
    return users.save_user(session, name=name, display_name=f"Mx {name}", role=role, password_hash="x")


def search(session: Session, user: User, text: str, *, found: int = 0, call: str | None = None) -> int:
    """A search that is typed now."""
    return questions.note_search(session, user_id=user.id, call_id=call, desk="180", text=text, found=found)


def settled(session: Session) -> list[tuple[str, int]]:
    """The open questions, once all searches have rested."""
    questions.settle(session, before=now() + LATER)
    return [(one.text, one.count) for one in questions.list_questions(session)]


def test_a_question_is_what_was_typed_last_and_those_that_sound_alike_are_one(either_ledger: Ledger) -> None:
    """Typing on goes on with the same search; the call, the desk and the count stay with it."""
    with either_ledger.transaction() as session:
        calls.add_call(session, call_id="c1", hotline="180")
        session.flush()
        one, other = add_user(session, "8005"), add_user(session, "8006")
        for text in ("we", "wei", "卫星", "卫星电", "卫星电视"):
            search(session, one, text, call="c1")
        search(session, other, "电视 卫兴", found=2)
        search(session, other, "国际漫游")
        search(session, one, "k")
        assert settled(session) == [("卫星电视", 2), ("国际漫游", 1)]
        first = questions.list_questions(session)[0]
        assert (first.calls, first.desks, first.nothing_found) == (("c1",), ("180",), 1)


def test_what_was_opened_is_no_question(either_ledger: Ledger) -> None:
    """Only a search after which nothing was opened is one."""
    with either_ledger.transaction() as session:
        user = add_user(session, "8005")
        made = articles.add(session, Text(title="移机", body="正文"), by="li", why="新写")
        kept = search(session, user, "移机", found=1)
        questions.note_opened(session, search_id=kept, user_id=user.id, article_id=made)
        search(session, user, "移机", found=1)
        assert settled(session) == [("移机", 1)]


def test_a_question_is_answered_once(either_ledger: Ledger) -> None:
    """By an article, or put away; asked again it is a new one."""
    with either_ledger.transaction() as session:
        user = add_user(session, "8005")
        made = articles.add(session, Text(title="卫星电视", body="正文"), by="li", why="新写")
        search(session, user, "卫星电视")
        settled(session)
        (question,) = questions.list_questions(session)
        assert questions.count_open(session) == 1
        questions.close(session, question.id, article_id=made, by="li")
        assert questions.count_open(session) == 0
        with pytest.raises(AlreadySo):
            questions.close(session, question.id, article_id=None, by="li")
        (answered,) = questions.list_questions(session, QuestionState.ANSWERED)
        assert (answered.article_id, answered.settled_by) == (made, "li")
        search(session, user, "卫星电视")
        assert settled(session) == [("卫星电视", 1)]


def test_what_was_read_during_a_call_is_kept_once(either_ledger: Ledger) -> None:
    """With its version, by whom and when."""
    with either_ledger.transaction() as session:
        calls.add_call(session, call_id="c1", hotline="180")
        session.flush()
        user = add_user(session, "8005")
        made = articles.add(session, Text(title="移机", body="正文"), by="li", why="新写")
        for call_id in ("c1", "c1", None):
            readings.note(session, article_id=made, version=1, call_id=call_id, user_id=user.id)
        articles.change(session, made, Text(title="搬家", body="正文"), begun=1, by="li", why="改名")
        readings.note(session, article_id=made, version=2, call_id="c1", user_id=user.id)
        told = [(one.title, one.version, one.reader) for one in readings.of_call(session, "c1")]
        assert told == [("移机", 1, "Mx 8005"), ("搬家", 2, "Mx 8005")]
        assert len(readings.of_article(session, made, 10)) == 3


def test_a_call_leads_to_articles_by_what_is_known_of_it(either_ledger: Ledger) -> None:
    """The more particular, the earlier; a fact's value may be asked for."""
    known = Known(
        hotline="112",
        desk="112",
        menus=("faults",),
        keys=("faults/2",),
        facts={"fault_number": "03953131234"},
    )
    with either_ledger.transaction() as session:
        for hint in (
            "hotline:112",
            "menu:faults",
            "key:faults/2",
            "key:faults/1",
            "fact:fault_number",
            "fact:fault_number=0395*",
            "fact:fault_number=0371*",
        ):
            articles.add(session, Text(title=hint, body="正文", hints=(hint,)), by="li", why="新写")
        found = [one.hint for one in hints.met(session, known)]
        assert found == [
            "fact:fault_number=0395*",
            "fact:fault_number",
            "key:faults/2",
            "menu:faults",
            "hotline:112",
        ]
        assert hints.met(session, Known()) == []


def test_what_is_known_is_read_from_the_call_of_who_asks(either_ledger: Ledger) -> None:
    """Operators may ask for the call that they are on or had."""
    marks = (
        Mark(place=Place.MENU, start_s=1, end_s=2, detail="faults"),
        Mark(place=Place.MENU, start_s=2, end_s=2, detail="faults: 2"),
        Mark(place=Place.MENU, start_s=2, end_s=2, detail="faults: silence"),
        Mark(place=Place.MENU, start_s=2, end_s=4, detail="fault_number: 8 digits"),
    )
    with either_ledger.transaction() as session:
        calls.add_call(session, call_id="c1", hotline="112")
        calls.add_call(session, call_id="c2", hotline="112")
        session.flush()
        calls.mark_answered(session, "c1", now())
        ending = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
        facts = {"fault_number": "3131234"}
        calls.mark_ended(
            session,
            "c1",
            ending=ending,
            ended_at=now(),
            marks=marks,
            desk="112",
            operator="8003",
            facts=facts,
        )
        operators.enrol(session, ["8003", "8004"])
        session.get_one(OperatorRow, "8004").call_id = "c2"
        had, on, lead = (
            add_user(session, "8003"),
            add_user(session, "8004"),
            add_user(session, "zhou", UserRole.TEAM_LEAD),
        )
        require_own(session, had, "c1")
        require_own(session, on, "c2")
        require_own(session, lead, "c1")
        for user, call_id in ((had, "c2"), (on, "c1"), (lead, "c3")):
            with pytest.raises(NotFound):
                require_own(session, user, call_id)
        known = known_of(session, "c1")
    assert (known.hotline, known.desk, known.menus, known.keys) == ("112", "112", ("faults",), ("faults/2",))
    assert known.facts == facts


def test_while_a_call_is_talked_it_is_what_was_known_at_the_pick_up(either_ledger: Ledger) -> None:
    """The call's own row has nothing before its end; who handed it on may still ask."""
    mark = Mark(place=Place.MENU, start_s=2, end_s=2, detail="small-city: 1")
    known = conversations.Known(marks=(mark,), facts={"fault_number": "3131234"}, language="zh", waited_s=1.0)
    with either_ledger.transaction() as session:
        calls.add_call(session, call_id="c1", hotline="10050")
        session.flush()
        first, second = add_user(session, "8007"), add_user(session, "8003")
        for desk, operator in (("10050", "8007"), ("112", "8003")):
            conversations.begin(session, "c1", desk=desk, operator=operator, known=known)
        session.flush()
        require_own(session, first, "c1")
        require_own(session, second, "c1")
        asked = known_of(session, "c1")
    assert (asked.desk, asked.keys, asked.facts) == ("112", ("small-city/1",), {"fault_number": "3131234"})
