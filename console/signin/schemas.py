"""What the sign-in form sends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """A name and a password as they were typed, and where from."""

    name: str
    password: str
    address: str  # of the client, for the brake on guessing
