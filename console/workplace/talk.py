"""What an operator is shown of a caller: the way so far, what was keyed in, earlier calls of the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from console.switchboard import Desk, Switchboard
from console.workplace import repository
from console.workplace.schemas import EarlierView, Stop, TalkView
from ledger.call_wishes import CallWish
from ledger.conversations import Conversation, EarlierCall
from ledger.entered import OUR_FACTS
from ledger.records import Call, Facts, Mark
from ledger.states import FactKey, Origin, Place, WishKind

HAND_OVERS: Final = frozenset({WishKind.READ_BACK, WishKind.TRANSFER})
DIRECTORY: Final = (FactKey.DIRECTORY_NUMBER, FactKey.DIRECTORY_NAME, FactKey.DIRECTORY_ENTRY)
_KEY: Final = re.compile(r"(?P<menu>.+): (?P<key>[0-9*#])")  # as ivr/menu.py notes it


def talk_view(
    session: Session, switchboard: Switchboard, conversation: Conversation, at: datetime
) -> TalkView:
    """The conversation as its operator sees it."""
    call, known = repository.get_call(session, conversation.call_id), conversation.known
    earlier = repository.earlier_calls(session, call.caller, but=call.id)
    since = conversation.began_at
    wishes = [wish for wish in repository.list_wishes(session, call.id) if wish.asked_at >= since]
    return TalkView(
        call_id=call.id,
        is_over=conversation.ended_at is not None,
        is_outbound=call.origin is Origin.OUTBOUND,
        desk=_desk(switchboard, conversation.desk),
        caller=call.caller,
        way=tuple(_way(switchboard, call, known.marks)),
        keyed={key: value for key, value in {**call.facts, **known.facts}.items() if key not in OUR_FACTS},
        language=known.language,
        waited_s=known.waited_s,
        talked_s=((conversation.ended_at or at) - conversation.began_at).total_seconds(),
        shown=_shown(call),
        earlier=tuple(_earlier(switchboard, one) for one in earlier),
        wrap_up=conversation.wrap_up,
        is_paused=_last(wishes, WishKind.PAUSE) > _last(wishes, WishKind.RESUME),
        hand_over=next((wish for wish in reversed(wishes) if wish.kind in HAND_OVERS), None),
    )


def _last(wishes: list[CallWish], kind: WishKind) -> int:
    """The id of the last wish of a kind; 0: none. What an operator dials is known to the line alone."""
    return max((wish.id for wish in wishes if wish.kind is kind), default=0)


def _shown(call: Call) -> Facts:
    return {key.value: call.facts[key] for key in DIRECTORY if call.facts.get(key)}


def _way(switchboard: Switchboard, call: Call, marks: tuple[Mark, ...]) -> Iterator[Stop]:
    """From the number dialled to the operator before this one, if there was one."""
    yield Stop(name=switchboard.places.get(call.hotline, call.hotline))
    pressed = [_KEY.fullmatch(mark.detail) for mark in marks if mark.place is Place.MENU]
    menus = {found["menu"] for found in pressed if found} | set(switchboard.places)
    for mark in marks:
        key = _KEY.fullmatch(mark.detail)
        if mark.place is Place.MENU and key:
            yield Stop(name=key["key"], is_key=True)
        elif mark.place is Place.MENU and mark.detail in menus:
            yield Stop(name=switchboard.places.get(mark.detail, mark.detail))
        elif mark.place is Place.QUEUE:
            yield Stop(name=_desk(switchboard, mark.detail).name)
        elif mark.place is Place.OPERATOR:
            yield Stop(name=mark.detail)


def _earlier(switchboard: Switchboard, call: EarlierCall) -> EarlierView:
    desk = _desk(switchboard, call.desk or call.hotline)
    return EarlierView(at=call.received_at, desk=desk.name, reason=desk.reasons.get(call.wrap_up or "", ""))


def _desk(switchboard: Switchboard, desk_id: str) -> Desk:
    """A desk that the plan does not know any more is called by its id."""
    return switchboard.desk(desk_id) or Desk(id=desk_id, name=desk_id, operators=())
