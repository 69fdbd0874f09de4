"""Programs on this machine, which need no sign-in for figures that tell of nobody."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request

from console.context import Here
from console.signin.visitors import of_staff, oneself, past_steps, user_of
from ledger.errors import NotAllowed
from ledger.scopes import is_unbounded


def from_inside(request: Request, console: Here) -> None:
    """Lets through whoever asks from this machine, or has signed in and sees the calls of all desks.

    Raises SignInNeeded, NotAllowed.
    """
    if _is_from_here(request):
        return
    if not is_unbounded(user_of(of_staff(past_steps(oneself(request, console), console)))):
        raise NotAllowed("these figures are over all desks and teams, and you are held to some")


Insider = Annotated[None, Depends(from_inside)]


def _is_from_here(request: Request) -> bool:
    """A proxy on this machine makes everybody look local: what it forwards is not from here."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
