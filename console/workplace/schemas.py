"""What the operator's page shows, what is sent to it, and what the API answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from console.errors import BadInput
from console.switchboard import Desk
from console.texts import checked
from console.words import N_
from ledger.call_wishes import CallWish
from ledger.directory_numbers import DirectoryNumber, NoNumber
from ledger.operators import OperatorRecord
from ledger.records import Facts
from ledger.states import OperatorState, WishKind, WishOutcome

LONGEST_NAME, LONGEST_NUMBER, LONGEST_ENTRY = 200, 64, 20  # characters
NUMBER_WORDS = N_("号码要写数字，分机写在“转”后面，例如 63012345转102。")
NAME_WORDS = N_("名称最多 200 个字符。")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One thing on the caller's way: a dialled number, a menu, a key, a desk, an operator."""

    name: str
    is_key: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierView:
    """An earlier call of the number."""

    at: datetime
    desk: str  # its name
    reason: str  # in words; empty: none was chosen


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkView:
    """The call that an operator talks, or has just talked."""

    call_id: str
    is_over: bool
    is_outbound: bool  # we called: `caller` is who was called
    desk: Desk
    caller: str | None
    way: tuple[Stop, ...]
    keyed: Facts  # what was keyed in, by fact
    language: str
    waited_s: float
    talked_s: float
    shown: Facts  # the directory's: number, name, entry
    earlier: tuple[EarlierView, ...]
    wrap_up: str | None  # the reason's code
    is_paused: bool  # the recording, by a page
    hand_over: CallWish | None  # what was asked last of where the call goes


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkplaceView:
    """An operator's page."""

    record: OperatorRecord
    name: str
    state_s: float
    desks: tuple[Desk, ...]  # where a caller may be transferred to
    talk: TalkView | None
    sign: str  # changes when the page is no longer true


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the directory's panel gives out."""

    number: str
    name: str
    entry: str  # its id; empty where the number was typed


class ShownDocument(BaseModel):
    """The body of `POST /api/workplace/calls/{call}/shown`."""

    number: str
    name: str = ""
    entry: int | None = None


class ReadBackDocument(BaseModel):
    """The body of `POST /api/workplace/calls/{call}/read-back`; without a number the one that was shown."""

    number: str = ""


class TransferDocument(BaseModel):
    """The body of `POST /api/workplace/calls/{call}/transfer`: a desk's id, or `menu`."""

    to: str


class WrapUpDocument(BaseModel):
    """The body of `POST /api/workplace/calls/{call}/wrap-up`: one of the desk's reasons, by its code."""

    reason: str


class HandOverDocument(BaseModel):
    """Where an operator wanted a call to go, and what came of it."""

    kind: WishKind
    detail: str
    outcome: WishOutcome | None  # null: the line has not taken it yet


class EarlierDocument(BaseModel):
    """An earlier call of the number."""

    at: datetime
    desk: str
    reason: str


class TalkDocument(BaseModel):
    """The call that an operator talks, or has just talked."""

    call_id: str
    is_over: bool
    desk: str
    caller: str | None
    way: list[str]
    keyed: dict[str, str]
    language: str
    waited_s: float
    shown: dict[str, str]
    earlier: list[EarlierDocument]
    wrap_up: str | None
    reasons: dict[str, str]


class WorkplaceDocument(BaseModel):
    """An operator's page for a program."""

    operator: str
    state: OperatorState
    since: datetime
    until: datetime | None
    talk: TalkDocument | None = Field(default=None)
    desks: dict[str, str]  # where a caller may be transferred to: names by id


def read_shown(*, number: str, name: str, entry: str) -> Shown:
    """What a panel or a program shows. Raises BadInput."""
    told = checked("entry", entry, LONGEST_ENTRY)
    if told and not (told.isascii() and told.isdigit()):
        raise BadInput(f"entry must be the id of an entry, got {told!r}")
    return Shown(
        number=str(read_number(number)),
        name=checked("name", " ".join(name.split()), LONGEST_NAME, words=NAME_WORDS),
        entry=told,
    )


def read_number(number: str) -> DirectoryNumber:
    """A number that can be read out. Raises BadInput."""
    text = checked("number", number, LONGEST_NUMBER, is_needed=True, words=NUMBER_WORDS)
    try:
        return DirectoryNumber.read(text)
    except NoNumber as error:
        raise BadInput(f"number: {error}", NUMBER_WORDS) from error


def document_of(view: WorkplaceView) -> WorkplaceDocument:
    """The page for a program."""
    record = view.record
    return WorkplaceDocument(
        operator=record.number,
        state=record.state,
        since=record.since,
        until=record.until,
        talk=_talk_document(view.talk) if view.talk else None,
        desks={desk.id: desk.name for desk in view.desks},
    )


def hand_over_document(wish: CallWish) -> HandOverDocument:
    """A wish for a program."""
    return HandOverDocument(kind=wish.kind, detail=wish.detail, outcome=wish.outcome)


def _talk_document(talk: TalkView) -> TalkDocument:
    return TalkDocument(
        call_id=talk.call_id,
        is_over=talk.is_over,
        desk=talk.desk.id,
        caller=talk.caller,
        way=[stop.name for stop in talk.way],
        keyed=talk.keyed,
        language=talk.language,
        waited_s=talk.waited_s,
        shown=talk.shown,
        earlier=[EarlierDocument(at=call.at, desk=call.desk, reason=call.reason) for call in talk.earlier],
        wrap_up=talk.wrap_up,
        reasons=dict(talk.desk.reasons),
    )
