"""Addresses that can be no text: nothing has NUL in it, and PostgreSQL refuses to look for it."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from console.errors import BadInput, NoSuchPage

NUL: Final = "\0"


async def readable_address(request: Request) -> None:
    """A dependency of all routes. Raises NoSuchPage, BadInput where it is a field that has it."""
    if NUL in request.scope["path"]:
        raise NoSuchPage("this address has a sign that no text has; go back to /calls")
    unreadable = [name for name, value in request.query_params.multi_items() if NUL in value]
    if unreadable:
        raise BadInput(f"{unreadable[0][:20]!r} has a sign that no text has; type it again")
