"""What the sign-in forms send, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a request comes from."""

    address: str  # of the client, for the brake on guessing
    agent: str  # what the browser calls itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """A name and a password as they were typed."""

    name: str
    password: str
    origin: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A sign-in, or its first half."""

    token: str
    is_pending: bool  # a code is still to come
