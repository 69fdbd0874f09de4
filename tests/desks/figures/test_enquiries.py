"""Enquiries are entered once, settled once, and refused with a sentence where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desks.figures import (
    BadEnquiry,
    EnquiryKind,
    EnquiryResult,
    NewEnquiry,
    RefusalReason,
    enter_enquiry,
    entered_last,
    get_enquiry,
    settle_enquiry,
)
from ledger import users
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.states import UserRole

CARD = NewEnquiry(
    kind=EnquiryKind.CARD, service="公话卡", desk="10050", result=EnquiryResult.SUCCEEDED, amount_fen=10_000
)
ASKED = NewEnquiry(kind=EnquiryKind.INSTALL, service="宽带", desk="10050", result=EnquiryResult.OPEN)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """On both databases."""
    is_sqlite = request.param == "sqlite"
    opened = Ledger(f"sqlite:///{tmp_path / 'l'}" if is_sqlite else request.getfixturevalue("postgres_url"))
    opened.migrate()
    yield opened
    opened.close()


def operator(ledger: Ledger) -> User:
    """Somebody who enters."""
    with ledger.transaction() as session:
        users.save_user(session, name="8001", display_name="8001", role=UserRole.OPERATOR, password_hash="x")
        found = users.find_user(session, "8001")
    assert found
    return found[0]


def test_what_came_of_it_is_said_once(ledger: Ledger) -> None:
    """The second who says it has seen an older state and is told so; nothing is lost."""
    by = operator(ledger)
    with ledger.transaction() as session:
        number = enter_enquiry(session, ASKED, by)
        enter_enquiry(session, CARD, by)
        assert [each.service for each in entered_last(session, "8001")] == ["公话卡", "宽带"]
    with ledger.transaction() as session:
        refused = {"reason": RefusalReason.NO_CABLE, "version": 1}
        settle_enquiry(session, number, EnquiryResult.REFUSED, by, **refused)  # type: ignore[arg-type]
    with pytest.raises(Conflict), ledger.transaction() as session:
        settle_enquiry(session, number, EnquiryResult.SUCCEEDED, by, version=1)
    with pytest.raises(NotFound), ledger.transaction() as session:
        settle_enquiry(session, 99, EnquiryResult.SUCCEEDED, by, version=1)
    with ledger.reading() as session:
        assert get_enquiry(session, number).reason is RefusalReason.NO_CABLE


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (replace(ASKED, result=EnquiryResult.REFUSED), "reason"),
        (replace(ASKED, reason=RefusalReason.PRICE), "reason"),
        (replace(ASKED, service="  "), "service"),
        (replace(ASKED, amount_fen=5), "amount"),
        (replace(CARD, amount_fen=-5), "amount"),
        (replace(ASKED, branch_id=9), "branch"),
        (replace(ASKED, call_id="none"), "call"),
    ],
)
def test_what_cannot_be_is_refused(wrong: NewEnquiry, named: str, tmp_path: Path) -> None:
    """The sentence names the field."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'l'}")
    ledger.migrate()
    by = operator(ledger)
    with pytest.raises(BadEnquiry, match=f"^{named}: "), ledger.transaction() as session:
        enter_enquiry(session, wrong, by)
    ledger.close()
