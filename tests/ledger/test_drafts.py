"""What is typed is kept while a decision is under way, on a server where both take locks."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import text
from sqlalchemy.orm import Session

from console.reviews.service import open_for_review
from ledger import drafts, judgements
from ledger.database import Ledger
from ledger.states import Decision
from tests.ledger.case_desk import CaseDesk


def test_typing_and_deciding_wait_for_one_another_never(postgres_url: str) -> None:
    """A page keeps a draft between the locks of the same person's decision; whoever waits fails here."""
    with closing(Ledger(postgres_url)) as ledger:
        desk = CaseDesk(ledger)
        li = desk.user("li")
        with desk.step() as deciding:
            (finding,) = desk.findings(deciding)
            open_for_review(deciding, li, "a")
            with desk.step() as typing:
                _wait_for_nobody(typing, deciding)
                drafts.keep(typing, li.id, "a", {f"comment-{finding}": "没有问好"})
                judgements.save_review(deciding, finding, li.id, Decision.CONFIRMED, "没有问好")
            drafts.forget(deciding, li.id, "a", [f"comment-{finding}"])
        with ledger.reading() as session:
            assert drafts.draft_of(session, li.id, "a").fields == {}


def _wait_for_nobody(*sessions: Session) -> None:
    for session in sessions:
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
