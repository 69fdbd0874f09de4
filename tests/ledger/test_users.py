"""Somebody who may let people in is always left."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ledger import users
from ledger.conflicts import LastAdministrator
from ledger.database import Ledger
from ledger.states import UserRole


def demote(ledger: Ledger, name: str) -> None:
    """Make an administrator a monitor; who would wait for somebody else fails."""
    with ledger.transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        user = users.named(session, name)
        users.change_user(session, user.id, display_name=name, role=UserRole.MONITOR, desks=(), teams=())


def test_two_administrators_cannot_demote_each_other(postgres_url: str) -> None:
    """At the same moment the second waits for the first, and then is the only one."""
    with closing(Ledger(postgres_url)) as ledger:
        with ledger.transaction() as session:
            chen, qian = (
                users.save_user(
                    session, name=name, display_name=name, role=UserRole.ADMINISTRATOR, password_hash=""
                )
                for name in ("chen", "qian")
            )
        with ledger.transaction() as session:
            users.set_disabled(session, qian.id, disabled=True)
            with pytest.raises(OperationalError, match="lock timeout"):
                demote(ledger, "chen")
        with pytest.raises(LastAdministrator, match="chen is the only administrator"):
            demote(ledger, "chen")
        with ledger.reading() as session:
            assert users.get_user(session, chen.id).role is UserRole.ADMINISTRATOR
