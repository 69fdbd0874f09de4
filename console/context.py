"""What every request finds: settings, ledger, the plan's desks, pages, the brake on failed sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from console.campaigns.lately import Lately
from console.directory.searches import Searches
from console.feed import Feed
from console.oidc.provider import Provider
from console.programs.limits import RateLimits
from console.rendering import Pages
from console.signin.attempts import Attempts
from console.switchboard import Switchboard
from console.tickets.counts import Counts
from console.wallboard.lookout import Lookout
from console.wallboard.painter import Painter
from console.wallboard.schemas import Snapshot
from console.workplace.lookout import Signs
from desks.directory.directory import Directory
from desks.intake.settings import MailSettings
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
    feed: Feed[Snapshot]
    work_feed: Feed[Signs]
    ticket_feed: Feed[Counts]
    painter: Painter
    recordings: Recordings
    renditions: Renditions
    pages: Pages
    directory: Directory  # of the enquiry desk, for its search
    lately: Lately  # what became of lines that were sent to campaigns
    searches: Searches  # what operators looked for during calls
    attempts: Attempts
    limits: RateLimits
    report_limits: RateLimits  # of the public form
    provider: Provider | None  # that signs people in; None: passwords alone
    mail: MailSettings  # by which answers to customers go out
    zone: tzinfo  # in which the pages tell the time


def console_of(connection: HTTPConnection) -> Console:
    """The console that serves this request."""
    console = connection.app.state.console
    assert isinstance(console, Console)
    return console


async def _console(request: Request) -> Console:
    return console_of(request)


Here = Annotated[Console, Depends(_console)]
