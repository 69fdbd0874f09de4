"""The monitors' console: one FastAPI application over the ledger."""

from __future__ import annotations

from datetime import tzinfo
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from console import language
from console.added import pages as added
from console.assets import STATIC_DIR, check_vendored
from console.auditlog import pages as auditlog
from console.body_limit import BodyLimit
from console.business import api as business_api
from console.business import pages as business
from console.call_in_logs import call_in_logs
from console.calls import pages as calls
from console.campaigns import api as campaigns_api
from console.campaigns import bars as campaign_bars
from console.campaigns import changing as campaign_changing
from console.campaigns import one as campaign_one
from console.campaigns import pages as campaigns
from console.campaigns import panel as campaign_panel
from console.campaigns.lately import Lately
from console.cases import own_pages as own_cases
from console.cases import pages as cases
from console.context import Console
from console.corrections import pages as corrections
from console.directory import pages as directory
from console.directory.searches import Searches
from console.directory.service import directory_of
from console.directory_upkeep import (
    change_pages,
    directory_api,
    entry_pages,
    hard_case_pages,
    import_pages,
    proposal_pages,
    weekly_pages,
    work_pages,
)
from console.drafts import pages as drafts
from console.enquiries import pages as enquiries
from console.feed import Feed
from console.figures import pages as figures
from console.handed_out import pages as handed_out
from console.health import pages as health
from console.intake import files as intake_files
from console.intake import hold_pages as intake_holds
from console.intake import pages as intake
from console.intake import reply_pages as intake_replies
from console.knowledge import api as knowledge_api
from console.knowledge import editing as knowledge_editing
from console.knowledge import pages as knowledge
from console.knowledge import question_pages as knowledge_questions
from console.left import pages as left
from console.listing import hand_outs, news, preferences
from console.listing import pages as listing
from console.marks import pages as marks
from console.me import pages as me
from console.metrics import pages as metrics
from console.oidc import pages as oidc_pages
from console.oidc.provider import Provider, origin_of
from console.openapi import api_routes
from console.operators import pages as operators
from console.parts import pages as parts
from console.people import pages as people
from console.programs import pages as programs
from console.programs.limits import RateLimits
from console.readable import readable_address
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
from console.tickets import api as tickets_api
from console.tickets import counts as ticket_counts
from console.tickets import lists_pages as ticket_lists
from console.tickets import live as ticket_live
from console.tickets import pages as tickets
from console.tickets import panel as ticket_panel
from console.times import SHANGHAI
from console.training import api as training_api
from console.training import pages as training
from console.transcripts import pages as transcripts
from console.wallboard import pages as wallboard
from console.wallboard.lookout import EVERY_S, Lookout
from console.wallboard.painter import Painter
from console.workplace import api as workplace_api
from console.workplace import lookout as work_lookout
from console.workplace import pages as workplace
from desks.intake.settings import load_mail_settings
from ledger.database import Ledger
from ledger.settings import Settings
from recorder.opening import Recordings
from recorder.silencing import Renditions

FEATURES = (
    *(signin, listing, hand_outs, preferences, news, calls, recordings, transcripts, reviews, parts),
    *(rounds, samples, cases, own_cases, added, marks, corrections, drafts, training, training_api),
    *(tickets_api, ticket_live, ticket_panel, ticket_lists, tickets),
    *(intake, intake_files, intake_replies, intake_holds),
    *(campaign_bars, campaign_panel),  # an id is looked for last
    *(campaign_changing, campaigns, campaign_one, campaigns_api),
    *(knowledge_questions, knowledge_editing, knowledge, knowledge_api),
    *(
        figures,
        business,
        business_api,
        enquiries,
        left,
        wallboard,
        workplace,
        workplace_api,
        operators,
        handed_out,
    ),
    *(health, metrics, language),
    *(me, people, programs, auditlog, oidc_pages),
    # Before what has an entry's number in its place.
    *(directory_api, import_pages, entry_pages, change_pages, proposal_pages, hard_case_pages, weekly_pages),
    work_pages,
    directory,
)


def create_app(
    settings: Settings, ledger: Ledger, switchboard: Switchboard, zone: tzinfo = SHANGHAI
) -> FastAPI:
    """The console over an open, migrated ledger. Raises MissingAsset before `make setup` was run."""
    check_vendored()
    nobodys_hash()
    # No generated documentation pages: they load scripts from a foreign host.
    app = FastAPI(title="Hotline console", docs_url=None, redoc_url=None, openapi_url=None)
    oidc = settings.oidc
    pages, lookout = Pages(zone), Lookout(ledger, switchboard, zone)
    sealed = Recordings(settings)
    app.state.console = Console(
        settings=settings,
        ledger=ledger,
        switchboard=switchboard,
        lookout=lookout,
        feed=Feed(lookout.look, EVERY_S),
        work_feed=Feed(partial(work_lookout.look, ledger), work_lookout.EVERY_S),
        ticket_feed=Feed(partial(ticket_counts.look, ledger), ticket_counts.EVERY_S),
        recordings=sealed,
        renditions=Renditions(sealed),
        painter=Painter(pages),
        directory=directory_of(settings),
        lately=Lately(),
        searches=Searches(ledger),
        pages=pages,
        attempts=Attempts(),
        limits=RateLimits(settings.api_per_minute),
        report_limits=RateLimits(settings.reports_per_minute),
        provider=Provider(oidc) if oidc else None,
        mail=load_mail_settings(),
        zone=zone,
    )
    app.router.routes.extend(_routes())
    routes = [route for feature in FEATURES for route in feature.router.routes]
    app.state.api_routes = api_routes(routes)
    # Compressed: there is nothing secret in them. Pages are not: they carry a token beside what others typed.
    app.mount("/static", GZipMiddleware(_Static(directory=STATIC_DIR)), name="static")
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, form_targets=(origin_of(oidc.issuer),) if oidc else ())
    handle_errors(app)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """The routes of all features, shared by the applications of a process: their needs take long to find."""
    together = APIRouter()
    for feature in FEATURES:
        together.include_router(
            feature.router, dependencies=[Depends(call_in_logs), Depends(readable_address)]
        )
    return tuple(together.routes)


class _Static(StaticFiles):
    """Styles and scripts; the browser asks each time whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be asked for again."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
