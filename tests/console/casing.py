"""People of every part at the seeded console, and the way of the flagged call to any state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from console.rendering import Visitor
from ledger import cases, judgements, review_marks, users
from ledger.blind_reviews import Sheet, submit
from ledger.blind_rounds import open_tasks
from ledger.case_states import CaseState
from ledger.cases import Case, ReviewRules
from ledger.database import Ledger
from ledger.records import User
from ledger.states import Decision, UserRole, Verdict
from tests.console import seeding
from tests.console.seeding import FLAGGED

CALM = ReviewRules(second_share=0.0, second_when_fatal=False, second_below=None)
OPERATOR = "8001"  # of the flagged call
NAMES = {"first": "赵某", "second": "钱某", "publisher": "孙某", "decider": "周某", OPERATOR: "张某"}
PEOPLE = {
    "first": UserRole.MONITOR,
    "second": UserRole.MONITOR,
    "publisher": UserRole.QUALITY_LEAD,
    "decider": UserRole.QUALITY_LEAD,
    OPERATOR: UserRole.OPERATOR,
}


class Cast:
    """The people, and the steps that bring the flagged call on its way."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.transaction() as session:
            for name, role in PEOPLE.items():
                users.save_user(
                    session, name=name, display_name=NAMES[name], role=role,
                    password_hash=seeding.PASSWORD_HASH,
                )  # fmt: skip

    def add(self, name: str, role: UserRole) -> User:
        """Somebody who had no part in it."""
        with self.ledger.transaction() as session:
            seeding.add_user(session, name, role)
        return self.user(name)

    def user(self, name: str) -> User:
        """Somebody."""
        with self.ledger.reading() as session:
            found = users.find_user(session, name)
        assert found
        return found[0]

    def visitor(self, name: str) -> Visitor:
        """Somebody who has signed in."""
        return Visitor(user=self.user(name), secret="s")

    @property
    def case(self) -> Case:
        """How far the flagged call is."""
        with self.ledger.reading() as session:
            return cases.get_case(session, FLAGGED)

    @contextmanager
    def step(self) -> Iterator[Session]:
        """One transaction."""
        with self.ledger.transaction() as session:
            yield session

    def failed(self) -> list[int]:
        """Ids of the flagged call's failed findings."""
        with self.ledger.reading() as session:
            card = judgements.newest_scorecard(session, FLAGGED)
        assert card
        return [each.id or 0 for each in card.findings if each.verdict is Verdict.FAIL]

    def mark(self, session: Session, name: str) -> None:
        """Somebody marks the flagged call for all standards."""
        marks = dict.fromkeys(review_marks.STANDARDS, 4)
        review_marks.save_marks(
            session, FLAGGED, self.user(name), marks=marks, comment="清楚", praise="有耐心"
        )

    def begin(self) -> None:
        """The first monitor confirms every finding and gives the call back."""
        first = self.user("first")
        with self.step() as session:
            cases.take(session, FLAGGED, first)
            for number in self.failed():
                judgements.save_review(session, number, first.id, Decision.CONFIRMED, "")
            self.mark(session, "first")
            cases.give_back(session, FLAGGED, first)

    def review(self) -> None:
        """The first monitor goes on with it and finishes."""
        self.begin()
        with self.step() as session:
            cases.take(session, FLAGGED, self.user("first"))
            cases.finish_review(session, FLAGGED, self.user("first"), CALM)

    def ask_second(self) -> None:
        """A lead wants a second review."""
        with self.step() as session:
            cases.ask_second(session, FLAGGED, self.user("publisher"))

    def second(self, greeting: Verdict = Verdict.FAIL) -> None:
        """The second monitor takes it, judges it blind and is done."""
        user = self.user("second")
        with self.step() as session:
            cases.take(session, FLAGGED, user)
        with self.step() as session:
            (task,) = open_tasks(session, user.id)
            verdicts = dict.fromkeys(task.rules, Verdict.PASS)
            verdicts |= {"greeting": greeting, "forbidden-words": Verdict.FAIL}
            marks = dict.fromkeys("快准清亲", 4)
            submit(session, user, task.id, Sheet(verdicts=verdicts, marks=marks, score=70, comment="第二次"))
            cases.finish_second(session, FLAGGED, user)

    def publish(self, rules: ReviewRules = CALM) -> None:
        """A lead publishes."""
        with self.step() as session:
            cases.publish(session, FLAGGED, self.user("publisher"), rules)

    def appeal(self) -> None:
        """The operator appeals against everything."""
        with self.step() as session:
            cases.appeal(session, FLAGGED, self.user(OPERATOR), "我问好了", self.failed())

    def decide(self) -> None:
        """Another lead upholds all of it."""
        rulings = [cases.Ruling(finding_id=each, is_upheld=True, reason="听过了") for each in self.failed()]
        with self.step() as session:
            cases.decide(session, FLAGGED, self.user("decider"), rulings, note="已复听", rules=CALM)

    def bring_to(self, state: CaseState) -> None:
        """The flagged call in a state, in nobody's hands."""
        ways = {
            CaseState.OPEN: (self.begin,),
            CaseState.REVIEWED: (self.review,),
            CaseState.SECOND: (self.review, self.ask_second),
            CaseState.PUBLISHED: (self.review, self.publish),
            CaseState.APPEALED: (self.review, self.publish, self.appeal),
            CaseState.FINAL: (self.review, self.publish, self.appeal, self.decide),
        }
        for way in ways[state]:
            way()
        assert self.case.state is state
