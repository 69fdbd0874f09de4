"""Blind reviews: nobody sees another's, nor what the machine found, before all are in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ledger import blind_reviews, blind_rounds, masks, retained
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from ledger.states import RoundKind, Verdict
from ledger.tables import BlindReviewRow
from tests.ledger.blind import Desk, judge, sheet


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    """Three monitors and two calls."""
    return Desk(ledger)


def test_a_double_review_is_blind_until_both_are_in(either_ledger: Ledger) -> None:
    """On both databases: who has submitted waits for the other; those who do not judge it are never blind."""
    desk = Desk(either_ledger)
    desk.open_round(("li", "a", 1), ("wang", "a", 1), ("li", "b", 1), ("zhao", "b", 1))
    (first, other), (wangs,) = desk.tasks("li"), desk.tasks("wang")
    assert [desk.is_blind(name, "a") for name in ("li", "wang", "zhao")] == [True, True, False]
    desk.submit("li", first)
    assert [desk.is_blind(name, "a") for name in ("li", "wang", "zhao")] == [True, True, False]
    assert desk.shown() == []
    desk.submit("wang", wangs, Verdict.FAIL, "没有问好")
    assert [desk.is_blind(name, "a") for name in ("li", "wang")] == [False, False]
    assert desk.is_blind("li", "b")
    shown = desk.shown("li")
    assert [(one.user, one.call_id, one.sheet.verdicts["greeting"]) for one in shown] == [
        ("li", "a", Verdict.PASS),
        ("wang", "a", Verdict.FAIL),
    ]
    assert shown[1].sheet == sheet(Verdict.FAIL, comment="没有问好")
    assert desk.tasks("li") == [other]


def test_the_machines_findings_are_those_of_the_moment(desk: Desk, ledger: Ledger) -> None:
    """A call that is judged anew between two reviews leaves each with what stood then."""
    desk.open_round(("li", "a", 1), ("wang", "a", 1))
    desk.submit("li", desk.tasks("li")[0])
    with ledger.transaction() as session:
        judge(session, "a", Verdict.PASS)
    desk.submit("wang", desk.tasks("wang")[0])
    found = [one.machine and dict(one.machine.verdicts) for one in desk.shown()]
    assert found == [{"greeting": Verdict.FAIL}, {"greeting": Verdict.PASS}]


def test_a_change_is_a_new_row_while_it_is_blind_and_none_after(desk: Desk, ledger: Ledger) -> None:
    """The newest counts and the older stays; with all in, what one has seen can change nothing any more."""
    desk.open_round(("li", "a", 1), ("wang", "a", 1))
    (task,) = desk.tasks("li")
    for verdict in (Verdict.PASS, Verdict.CANNOT_TELL):
        desk.submit("li", task, verdict)
    desk.submit("wang", desk.tasks("wang")[0])
    assert [one.sheet.verdicts["greeting"] for one in desk.shown()] == [Verdict.CANNOT_TELL, Verdict.PASS]
    with ledger.reading() as session:
        assert session.scalar(select(func.count()).select_from(BlindReviewRow)) == 3
    with pytest.raises(Conflict, match="all reviews of call a are in"):
        desk.submit("li", task, Verdict.FAIL)


def test_another_round_keeps_what_an_earlier_one_showed(desk: Desk) -> None:
    """Whoever is to judge the call again sees the first round's reviews of it when that is done."""
    first = desk.open_round(("li", "a", 1), ("wang", "a", 1))
    desk.submit("li", desk.tasks("li")[0])
    desk.submit("wang", desk.tasks("wang")[0])
    second = desk.open_round(("zhao", "a", 1), ("li", "a", 1))
    assert desk.shown("zhao", first) == desk.shown("li", first) == []
    assert len(desk.shown("wang", first)) == len(desk.shown(None, first)) == 2
    with desk.ledger.transaction() as session:
        blind_rounds.close_round(session, second, by="chen")
    assert len(desk.shown("zhao", first)) == 2


def test_nobody_reaches_anothers_review(desk: Desk) -> None:
    """Neither to read nor to submit; it is as if there were none."""
    desk.open_round(("li", "a", 1), ("wang", "a", 1))
    (task,) = desk.tasks("wang")
    with pytest.raises(NotFound, match=f"no blind review {task}"):
        desk.submit("li", task)
    with pytest.raises(NotFound), desk.ledger.reading() as session:
        blind_rounds.own_task(session, desk.users["li"].id, task)


