"""The list around its rows: queues, columns, views and links, as one visitor sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from console.context import Console
from console.listing import service
from console.listing.columns import Column, known
from console.listing.filters import write_query
from console.listing.schemas import Count, Filters, Order, Queue, Sort
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from ledger.blind_reviews import open_calls
from ledger.list_views import ListView, settings_of, views_for
from ledger.scopes import visible_among

ROUNDS = "/rounds"

FOLDED = (
    *("hotline", "team", "survey", "language", "length_min", "length_max", "wait_min", "wait_max"),
    *("rule", "verdict", "case", "reviewed", "holder", "reviewer", "state", "model", "held"),
    *("origin", "canary"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """A queue with how much waits in it."""

    queue: Queue | None  # None: blind reviews, which have a page of their own
    link: str
    count: Count | None  # None: not counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """The saved views that somebody sees."""

    all: tuple[ListView, ...] = ()
    current: ListView | None = None
    first_id: int | None = None  # with which the list begins
    columns: tuple[str, ...] | None = None  # that somebody chose where no view says otherwise


def tabs_of(session: Session, console: Console, visitor: Visitor, blind: frozenset[str]) -> tuple[Tab, ...]:
    """The queues of somebody with these rights, who judges these calls blind."""
    user = user_of(visitor)
    queues = [queue for queue in Queue if queue is not Queue.APPEALS or has(visitor, Right.DECIDE)]
    waiting = [queue for queue in queues if queue is not Queue.ALL]
    counted = service.count_queues(session, console.zone, user, waiting, blind)
    tabs = [Tab(queue=queue, link=f"/calls?queue={queue}", count=counted.get(queue)) for queue in queues]
    asked = open_calls(session, user.id)
    seen = visible_among(session, user, set(asked))
    rounds = Tab(queue=None, link=ROUNDS, count=Count(total=sum(call_id in seen for call_id in asked)))
    return (*tabs[:-1], rounds, tabs[-1])


def views_of(session: Session, visitor: Visitor, query: Mapping[str, str]) -> Views:
    """The visitor's views, and the one that the address names."""
    user = user_of(visitor)
    views = views_for(session, user)
    current = next((view for view in views if str(view.id) == query.get("view")), None)
    chosen = settings_of(session, user)
    return Views(all=tuple(views), current=current, first_id=chosen.first_view_id, columns=chosen.columns)


def columns_of(views: Views) -> tuple[Column, ...]:
    """The view's, else those that the visitor chose, else the usual ones."""
    return known(views.current.columns if views.current else views.columns)


def has_more(filters: Filters) -> bool:
    """Whether a filter applies that the page keeps folded."""
    return any(getattr(filters, name) not in (None, "") for name in FOLDED)


def view_link(view: ListView) -> str:
    """Where a view is."""
    return "/calls?" + "&".join(part for part in (view.query, urlencode({"view": view.id})) if part)


def sort_links(filters: Filters, order: Order, view: str) -> dict[Sort, str]:
    """For each column's head: this order, or the opposite one where it is that already."""
    more = {"view": view} if view else {}
    turned = {sort: Order(sort=sort, is_reversed=order == Order(sort=sort)) for sort in Sort}
    return {
        sort: "/calls?" + (write_query(filters, wanted, **more) or f"queue={Queue.ALL}")
        for sort, wanted in turned.items()
    }
