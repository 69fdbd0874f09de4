"""`/tickets/stream`: how many tickets each queue has, whenever that changes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response

from console.context import Here
from console.signin.visitors import user_of
from console.streams import changes, stream
from console.tickets.admission import Dispatcher
from console.tickets.counts import Counts, look
from desks.tickets import Queue

router = APIRouter()


@router.get("/tickets/stream")
async def tickets_stream(console: Here, visitor: Dispatcher) -> Response:
    """An event with the counts when they change; comments keep a quiet connection open."""
    first = await asyncio.to_thread(look, console.ledger)
    told = partial(_told, user_of(visitor).desks)
    return stream(console.ticket_feed, "queues", changes(told), first)


def _told(desks: frozenset[str], counts: Counts) -> str:
    """Of the desks that somebody may see; none named: of all."""
    total = Counter[str]()
    for desk, queues in counts.items():
        if not desks or desk in desks:
            total.update({str(queue): count for queue, count in queues.items()})
    return json.dumps({queue: total[queue] for queue in Queue if queue not in {Queue.MINE, Queue.ALL}})
