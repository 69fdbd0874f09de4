"""Shows operators the call that they talk, and asks its line for what they want; own calls only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from console.errors import BadInput, NotTalking
from console.switchboard import Desk, Switchboard
from console.texts import HIGHEST_ID
from console.words import N_
from console.workplace import repository
from console.workplace.lookout import sign_of
from console.workplace.schemas import Shown, WorkplaceView, read_number
from console.workplace.talk import HAND_OVERS, talk_view
from desks.directory.entries import note_asked
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.call_wishes import CallWish
from ledger.clock import now
from ledger.conversations import Conversation
from ledger.errors import NotFound
from ledger.operators import OperatorRecord
from ledger.records import User
from ledger.states import MENU, ChangedBy, FactKey, OperatorState, WishKind

LATE_REASON = timedelta(minutes=10)  # how long an idle operator may still say what a call was about
NO_REASON = N_("请选这个台的一项小结原因。")
NO_DESK = N_("请选一个服务台，或转回菜单。")
NO_NUMBER = N_("还没有选定号码。请先选一条，或写上号码。")
_OVER: Final = "the conversation of call {} is over; wait for the next caller"
_STRANGE: Final = "call {!r} is none of yours; your own page shows the call that you talk"

log = structlog.get_logger(__name__)


def open_view(session: Session, switchboard: Switchboard, user: User) -> WorkplaceView:
    """An operator's own page. Raises NotFound where the plan knows no such operator."""
    at = now()
    record = repository.get_operator(session, user.name, at=at)
    conversation = _shown_conversation(session, record, at)
    return WorkplaceView(
        record=record,
        name=switchboard.names.get(record.number, ""),
        state_s=(at - record.since).total_seconds(),
        desks=switchboard.desks,
        talk=talk_view(session, switchboard, conversation, at) if conversation else None,
        sign=sign_of(record),
    )


def _shown_conversation(session: Session, record: OperatorRecord, at: datetime) -> Conversation | None:
    """The one that goes on, or the last one as long as its reason may be chosen."""
    last = repository.last_of_operator(session, record.number)
    if last is None:
        return None
    if record.state is OperatorState.TALKING:
        return last if last.call_id == record.call_id else None
    if record.state is OperatorState.WRAP_UP:
        return last
    is_due = last.wrap_up is None and last.ended_at is not None and last.ended_at > at - LATE_REASON
    return last if is_due and record.call_id is None else None


def show_number(session: Session, user: User, call_id: str, shown: Shown) -> None:
    """Keep what the operator has picked for the caller as facts of the call. Raises NotFound, NotTalking."""
    require_talk(session, user, call_id)
    facts = {
        FactKey.DIRECTORY_NUMBER: shown.number,
        FactKey.DIRECTORY_NAME: shown.name,
        FactKey.DIRECTORY_ENTRY: shown.entry,
    }
    repository.add_facts(session, call_id, {key.value: value for key, value in facts.items()})
    if shown.entry and int(shown.entry) <= HIGHEST_ID:
        note_asked(session, int(shown.entry))
    details = {"number": shown.number, "name": shown.name, "entry": shown.entry}
    write(session, Act(user=user, action=AuditAction.NUMBER_SHOWN, call_id=call_id, details=details))


def read_back(session: Session, user: User, call_id: str, number: str) -> None:
    """Ask for the read-back of a number, or (empty) of the one that was shown.

    Raises NotFound, NotTalking, BadInput.
    """
    require_talk(session, user, call_id)
    wanted = number or repository.get_call(session, call_id).facts.get(FactKey.DIRECTORY_NUMBER, "")
    if not wanted:
        raise BadInput("no number was shown: pick an entry first, or give the number", NO_NUMBER)
    _hand_over(session, user, call_id, WishKind.READ_BACK, str(read_number(wanted)))


def transfer(session: Session, switchboard: Switchboard, user: User, call_id: str, to: str) -> None:
    """Ask for a transfer to a desk or to the menu.

    Raises NotFound, NotTalking, BadInput.
    """
    require_talk(session, user, call_id)
    if to != MENU and switchboard.desk(to) is None:
        known = ", ".join((*(desk.id for desk in switchboard.desks), MENU))
        raise BadInput(f"to must be one of {known}, got {to[:40]!r}", NO_DESK)
    _hand_over(session, user, call_id, WishKind.TRANSFER, to)


def _hand_over(session: Session, user: User, call_id: str, kind: WishKind, detail: str) -> None:
    repository.ask(session, call_id, kind, by=user.name, detail=detail)
    details = {"how": kind.value, "to": detail}
    write(session, Act(user=user, action=AuditAction.HANDED_OVER, call_id=call_id, details=details))
    log.info("hand_over_asked", call_id=call_id, kind=kind, by=user.name)


def wrap_up(session: Session, switchboard: Switchboard, user: User, call_id: str, code: str) -> None:
    """Keep the reason of the own conversation; an operator who wraps up is idle then.

    Raises NotFound, BadInput.
    """
    conversation = _own_conversation(session, user, call_id)
    desk = switchboard.desk(conversation.desk) or Desk(id=conversation.desk, name="", operators=())
    if code not in desk.reasons:
        known = ", ".join(desk.reasons) or "none"
        raise BadInput(f"reason must be one of the desk's ({known}), got {code[:40]!r}", NO_REASON)
    repository.wrap_up(session, call_id, user.name, code)
    if repository.get_operator(session, user.name).state is OperatorState.WRAP_UP:
        repository.set_by_person(session, user.name, OperatorState.IDLE, by=ChangedBy.PAGE)
    details = {"operator": user.name, "reason": code}
    write(session, Act(user=user, action=AuditAction.WRAPPED_UP, call_id=call_id, details=details))


def hand_over_of(session: Session, user: User, call_id: str) -> CallWish:
    """What was asked last of where the own call goes, and what came of it. Raises NotFound."""
    _own_conversation(session, user, call_id)
    asked = [wish for wish in repository.list_wishes(session, call_id) if wish.kind in HAND_OVERS]
    if not asked:
        raise NotFound(f"call {call_id} was handed over to nobody")
    return asked[-1]


def require_talk(session: Session, user: User, call_id: str) -> None:
    """Raises NotTalking where the conversation is over, NotFound where there was none."""
    record = repository.get_operator(session, user.name)
    if record.state is OperatorState.TALKING and record.call_id == call_id:
        return
    _own_conversation(session, user, call_id)
    raise NotTalking(_OVER.format(call_id))


def _own_conversation(session: Session, user: User, call_id: str) -> Conversation:
    found = repository.last_of_call(session, call_id, user.name) if "\0" not in call_id else None
    if found is None:
        raise NotFound(_STRANGE.format(call_id))
    return found
