"""What people wrote in a case, which may quote the caller: it is masked and forgotten with the call."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.tables import AppealRow, CaseStepRow


def rewrite_words(session: Session, call_id: str, change: Callable[[str], str]) -> None:
    """Put every text of the call's case through `change`."""
    for step in session.scalars(select(CaseStepRow).where(CaseStepRow.call_id == call_id)):
        step.note = change(step.note)
    for appeal in session.scalars(select(AppealRow).where(AppealRow.call_id == call_id)):
        appeal.text, appeal.note = change(appeal.text), change(appeal.note)
        appeal.rulings = [{**ruling, "reason": change(ruling["reason"])} for ruling in appeal.rulings]


def forget_words(session: Session, call_id: str) -> None:
    """Keep who did what and when, and nothing of what they wrote."""
    rewrite_words(session, call_id, lambda _: "")
