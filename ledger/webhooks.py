"""Repository of webhooks: an event is written with what it tells of, then sent until it arrives.

What is sent follows the Standard Webhooks specification (standardwebhooks.com): an id that a receiver can
tell repeats by, the moment, and an HMAC-SHA256 over both and the body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.conflicts import WebhookStopped
from ledger.errors import NotFound
from ledger.states import Origin
from ledger.tables import CallRow, DeliveryRow, WebhookRow

LEASE = timedelta(minutes=2)  # longer than a try takes: after it somebody else may try
RETRY_AFTER_S = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
LONGEST_SAID = 300  # characters


class Event(StrEnum):
    """What webhooks are told."""

    FLAGGED = "call.flagged"  # a call, or a later part of it, was judged and has a flag that it had not
    PUBLISHED = "case.published"
    APPEALED = "case.appealed"
    DECIDED = "case.decided"  # on an appeal
    TICKET_OPENED = "ticket.opened"
    TICKET_OVERDUE = "ticket.overdue"  # the limit has passed
    TICKET_SOLVED = "ticket.solved"  # it waits for its call-back
    TICKET_CLOSED = "ticket.closed"
    TICKET_REOPENED = "ticket.reopened"


class DeliveryState(StrEnum):
    """How far an event is on its way."""

    DUE = "due"
    DONE = "done"
    FAILED = "failed"  # given up after the last try


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """An address that is told of events."""

    id: int
    url: str
    events: tuple[Event, ...]
    made_by: str
    made_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One event on its way to one webhook."""

    id: int
    webhook_id: int
    event: Event
    call_id: str | None  # None: of a ticket
    state: DeliveryState
    tries: int
    made_at: datetime
    next_at: datetime
    done_at: datetime | None
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """What is sent: the body's bytes are those that were signed."""

    id: int
    url: str
    secret: str
    body: str
    tries: int  # before this one


def announce(
    session: Session, event: Event, call_id: str, later_part: Mapping[str, object] | None = None
) -> None:
    """Write an event to the outbox of every webhook that wants it; canaries are told to nobody.

    With a `later_part` it is about that: what else is told is of the call, and of its first operator.
    """
    call = session.get_one(CallRow, call_id)
    if call.origin == Origin.CANARY:
        return
    more = {"later_part": dict(later_part)} if later_part else {}
    _put_out(session, event, _document(event, call, more), call_id)


def announce_ticket(session: Session, event: Event, told: Mapping[str, object]) -> None:
    """The same of a ticket, with what is told of it."""
    _put_out(session, event, _envelope(event, told), None)


def add_webhook(session: Session, *, url: str, secret: str, events: tuple[Event, ...], by: str) -> int:
    """Keep a new webhook; its id."""
    row = WebhookRow(url=url, secret=secret, events=list(events), made_by=by, made_at=now())
    session.add(row)
    session.flush()
    return row.id


def list_webhooks(session: Session) -> list[Webhook]:
    """All of them, the newest first."""
    return [_webhook(row) for row in session.scalars(select(WebhookRow).order_by(WebhookRow.id.desc()))]


def stop_webhook(session: Session, webhook_id: int) -> None:
    """Tell it nothing any more; what is under way is given up. Raises NotFound."""
    row = session.get(WebhookRow, webhook_id)
    if row is None:
        raise NotFound(f"there is no webhook {webhook_id}; /programs lists them")
    row.stopped_at = row.stopped_at or now()
    due = select(DeliveryRow).where(
        DeliveryRow.webhook_id == webhook_id, DeliveryRow.state == DeliveryState.DUE
    )
    for delivery in session.scalars(due):
        _give_up(delivery)


def list_deliveries(session: Session, *, limit: int) -> list[Delivery]:
    """The newest ones."""
    query = select(DeliveryRow).order_by(DeliveryRow.id.desc()).limit(limit)
    return [_delivery(row) for row in session.scalars(query)]


def send_again(session: Session, delivery_id: int) -> None:
    """Make a delivery due at once. Raises NotFound, Conflict where its webhook was stopped."""
    row = session.get(DeliveryRow, delivery_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no delivery {delivery_id}; /programs lists them")
    if session.get_one(WebhookRow, row.webhook_id).stopped_at is not None:
        raise WebhookStopped(f"webhook {row.webhook_id} was stopped; make a new one")
    row.state, row.next_at, row.tries, row.done_at = DeliveryState.DUE, now(), 0, None


def take_due(session: Session, *, limit: int) -> list[Parcel]:
    """What is due now, for this process alone until the lease ends. What its webhook stops is given up."""
    query = (
        select(DeliveryRow, WebhookRow)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .where(DeliveryRow.state == DeliveryState.DUE, DeliveryRow.next_at <= now())
        .order_by(DeliveryRow.next_at)
        .limit(limit)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )
    parcels = []
    for row, hook in session.execute(query).all():
        if hook.stopped_at is not None:  # while the event was written
            _give_up(row)
            continue
        row.next_at = now() + LEASE
        parcels.append(Parcel(id=row.id, url=hook.url, secret=hook.secret, body=row.body, tries=row.tries))
    return parcels


def note_try(session: Session, delivery_id: int, *, arrived: bool, said: str) -> DeliveryState:
    """What came of a try: done, due again later, or given up after the last."""
    row = session.get_one(DeliveryRow, delivery_id, with_for_update=True)
    row.tries += 1
    row.said = said[:LONGEST_SAID]
    if arrived:
        row.state, row.done_at = DeliveryState.DONE, now()
    elif row.tries > len(RETRY_AFTER_S):
        row.state = DeliveryState.FAILED
    else:
        row.next_at = now() + timedelta(seconds=RETRY_AFTER_S[row.tries - 1])
    return DeliveryState(row.state)


def _give_up(row: DeliveryRow) -> None:
    row.state, row.said = DeliveryState.FAILED, "the webhook was stopped"


def _put_out(session: Session, event: Event, document: dict[str, object], call_id: str | None) -> None:
    hooks = session.scalars(select(WebhookRow).where(WebhookRow.stopped_at.is_(None)))
    wanting = [hook.id for hook in hooks if event in hook.events]
    if not wanting:
        return
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for webhook_id in wanting:
        row = DeliveryRow(webhook_id=webhook_id, event=event, call_id=call_id, body=body)
        row.made_at = row.next_at = now()
        row.state = DeliveryState.DUE
        session.add(row)


def _envelope(event: Event, told: Mapping[str, object]) -> dict[str, object]:
    return {"type": str(event), "timestamp": now().astimezone(UTC).isoformat(), "data": dict(told)}


def _document(event: Event, call: CallRow, more: Mapping[str, object]) -> dict[str, object]:
    """What is told: no words of anybody and no caller's number."""
    told: dict[str, object] = {
        "call_id": call.id,
        "hotline": call.hotline,
        "desk": call.desk,
        "operator": call.operator,
        "received_at": call.received_at.astimezone(UTC).isoformat(),
        "score": call.score,
        "flags": list(call.flags),
        **more,
    }
    return _envelope(event, told)


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        events=tuple(Event(event) for event in row.events),
        made_by=row.made_by,
        made_at=row.made_at,
        stopped_at=row.stopped_at,
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event=Event(row.event),
        call_id=row.call_id,
        state=DeliveryState(row.state),
        tries=row.tries,
        made_at=row.made_at,
        next_at=row.next_at,
        done_at=row.done_at,
        said=row.said,
    )
