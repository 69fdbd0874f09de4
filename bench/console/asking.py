"""Twenty people at once: each asks a page, reads for a while, asks the next one."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
from sqlalchemy import func, select

from bench.search import talk
from console.listing.filters import write_cursor
from console.listing.orders import cursor_of
from console.listing.schemas import Order, Sort
from console.signin.visitors import SESSION_COOKIE
from ledger.database import Ledger
from ledger.search import EXACT
from ledger.tables import CallRow

C = TypeVar("C", httpx.Client, httpx.AsyncClient)
READING_S = 1.0  # on average, between two pages of one person
SORTS = {
    Sort.WORST: CallRow.flag_count,
    Sort.SCORE: CallRow.lost_points,
    Sort.POINTS: CallRow.worst_points,
    Sort.LENGTH: CallRow.length_s,
    Sort.WAIT: CallRow.queue_wait_s,
    Sort.TIME: CallRow.received_at,
}


@dataclass(kw_only=True)
class Taken:
    """What the answers of one page took."""

    alone_ms: float = 0.0  # the median when nobody else asks
    together_ms: list[float] = field(default_factory=list)
    bytes: int = 0

    @property
    def p95_ms(self) -> float:
        """With everybody at once."""
        some = self.together_ms
        return statistics.quantiles(some, n=20)[-1] if len(some) > 1 else sum(some)


def pages(ledger: Ledger) -> dict[str, str]:
    """The addresses that are asked, by what they are."""
    with ledger.reading() as session:
        call = session.scalar(select(CallRow.id).where(CallRow.flag_count == 2).limit(1))
        newest = session.scalar(select(func.max(CallRow.received_at)))
    assert newest
    day = f"day_from={newest:%Y-%m-%d}&day_to={newest:%Y-%m-%d}"
    return {
        "list": "/calls?queue=all",
        **{f"list, deep, by {sort}": f"/calls?{address}" for sort, address in _deep(ledger).items()},
        **{f"list, by {sort}": f"/calls?sort={sort}" for sort in SORTS},
        "list, lengths rising": "/calls?sort=length&order=up",
        "queue: mine": "/calls?queue=mine",
        "queue: sample": "/calls?queue=sample",
        "queue: flagged": "/calls?queue=flagged",
        "filter: desk": "/calls?desk=10050",
        "filter: operator": "/calls?operator=8100",
        "filter: day": f"/calls?{day}",
        "filter: common flag": "/calls?flag=greeting&sort=time",
        "filter: rare flag": "/calls?flag=number-readback",
        "filter: rule that cannot tell": "/calls?rule=overtalk&verdict=cannot_tell",
        "filter: mark 1, waited, unreviewed": "/calls?survey=1&wait_min=30&reviewed=no",
        "filter: score, language, length": "/calls?score_max=70&language=en&length_min=120",
        "filter: reviewer": "/calls?reviewer=monitor-03",
        "search: rare": f"/calls?text={talk.RARE}",
        "search: common": "/calls?text=请稍等",
        "search: by sound": f"/calls?text={talk.MISHEARD}",
        "search: in none": "/calls?text=火星人登陆",
        "search: with operator": "/calls?text=您好&operator=8100",
        "call": f"/calls/{call}",
    }


def _deep(ledger: Ledger) -> Mapping[str, str]:
    """The middle of the list in each order."""
    found = {}
    with ledger.reading() as session:
        total = session.scalar(select(func.count()).select_from(CallRow)) or 0
        for sort, column in SORTS.items():
            query = select(CallRow).order_by(column.desc(), CallRow.received_at.desc(), CallRow.id.desc())
            row = session.scalars(query.offset(total // 2).limit(1)).one()
            found[sort] = (
                f"sort={sort}&after={write_cursor(cursor_of(row, Order(sort=sort), EXACT))}".replace(
                    "+", "%2B"
                )
            )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Who asks what, and what it takes."""

    address: str
    pages: Mapping[str, str]
    taken: Mapping[str, Taken]

    def alone(self, cookie: str) -> None:
        """Each page three times, the first of four not counted. Raises where one is refused."""
        with self._client(httpx.Client, cookie) as client:
            for name, path in self.pages.items():
                took_ms = []
                for _ in range(4):
                    started_s = time.perf_counter()
                    answer = client.get(path)
                    took_ms.append((time.perf_counter() - started_s) * 1000)
                    answer.raise_for_status()
                taken = self.taken[name]
                taken.alone_ms, taken.bytes = statistics.median(took_ms[1:]), len(answer.content)

    async def together(self, cookies: Sequence[str], seconds: float) -> None:
        """Everybody for so many seconds."""
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for number, cookie in enumerate(cookies):
                group.create_task(self._work(cookie, random.Random(number), until))

    async def _work(self, cookie: str, chance: random.Random, until: float) -> None:
        async with self._client(httpx.AsyncClient, cookie) as client:
            while time.monotonic() < until:
                await asyncio.sleep(chance.expovariate(1 / READING_S))
                name = chance.choice(list(self.pages))
                started_s = time.perf_counter()
                answer = await client.get(self.pages[name])
                self.taken[name].together_ms.append((time.perf_counter() - started_s) * 1000)
                if answer.status_code != 404:  # a call that is not among one's own is not there
                    answer.raise_for_status()

    def _client(self, kind: type[C], cookie: str) -> C:
        return kind(
            base_url=self.address,
            cookies={SESSION_COOKIE: cookie},
            verify=False,
            timeout=60,
            limits=httpx.Limits(keepalive_expiry=2.0),  # before the server ends a connection that rests
        )


def measure(
    address: str, wanted: Mapping[str, str], cookies: Sequence[str], seconds: float
) -> dict[str, Taken]:
    """Each page alone, then everybody for so many seconds. Raises where one is refused."""
    taken = {name: Taken() for name in wanted}
    visit = Visit(address=address, pages=wanted, taken=taken)
    visit.alone(cookies[0])
    asyncio.run(visit.together(cookies, seconds))
    return taken
