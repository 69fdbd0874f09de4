"""What every request finds: settings, ledger, the plan's desks, pages, the brake on failed sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from console.rendering import Pages
from console.signin.attempts import Attempts
from console.switchboard import Switchboard
from console.wallboard.feed import Feed
from console.wallboard.lookout import Lookout
from console.wallboard.painter import Painter
from ledger.database import Ledger
from ledger.settings import Settings
from recorder.opening import Recordings
from recorder.silencing import Renditions


@dataclass(frozen=True, kw_only=True, slots=True)
class Console:
    """One running console."""

    settings: Settings
    ledger: Ledger
    switchboard: Switchboard
    lookout: Lookout
    feed: Feed
    painter: Painter
    recordings: Recordings
    renditions: Renditions
    pages: Pages
    attempts: Attempts
    zone: tzinfo  # in which the pages tell the time


def console_of(connection: HTTPConnection) -> Console:
    """The console that serves this request."""
    console = connection.app.state.console
    assert isinstance(console, Console)
    return console


def _console(request: Request) -> Console:
    return console_of(request)


Here = Annotated[Console, Depends(_console)]
