"""A ledger with people who judge, and calls to be judged."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger import blind_reviews, blind_rounds, calls, judgements, users
from ledger.blind_reviews import BlindReview, Sheet
from ledger.blind_rounds import Order, Place
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Finding, Recording, Scorecard, Transcript, User
from ledger.states import RoundKind, UserRole, Verdict

RULES = ("greeting", "closing")
PEOPLE = ("li", "wang", "zhao")


class Desk:
    """Monitors li, wang and zhao; calls a and b, each recorded and failed by the machine."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.transaction() as session:
            for name in PEOPLE:
                users.save_user(
                    session, name=name, display_name=name, role=UserRole.MONITOR, password_hash="x"
                )
            for call_id in ("a", "b"):
                calls.add_call(session, call_id=call_id, hotline="114")
                session.flush()
                judgements.save_recording(session, _recording(call_id))
                judge(session, call_id, Verdict.FAIL)
        with ledger.reading() as session:
            found = [users.find_user(session, name) for name in PEOPLE]
        self.users: dict[str, User] = {both[0].name: both[0] for both in found if both}

    def open_round(
        self,
        *places: tuple[str, str, int],
        kind: RoundKind = RoundKind.DOUBLE,
        expert: str | None = None,
        opens_at: datetime | None = None,
        closes_at: datetime | None = None,
    ) -> int:
        """A round of (person, call, occasion), in each person's order."""
        order = Order(
            title="十一月双评",
            kind=kind,
            seed=7,
            made_by="chen",
            opens_at=opens_at or now() - timedelta(seconds=1),
            closes_at=closes_at,
            expert_id=self.users[expert].id if expert else None,
            rules={call: RULES for _, call, _ in places},
            places=[
                Place(call_id=call, user_id=self.users[name].id, occasion=occasion, number=number)
                for number, (name, call, occasion) in enumerate(places, start=1)
            ],
        )
        with self.ledger.transaction() as session:
            return blind_rounds.add_round(session, order)

    def tasks(self, name: str) -> list[int]:
        """What somebody has to judge now."""
        with self.ledger.reading() as session:
            return [task.id for task in blind_rounds.open_tasks(session, self.users[name].id)]

    def submit(self, name: str, task_id: int, greeting: Verdict = Verdict.PASS, comment: str = "") -> None:
        """One person's review."""
        with self.ledger.transaction() as session:
            blind_reviews.submit(session, self.users[name], task_id, sheet(greeting, comment=comment))

    def is_blind(self, name: str, call_id: str) -> bool:
        """Whether somebody is blind for a call."""
        with self.ledger.reading() as session:
            return blind_reviews.is_blind(session, self.users[name].id, call_id)

    def shown(self, viewer: str | None = None, round_id: int | None = None) -> list[BlindReview]:
        """The reviews that somebody may see."""
        viewer_id = self.users[viewer].id if viewer else None
        with self.ledger.reading() as session:
            return blind_reviews.shown_reviews(session, viewer_id=viewer_id, round_id=round_id)


def sheet(greeting: Verdict = Verdict.PASS, *, comment: str = "") -> Sheet:
    """A review of both rules."""
    verdicts = {"greeting": greeting, "closing": Verdict.PASS}
    return Sheet(verdicts=verdicts, marks={"快": 4, "准": 5, "清": 3, "亲": 5}, score=90.0, comment=comment)


def judge(session: Session, call_id: str, greeting: Verdict) -> None:
    """What the machine says of a call."""
    transcript = Transcript(model="small", model_sha256="0" * 64, recording_sha256="2" * 64, turns=())
    finding = Finding(rule="greeting", verdict=greeting, evidence=None, reason="理由", points=10)
    card = Scorecard(pack="114", pack_version="1", score=90, flags=("greeting",), findings=(finding,))
    transcript_id = judgements.save_transcript(session, call_id, transcript)
    judgements.save_scorecard(session, call_id, transcript_id, card)


def _recording(call_id: str) -> Recording:
    return Recording(
        call_id=call_id,
        path=f"{call_id}.flac",
        sha256="2" * 64,
        duration_s=12.5,
        sample_rate_hz=8000,
        channels=2,
        sealed_at=now(),
    )
