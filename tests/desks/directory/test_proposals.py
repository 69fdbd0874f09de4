"""Proposals: handed in, decided on by an editor, counted by whom; whoever proposed is told why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desks.directory import entries, history, proposals
from desks.directory.changes import change
from desks.directory.checking import BadEntry
from desks.directory.history import Source
from desks.directory.proposal_counts import shares
from desks.directory.proposals import Decided, Proposal, ProposalKind, ProposalState
from desks.directory.records import Entry, EntryState
from ledger import users
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.records import User
from ledger.states import UserRole
from tests.desks.directory.test_changes import SHOP, deed, editor_of
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]


def operator(session: Session, name: str = "8001") -> User:
    """Somebody who brings names."""
    return users.save_user(
        session, name=name, display_name=f"话务员{name}", role=UserRole.OPERATOR, password_hash="x"
    )


def propose(session: Session, user: User, wanted: Entry, kind: ProposalKind = ProposalKind.NEW) -> Proposal:
    """From an advertisement."""
    return proposals.propose(session, user, kind, wanted, "公交广告")


def test_what_is_approved_is_in_the_directory(either_ledger: Ledger) -> None:
    """As it was proposed or corrected; the history names the editor, and the proposer as its title."""
    with either_ledger.transaction() as session:
        proposed = propose(session, operator(session), SHOP)
        wanted = replace(proposals.wanted_of(session, proposed), district="西关区")
        batch_id = proposals.approve(session, editor_of(session), proposed, wanted, "核实")
        (made,) = entries.read_all(session)
        assert (made.name, made.district) == ("万顺茶楼", "西关区")
        batch = history.get_batch(session, batch_id)
        assert (batch.source, batch.user, batch.title) == (Source.PROPOSAL, "he", "8001")
        decided = proposals.get(session, proposed.id)
        assert (decided.state, decided.decided_by, decided.batch_id) == ("approved", "he", batch_id)
        with pytest.raises(Decided):
            proposals.reject(session, editor_of(session), proposed, "重复")


def test_a_change_and_a_closing_say_only_what_is_otherwise(either_ledger: Ledger) -> None:
    """Upon the entry as it is when it is approved: what others changed meanwhile stays."""
    with either_ledger.transaction() as session:
        user, editor = operator(session), editor_of(session)
        made = change(session, deed(editor), SHOP).entries[0]
        moved = propose(session, user, replace(made, address="新址9号"), ProposalKind.CHANGE)
        closed = propose(session, user, made, ProposalKind.CLOSED)
        change(session, deed(editor), replace(made, remark="周末休息"))
        proposals.approve(session, editor, moved, proposals.wanted_of(session, moved), "")
        is_now = entries.get(session, made.id or 0)
        assert (is_now.address, is_now.remark) == ("新址9号", "周末休息")
        proposals.approve(session, editor, closed, proposals.wanted_of(session, closed), "")
        assert entries.get(session, made.id or 0).state is EntryState.REMOVED


def test_what_cannot_be_is_refused_when_it_is_proposed(ledger: Ledger) -> None:
    """A number that is none, a change that changes nothing."""
    with ledger.transaction() as session:
        user = operator(session)
        made = change(session, deed(editor_of(session)), SHOP).entries[0]
        with pytest.raises(BadEntry, match="no name"):
            propose(session, user, replace(SHOP, name=" "))
        with pytest.raises(Conflict, match="nothing to propose"):
            propose(session, user, made, ProposalKind.CHANGE)


def test_duplicates_are_found_and_merged(ledger: Ledger) -> None:
    """By name, by number, by entry; into one that stands."""
    with ledger.transaction() as session:
        user, editor = operator(session), editor_of(session)
        first = propose(session, user, SHOP)
        same_number = propose(session, operator(session, "8002"), replace(SHOP, name="万顺"))
        propose(session, user, Entry(name="别家", numbers=(replace(SHOP.numbers[0], number="83339999"),)))
        assert [one.id for one in proposals.alike(session, first)] == [same_number.id]
        proposals.merge(session, editor, same_number, first)
        with pytest.raises(Conflict, match="cannot take another in"):
            proposals.merge(session, editor, first, proposals.get(session, same_number.id))
        assert proposals.alike(session, first) == []


def test_everybody_is_counted_against_ten_a_week(either_ledger: Ledger) -> None:
    """What was rejected does not count; who has handed in nothing comes first; others' weeks do not count."""
    begun = now()
    with either_ledger.transaction() as session:
        user, editor = operator(session), editor_of(session)
        operator(session, "8002")
        handed = [propose(session, user, replace(SHOP, name=f"新店{n}")) for n in range(3)]
        proposals.reject(session, editor, handed[0], "查无此号")
        assert proposals.list_of(session, user_id=user.id)[-1].reason == "查无此号"
        week = (begun, begun + timedelta(days=7))
        told = shares(session, UserRole.OPERATOR, *week, target=10)
        assert [(one.name, one.counted, one.missing) for one in told] == [("8002", 0, 10), ("8001", 2, 8)]
        assert told[1].by_state == {ProposalState.OPEN: 2, ProposalState.REJECTED: 1}
        before = shares(
            session, UserRole.OPERATOR, begun - timedelta(days=7), begun, target=10, only=["8001"]
        )
        assert [(one.name, one.counted) for one in before] == [("8001", 0)]