def test_half_a_sheet_and_a_call_without_a_recording_are_refused(desk: Desk) -> None:
    """A verdict for each rule that is asked; and there must be something to listen to."""
    desk.open_round(("li", "a", 1), ("wang", "a", 1))
    half = blind_reviews.Sheet(verdicts={"greeting": Verdict.PASS}, marks={}, score=0, comment="")
    with pytest.raises(Conflict, match="one verdict for each"), desk.ledger.transaction() as session:
        blind_reviews.submit(session, desk.users["li"], desk.tasks("li")[0], half)
    with pytest.raises(NotFound, match="no call 'c'"):
        desk.open_round(("li", "c", 1))


def test_the_repeat_comes_last_and_without_the_first_answer(desk: Desk, ledger: Ledger) -> None:
    """A call to be judged once more is offered when all others are done; the own first sheet stays away."""
    desk.open_round(
        *(("li", "a", 1), ("li", "b", 1), ("li", "a", 2), ("zhao", "a", 1), ("zhao", "b", 1)),
        kind=RoundKind.CALIBRATION,
        expert="zhao",
    )
    with ledger.reading() as session:
        tasks = [task for task in blind_rounds.tasks_of_round(session, 1) if task.user == "li"]
    first, second, repeat = tasks
    assert desk.tasks("li") == [first.id, second.id]
    with pytest.raises(Conflict, match="comes later"):
        desk.submit("li", repeat.id)
    desk.submit("li", first.id)
    desk.submit("li", second.id)
    assert desk.tasks("li") == [repeat.id]
    with ledger.reading() as session:
        assert [blind_reviews.own_sheet(session, task) for task in tasks] == [None] * 3
    for task in (first, second):  # also of what is not repeated, or it would tell what is
        with pytest.raises(Conflict, match="each review is final"):
            desk.submit("li", task.id)
    desk.submit("li", repeat.id)
    for task in desk.tasks("zhao"):
        desk.submit("zhao", task)
    told = {(one.user, one.call_id, one.occasion): one.is_reference for one in desk.shown()}
    assert told == {
        ("li", "a", 1): False,
        ("li", "a", 2): False,
        ("li", "b", 1): False,
        ("zhao", "a", 1): True,
        ("zhao", "b", 1): True,
    }


def test_a_round_takes_reviews_only_while_it_is_open(desk: Desk) -> None:
    """Not before, not after the planned end, not after it was closed; then all that came is shown."""
    soon, before = now() + timedelta(hours=1), now() - timedelta(seconds=1)
    desk.open_round(("li", "a", 1), ("wang", "a", 1), opens_at=soon)
    assert (desk.tasks("li"), desk.is_blind("li", "a")) == ([], True)
    with pytest.raises(Conflict, match="not open before"):
        desk.submit("li", 1)
    desk.open_round(("li", "b", 1), ("wang", "b", 1), closes_at=before)
    assert (desk.tasks("li"), desk.is_blind("li", "b")) == ([], False)
    with pytest.raises(Conflict, match="round 2 is closed"):
        desk.submit("li", 3)
    third = desk.open_round(("li", "b", 1), ("wang", "b", 1))
    desk.submit("li", desk.tasks("li")[0])
    with desk.ledger.transaction() as session:
        blind_rounds.close_round(session, third, by="chen")
    assert [one.user for one in desk.shown()] == ["li"]
    with pytest.raises(Conflict, match="closed already"), desk.ledger.transaction() as session:
        blind_rounds.close_round(session, third, by="chen")


def test_comments_forget_what_is_masked_or_deleted(desk: Desk, ledger: Ledger) -> None:
    """Masking a value and deleting a call reach what monitors have written of it."""
    desk.open_round(("li", "a", 1), ("wang", "a", 1))
    desk.submit("li", desk.tasks("li")[0], comment="号码 68881234 读错")
    with ledger.transaction() as session:
        masks.mask_value(session, "a", "68881234")
        assert [row.comment for row in blind_reviews.comments_of(session, "a")] == [
            "号码 ＊＊＊＊＊＊＊＊ 读错"
        ]
    with ledger.transaction() as session:
        retained.forget(session, "a")
        assert [row.comment for row in blind_reviews.comments_of(session, "a")] == [""]
