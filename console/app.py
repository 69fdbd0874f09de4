"""The monitors' console: one FastAPI application over the ledger."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from console import language
from console.assets import STATIC_DIR, check_vendored
from console.call_in_logs import call_in_logs
from console.calls import pages as calls
from console.context import Console
from console.health import pages as health
from console.metrics import pages as metrics
from console.operators import pages as operators
from console.recordings import pages as recordings
from console.refusals import handle_errors
from console.rendering import Pages
from console.reviews import pages as reviews
from console.rounds import pages as rounds
from console.samples import pages as samples
from console.security import SecurityHeaders
from console.signin import pages as signin
from console.signin.attempts import Attempts
from console.signin.service import nobodys_hash
from console.switchboard import Switchboard
from console.times import SHANGHAI
from console.transcripts import pages as transcripts
from console.wallboard import pages as wallboard
from console.wallboard.feed import Feed
from console.wallboard.lookout import Lookout
from console.wallboard.painter import Painter
from ledger.database import Ledger
from ledger.settings import Settings
from recorder.opening import Recordings
from recorder.silencing import Renditions

FEATURES = (
    *(signin, calls, recordings, transcripts, reviews, rounds, samples),
    *(wallboard, operators, health, metrics, language),
)


def create_app(
    settings: Settings, ledger: Ledger, switchboard: Switchboard, zone: tzinfo = SHANGHAI
) -> FastAPI:
    """The console over an open, migrated ledger. Raises MissingAsset before `make setup` was run."""
    check_vendored()
    nobodys_hash()
    # No generated documentation pages: they load scripts from a foreign host.
    app = FastAPI(
        title="Hotline console",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(call_in_logs)],
    )
    pages, lookout = Pages(zone), Lookout(ledger, switchboard, zone)
    sealed = Recordings(settings)
    app.state.console = Console(
        settings=settings,
        ledger=ledger,
        switchboard=switchboard,
        lookout=lookout,
        feed=Feed(lookout.look),
        recordings=sealed,
        renditions=Renditions(sealed),
        painter=Painter(pages),
        pages=pages,
        attempts=Attempts(),
        zone=zone,
    )
    for feature in FEATURES:
        app.include_router(feature.router)
    app.mount("/static", _Static(directory=STATIC_DIR), name="static")
    app.add_middleware(SecurityHeaders)
    handle_errors(app)
    return app


class _Static(StaticFiles):
    """Styles and scripts; the browser asks each time whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be asked for again."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
