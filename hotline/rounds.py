"""Drawing a round of blind reviews: people by name, rules by the packs as they are, places by the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.facts import day_of
from ledger import calls, users
from ledger.blind_rounds import Order, Place
from ledger.errors import NotFound, SettingsError
from ledger.records import User
from ledger.states import RoundKind, UserRole
from qa_scoring.agreement import assign
from qa_scoring.pack_files import Packs


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A round as somebody asks for it."""

    title: str
    kind: RoundKind
    call_ids: Sequence[str]
    raters: Sequence[str]  # the names that they sign in with
    expert: str | None
    repeat_share: float  # 0 to 1
    seed: int
    made_by: str
    opens_at: datetime
    closes_at: datetime | None


def order_of(session: Session, packs: Packs, wish: Wish) -> Order:
    """The round, ready to be kept. Raises NotFound, SettingsError."""
    _check(wish)
    people = {name: _judge(session, name) for name in _all_raters(wish)}
    drawn = assign(
        list(dict.fromkeys(wish.call_ids)),
        list(people),
        everybody=wish.kind is RoundKind.CALIBRATION,
        repeat_share=wish.repeat_share,
        seed=wish.seed,
    )
    return Order(
        title=wish.title,
        kind=wish.kind,
        seed=wish.seed,
        made_by=wish.made_by,
        opens_at=wish.opens_at,
        closes_at=wish.closes_at,
        expert_id=people[wish.expert].id if wish.expert else None,
        rules={call_id: _rules(session, packs, call_id) for call_id in wish.call_ids},
        places=[
            Place(
                call_id=each.call_id,
                user_id=people[each.rater].id,
                occasion=each.occasion,
                number=each.place,
            )
            for each in drawn
        ],
    )


def _check(wish: Wish) -> None:
    if wish.kind is RoundKind.DOUBLE and wish.expert:
        raise SettingsError("a double review has no expert; leave --expert out, or give --kind calibration")
    if wish.kind is RoundKind.CALIBRATION and not wish.expert:
        raise SettingsError("a calibration needs its expert, whose reviews are the reference: give --expert")
    if wish.expert in wish.raters:
        raise SettingsError(f"{wish.expert} is the expert and no rater beside; name others with --raters")
    if len(_all_raters(wish)) < 2:
        raise SettingsError("agreement needs two people at least; name more of them with --raters")
    if wish.closes_at is not None and wish.closes_at <= wish.opens_at:
        raise SettingsError("the round would close before it opens; give a later --closes")


def _all_raters(wish: Wish) -> list[str]:
    """Each once, in an order that does not depend on how they were named; the expert is one of them."""
    return sorted({*wish.raters, *([wish.expert] if wish.expert else [])})


def _judge(session: Session, name: str) -> User:
    found = users.find_user(session, name)
    if found is None:
        raise NotFound(f"there is no user {name!r}; add them with `hotline user add {name}`")
    if found[0].role is UserRole.OPERATOR or found[0].disabled:
        raise SettingsError(f"{name} cannot judge calls: name a monitor or a lead who may sign in")
    return found[0]


def _rules(session: Session, packs: Packs, call_id: str) -> tuple[str, ...]:
    """Those that held on the day of the call."""
    call = calls.get_call(session, call_id)
    pack = packs.for_desk(call.desk or call.hotline, call.hotline, day_of(call))
    return tuple(rule.id for rule in pack.rules)
