"""A desk whose calls are reviewed: people of every part, and the way of a call to any state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import blind_reviews, blind_rounds, cases, judgements, review_marks, users
from ledger.case_records import Case
from ledger.case_states import CaseState
from ledger.cases import Ruling
from ledger.database import Ledger
from ledger.records import User
from ledger.review_rules import ReviewRules
from ledger.states import Decision, UserRole, Verdict
from ledger.tables import CallRow
from tests.ledger.blind import Desk, sheet

CALM = ReviewRules(second_share=0.0, second_when_fatal=False, second_below=None)  # no second review by itself
STAFF = {"qian": UserRole.QUALITY_LEAD, "sun": UserRole.QUALITY_LEAD, "zhou": UserRole.TEAM_LEAD}
OPERATOR = "8001"


class CaseDesk(Desk):
    """Monitors li, wang and zhao; leads qian and sun, team lead zhou; calls a and b of operator 8001."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        with ledger.transaction() as session:
            for name, role in {**STAFF, OPERATOR: UserRole.OPERATOR}.items():
                users.save_user(session, name=name, display_name=name, role=role, password_hash="x")
            for row in session.scalars(select(CallRow)):
                row.operator = OPERATOR
        with ledger.reading() as session:
            found = [users.find_user(session, name) for name in (*STAFF, OPERATOR)]
        self.users |= {both[0].name: both[0] for both in found if both}

    @contextmanager
    def step(self) -> Iterator[Session]:
        """One transaction."""
        with self.ledger.transaction() as session:
            yield session

    def case(self, call_id: str = "a") -> Case:
        """How far it is."""
        with self.ledger.reading() as session:
            return cases.get_case(session, call_id)

    def findings(self, session: Session, call_id: str = "a") -> list[int]:
        """Ids of what the machine found."""
        card = judgements.newest_scorecard(session, call_id)
        assert card
        return [finding.id for finding in card.findings if finding.id]

    def say(self, session: Session, name: str, decision: Decision = Decision.CONFIRMED) -> None:
        """Somebody decides on every finding of call a, as the pages do."""
        cases.require_open_for_change(session, "a", self.users[name])
        for finding_id in self.findings(session):
            judgements.save_review(session, finding_id, self.users[name].id, decision, "")
        self.mark(session, name)

    def mark(self, session: Session, name: str) -> None:
        """Somebody marks call a for all standards."""
        marks = dict.fromkeys(review_marks.STANDARDS, 4)
        review_marks.save_marks(session, "a", self.users[name], marks=marks, comment="清楚", praise="有耐心")

    def review(self, decision: Decision = Decision.CONFIRMED, rules: ReviewRules = CALM) -> Case:
        """Monitor li reviews call a."""
        with self.step() as session:
            self.say(session, "li", decision)
        with self.step() as session:
            return cases.finish_review(session, "a", self.users["li"], rules)

    def ask_second(self) -> Case:
        """Lead qian wants a second review of call a."""
        with self.step() as session:
            return cases.ask_second(session, "a", self.users["qian"])

    def second(self, name: str = "wang", greeting: Verdict = Verdict.FAIL) -> Case:
        """Somebody takes call a and reviews it blind."""
        user = self.users[name]
        with self.step() as session:
            cases.take(session, "a", user)
        with self.step() as session:
            (task,) = blind_rounds.open_tasks(session, user.id)
            blind_reviews.submit(session, user, task.id, only_greeting(greeting))
            return cases.finish_second(session, "a", user)

    def publish(self, name: str = "qian", rules: ReviewRules = CALM) -> Case:
        """Somebody publishes call a."""
        with self.step() as session:
            return cases.publish(session, "a", self.users[name], rules)

    def appeal(self, name: str = OPERATOR) -> Case:
        """Somebody appeals against all that stands of call a."""
        with self.step() as session:
            return cases.appeal(session, "a", self.users[name], "我问好了", self.findings(session))

    def decide(self, name: str = "sun", *, is_upheld: bool = True, rules: ReviewRules = CALM) -> Case:
        """Somebody decides on the appeal."""
        with self.step() as session:
            rulings = [
                Ruling(finding_id=each, is_upheld=is_upheld, reason="听过了")
                for each in self.findings(session)
            ]
            return cases.decide(session, "a", self.users[name], rulings, note="已复听", rules=rules)

    def bring_to(self, state: CaseState) -> None:
        """Call a on its way, by steps that are allowed. Where somebody can have it, somebody has."""
        ways: dict[CaseState, tuple[Callable[[], object], ...]] = {
            CaseState.OPEN: (lambda: self.take("li"),),
            CaseState.REVIEWED: (self.review,),
            CaseState.SECOND: (self.review, self.ask_second, lambda: self.take("wang")),
            CaseState.PUBLISHED: (self.review, self.publish),
            CaseState.APPEALED: (self.review, self.publish, self.appeal, lambda: self.take("sun")),
            CaseState.FINAL: (self.review, self.publish, self.appeal, self.decide),
        }
        for way in ways[state]:
            way()
        assert self.case().state is state

    def take(self, name: str, call_id: str = "a") -> Case:
        """Somebody takes a call."""
        with self.step() as session:
            return cases.take(session, call_id, self.users[name])

    def user(self, name: str) -> User:
        """Somebody."""
        return self.users[name]


def only_greeting(greeting: Verdict) -> blind_reviews.Sheet:
    """A sheet of the one rule that the machine judged."""
    told = sheet()
    return blind_reviews.Sheet(
        verdicts={"greeting": greeting}, marks=told.marks, score=told.score, comment="第二次"
    )
