"""What is known of a call before anybody has spoken, and who may ask."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.knowledge.hints import Known
from ledger import calls, entered
from ledger.conversations import list_conversations
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import is_operators_own, require_visible
from ledger.states import Place, UserRole
from ledger.tables import WaitingRow

_KEY: Final = re.compile(r"(?P<menu>[^:]+): (?P<key>[0-9*#])")  # by ivr/menu.py


def require_own(session: Session, user: User, call_id: str) -> None:
    """Operators see the calls that they are on or had, staff those of their scope. Raises NotFound."""
    if user.role is not UserRole.OPERATOR:
        require_visible(session, user, call_id)
        return
    if not is_operators_own(session, user.name, call_id):
        raise NotFound(f"there is no call {call_id!r} among yours")


def known_of(session: Session, call_id: str) -> Known:
    """Number dialled, desk, menus, keys and what was keyed in, without what a mask hides. Raises NotFound.

    While a call is talked its row has none of that yet: it is what was known when the operator picked up.
    """
    call = calls.get_call(session, call_id)
    talked = list_conversations(session, call_id)[-1:]
    marks = call.marks or tuple(mark for one in talked for mark in one.known.marks)
    facts = {**(talked[0].known.facts if talked else {}), **call.facts}
    menu_marks = [mark.detail for mark in marks if mark.place is Place.MENU]
    keys = [found for detail in menu_marks if (found := _KEY.fullmatch(detail))]
    hidden = entered.masked_facts(facts) | entered.OWN_FACTS
    return Known(
        hotline=call.hotline,
        desk=talked[0].desk if talked else call.desk or _waiting_at(session, call_id),
        menus=tuple(dict.fromkeys(detail for detail in menu_marks if detail and ":" not in detail)),
        keys=tuple(dict.fromkeys(f"{found['menu']}/{found['key']}" for found in keys)),
        facts={key: value for key, value in facts.items() if key not in hidden},
    )


def _waiting_at(session: Session, call_id: str) -> str:
    """The desk of a call that nobody has picked up yet."""
    query = select(WaitingRow.desk).where(WaitingRow.call_id == call_id).order_by(WaitingRow.id.desc())
    return session.scalar(query.limit(1)) or ""
