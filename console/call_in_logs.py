"""The call that a request is about stands on every line that is logged meanwhile."""

from __future__ import annotations

from fastapi import Request
from structlog.contextvars import bind_contextvars


async def call_in_logs(request: Request) -> None:
    """A dependency of all routes, asynchronous so that it runs on the request's own task and ends with it."""
    call_id = request.path_params.get("call_id")
    if call_id:
        bind_contextvars(call_id=call_id)
