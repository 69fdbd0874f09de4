"""The operator's page by its API: a synthetic operator looks a number up and hands the caller over."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx

from callers.errors import PhoneError
from ledger.errors import NotFound


class PageRefused(PhoneError):
    """The operator's page did not do what was asked; its own sentence follows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An entry of the directory, and the number that is told."""

    entry: int
    name: str
    number: str


class WorkPage:
    """One operator's page. `token` has the rights `own` and `desk` of that operator."""

    def __init__(self, console_url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(base_url=console_url, headers=headers, timeout=10)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def state(self) -> str:
        """What the operator does now, as the page says it."""
        return str((await self._ask("GET", "/api/workplace"))["state"])

    async def find(self, words: str) -> Found:
        """The entry of the directory that fits best. Raises PageRefused, NotFound."""
        entries = (await self._ask("GET", f"/api/directory?{urlencode({'q': words})}"))["entries"]
        if not entries or not entries[0]["number"]:
            raise NotFound(f"the directory knows no number of {words!r}; load an entry first")
        best = entries[0]
        return Found(entry=best["id"], name=best["name"], number=best["number"]["number"])

    async def show(self, call_id: str, found: Found) -> None:
        """Pick an entry's number for the caller. Raises PageRefused."""
        body = {"number": found.number, "name": found.name, "entry": found.entry}
        await self._ask("POST", f"/api/workplace/calls/{call_id}/shown", body)

    async def read_back(self, call_id: str) -> None:
        """Hand the caller to the machine, which reads out what was picked. Raises PageRefused."""
        await self._ask("POST", f"/api/workplace/calls/{call_id}/read-back", {})

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self._client.request(method, path, json=body)
        if answer.is_error:
            raise PageRefused(f"{method} {path}: {answer.text}")
        return answer.json()
