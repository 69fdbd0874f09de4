"""Who gets what from every route: one line a route and method, of what each role is answered.

A new route needs a line in `TABLE`, or in DESKS where it is of a desk's own work. The columns are the roles
of ROLES. A status alone stands for all roles that may; `-` is what whoever may not is told (403). Whoever has
not signed in is sent to the sign-in (303), or told so in JSON under /api (401), if nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.routing import APIRoute

from console.app import FEATURES
from ledger.states import UserRole
from tests.console.routes_of_desks import DESKS

ROLES = (
    UserRole.ADMINISTRATOR,
    UserRole.QUALITY_LEAD,
    UserRole.TEAM_LEAD,
    UserRole.MONITOR,
    UserRole.OPERATOR,
    UserRole.SUPERVISOR,
    UserRole.AUDITOR,
    UserRole.DISPATCHER,
    UserRole.EDITOR,
)

# method, path, what is sent, and the answers to administrator, quality lead, team lead, monitor, operator,
# supervisor, auditor, dispatcher and editor. {call} is a call that everybody of the staff sees and the
# supervisor was handed; {other} one that the supervisor was not; {self} is the visitor's name.
TABLE = """
GET    /                                      |  303  303  303  303  303  303  303  303  303
GET    /calls                                 |  200  200  200  200   -    -    -   -    -
GET    /api/calls                             |  200  200  200  200   -    -    -   -    -
GET    /calls/{call}                          |  200  200  200  200   -    -    -   -    -
GET    /api/calls/{call}                      |  200  200  200  200   -    -    -   -    -
GET    /calls/{call}?unmasked=true            |  200  200  200   -    -    -    -   -    -
GET    /calls/{call}/audio                    |  200  200  200  200   -   200   -   -    -
GET    /calls/{other}/audio                   |  200  200  200  200   -   404   -   -    -
GET    /calls/{call}/audio?unmasked=true      |  200  200  200   -    -    -    -   -    -
GET    /calls/{call}/peaks                    |  200  200  200  200   -   200   -   -    -
GET    /calls/{call}/download                 |  200  200  200   -    -    -    -   -    -
GET    /calls/{call}/original                 |  404   -    -    -    -    -    -   -    -
GET    /calls/{call}/transcript               |  200  200  200   -    -    -    -   -    -
POST   /calls/{call}/masks                    |  422  422  422  422   -    -    -   -    -
POST   /api/calls/{call}/masks          {json}|  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/hold                     |  422  422  422   -    -    -    -   -    -
POST   /calls/{call}/hold/release             |  422  422  422   -    -    -    -   -    -
POST   /calls/{call}/findings/1/review        |  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/case                     |  422  422  422  422   -    -    -   -    -
GET    /api/calls/{call}/case                 |  200  200  200  200  404   -    -   -    -
POST   /api/calls/{call}/case           {json}|  422  422  422  422  422  422  422  422  422
GET    /appeals                               |  200  200  200   -    -    -    -   -    -
GET    /api/appeals                           |  200  200  200   -    -    -    -   -    -
GET    /second-reviews                        |  200  200  200  200   -    -    -   -    -
GET    /api/second-reviews                    |  200  200  200  200   -    -    -   -    -
GET    /published                             |   -    -    -    -   200   -    -   -    -
GET    /api/published                         |   -    -    -    -   200   -    -   -    -
GET    /mine/{call}/appeal                    |   -    -    -    -   404   -    -   -    -
POST   /mine/{call}/appeal                    |   -    -    -    -   422   -    -   -    -
GET    /mine/{call}/appeal/audio              |   -    -    -    -   404   -    -   -    -
GET    /samples                               |  200  200  200  200   -    -    -   -    -
GET    /samples/{draw}                        |  200  200  200  200   -    -    -   -    -
POST   /samples/{draw}/calls/1/check          |  422  422  422  422   -    -    -   -    -
GET    /rounds                                |  200  200  200  200   -    -    -   -    -
GET    /api/rounds                            |  200  200  200  200   -    -    -   -    -
GET    /rounds/99                             |  404  404  404   -    -    -    -   -    -
GET    /api/rounds/99                         |  404  404  404   -    -    -    -   -    -
POST   /rounds/99/close                       |  404  404  404   -    -    -    -   -    -
GET    /rounds/tasks/99                       |  404  404  404  404   -    -    -   -    -
POST   /rounds/tasks/99                       |  404  404  404  404   -    -    -   -    -
GET    /wallboard                             |  200  200  200  200   -    -    -   -    -
GET    /wallboard/stream                      |  200  200  200  200   -    -    -   -    -
GET    /api/wallboard                         |  200  200  200  200   -    -    -   -    -
GET    /operators                             |  200  200  200  200   -    -    -   -    -
GET    /api/operators                         |  200  200  200  200   -    -    -   -    -
GET    /operators/8002                        |  200  200  200  200   -    -    -   -    -
GET    /api/operators/8002                    |  200  200  200  200   -    -    -   -    -
GET    /operators/{self}                      |  404  404  404  404  200   -    -   -    -
GET    /api/operators/{self}                  |  404  404  404  404  200   -    -   -    -
POST   /operators/8002/state                  |  422  422  422  422  422  422  422  422  422
PUT    /api/operators/8002/state        {json}|  422  422  422  422  422  422  422  422  422
POST   /operators/8002/pause                  |  422  422  422  422  422  422  422  422  422
PUT    /api/operators/8002/pause        {json}|  422  422  422  422  422  422  422  422  422
GET    /handed-out                            |   -    -    -    -    -   200   -   -    -
GET    /handed-out/{call}                     |   -    -    -    -    -   200   -   -    -
GET    /handed-out/{other}                    |   -    -    -    -    -   404   -   -    -
POST   /handed-out/{call}                     |   -    -    -    -    -   422   -   -    -
GET    /audit                                 |  200   -    -    -    -    -   200   -    -
GET    /audit/export.csv                      |  200   -    -    -    -    -   200   -    -
POST   /audit/verify                          |  200   -    -    -    -    -   200   -    -
GET    /people                                |  200   -    -    -    -    -    -   -    -
POST   /people                                |  422   -    -    -    -    -    -   -    -
GET    /people/99                             |  404   -    -    -    -    -    -   -    -
POST   /people/99                             |  404   -    -    -    -    -    -   -    -
POST   /people/99/disabled                    |  422   -    -    -    -    -    -   -    -
POST   /people/99/password                    |  404   -    -    -    -    -    -   -    -
POST   /people/99/codes/off                   |  404   -    -    -    -    -    -   -    -
POST   /people/99/sessions/end                |  404   -    -    -    -    -    -   -    -
POST   /people/99/sessions/x/end              |  404   -    -    -    -    -    -   -    -
GET    /me                                    |  200  200  200  200  200  200  200  200  200
GET    /me/password                           |  200  200  200  200  200  200  200  200  200
POST   /me/password                           |  422  422  422  422  422  422  422  422  422
GET    /me/codes                              |  200  200  200  200  200  200  200  200  200
GET    /me/codes/picture                      |  404  404  404  404  404  404  404  404  404
POST   /me/codes                              |  409  409  409  409  409  409  409  409  409
POST   /me/codes/begin                        |  303  303  303  303  303  303  303  303  303
POST   /me/codes/off                          |  422  422  422  422  422  422  422  422  422
POST   /me/sessions/end                       |  303  303  303  303  303  303  303  303  303
POST   /me/sessions/x/end                     |  404  404  404  404  404  404  404  404  404
GET    /readyz                      {anybody} |  503  503  503  503  503  503  503  503  503
GET    /metrics                     {anybody} |  200  200  200  200  200  200  200  200  200
GET    /metrics                     {outside} |  200  200  200  200   -    -    -   -    -
GET    /healthz                     {anybody} |  200  200  200  200  200  200  200  200  200
GET    /language/en                 {anybody} |  303  303  303  303  303  303  303  303  303
GET    /sign-in                     {anybody} |  200  200  200  200  200  200  200  200  200
POST   /sign-in                     {forged}  |  403  403  403  403  403  403  403  403  403
GET    /sign-in/provider            {anybody} |  404  404  404  404  404  404  404  404  404
GET    /sign-in/provider/back       {anybody} |  404  404  404  404  404  404  404  404  404
GET    /sign-in/code                          |  303  303  303  303  303  303  303  303  303
POST   /sign-in/code                {forged}  |  403  403  403  403  403  403  403  403  403
GET    /calls/news?since=2026-01-01T00:00:00Z |  200  200  200  200   -    -    -   -    -
GET    /calls/count                           |  200  200  200  200   -    -    -   -    -
GET    /calls/{call}/row                      |  200  200  200  200   -    -    -   -    -
POST   /calls/take                            |  404  404  404  404   -    -    -   -    -
POST   /calls/give-back                       |  404  404  404  404   -    -    -   -    -
POST   /calls/next                            |  303  303  303  303   -    -    -   -    -
POST   /calls/hand-out                        |  422  422   -    -    -    -    -   -    -
POST   /calls/hand-out/undo                   |  200  200   -    -    -    -    -   -    -
POST   /calls/columns                         |  303  303  303  303   -    -    -   -    -
POST   /calls/views                           |  422  422  422  422   -    -    -   -    -
POST   /calls/views/99                        |  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/findings/99/undo         |  409  409  409  409   -    -    -   -    -
POST   /api/calls/{call}/findings/99/review {json}|  422  422  422  422   -    -    -   -    -
POST   /api/calls/{call}/findings/99/undo {json}|  409  409  409  409   -    -    -   -    -
GET    /api/calls/{call}/review               |  200  200  200  200   -    -    -   -    -
POST   /calls/{call}/parts/99/findings/1/review|  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/parts/99/findings/1/undo |  404  404  404  404   -    -    -   -    -
GET    /api/calls/{call}/parts/99             |  404  404  404  404   -    -    -   -    -
POST   /api/calls/{call}/parts/99/findings/1/review {json}|  422  422  422  422   -    -    -   -    -
POST   /api/calls/{call}/parts/99/findings/1/undo {json}|  422  422  422  422   -    -    -   -    -
GET    /training                              |  200  200  200  200  200   -    -   -    -
POST   /training                              |  422  422  422  422   -    -    -   -    -
GET    /training/99                           |  404  404  404  404  404   -    -   -    -
POST   /training/99/closed                    |  422  422  422  422   -    -    -   -    -
POST   /training/clips                        |  422  422  422  422   -    -    -   -    -
POST   /training/99/clips/99/remove           |  404  404  404  404   -    -    -   -    -
POST   /training/99/clips/99/move             |  422  422  422  422   -    -    -   -    -
POST   /training/99/clips/99/notes            |  422  422  422  422  422   -    -   -    -
POST   /training/99/clips/99/notes/99/withdraw|  404  404  404  404  404   -    -   -    -
POST   /training/99/clips/99/marks            |  422  422  422  422  422   -    -   -    -
GET    /training/99/clips/99/audio            |  404  404  404  404  404   -    -   -    -
GET    /training/99/export                    |  404  404  404   -    -    -    -   -    -
GET    /api/training                          |  200  200  200  200  200   -    -   -    -
GET    /api/training/99                       |  404  404  404  404  404   -    -   -    -
POST   /api/training                    {json}|  422  422  422  422   -    -    -   -    -
POST   /api/training/99/clips           {json}|  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/added-findings           |  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/added-findings/99/withdraw|  409  409  409  409   -    -    -   -    -
POST   /api/calls/{call}/added-findings {json}|  422  422  422  422   -    -    -   -    -
DELETE /api/calls/{call}/added-findings/99 {json}|  409  409  409  409   -    -    -   -    -
POST   /calls/{call}/marks                    |  422  422  422  422   -    -    -   -    -
PUT    /api/calls/{call}/marks          {json}|  422  422  422  422   -    -    -   -    -
POST   /calls/{call}/corrections              |  422  422  422  422   -    -    -   -    -
POST   /api/calls/{call}/corrections    {json}|  422  422  422  422   -    -    -   -    -
GET    /api/calls/{call}/draft                |  200  200  200  200   -    -    -   -    -
PUT    /api/calls/{call}/draft          {json}|  422  422  422  422   -    -    -   -    -
GET    /figures                               |  200  200  200   -    -    -   200   -    -
GET    /figures/report                        |  200  200  200   -    -    -   200   -    -
GET    /figures/calls                         |  200  200  200   -    -    -    -   -    -
GET    /figures/export.xlsx                   |  200  200  200   -    -    -   200   -    -
GET    /figures/export.csv                    |  200  200  200   -    -    -   200   -    -
GET    /programs                              |  200   -    -    -    -    -    -   -    -
POST   /programs/tokens                       |  422   -    -    -    -    -    -   -    -
POST   /programs/tokens/99/revoke             |  404   -    -    -    -    -    -   -    -
POST   /programs/webhooks                     |  422   -    -    -    -    -    -   -    -
POST   /programs/webhooks/99/stop             |  404   -    -    -    -    -    -   -    -
POST   /programs/deliveries/99/again          |  404   -    -    -    -    -    -   -    -
GET    /api/openapi.json                      |  200  200  200  200  200  200  200  200  200
POST   /sign-out                              |  303  303  303  303  303  303  303  303  303
"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table."""

    method: str
    path: str
    notes: frozenset[str]
    answers: dict[UserRole, int]

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON, which needs no form's token."""
        return "json" in self.notes

    @property
    def answer_to_strangers(self) -> int:
        """What somebody gets who has not signed in."""
        if "anybody" in self.notes or "forged" in self.notes:
            return self.answers[UserRole.MONITOR]
        return 401 if self.path.startswith("/api/") else 303


def every_route() -> list[APIRoute]:
    """Every route of every feature, those of routers within routers too."""
    return [route for feature in FEATURES for route in _routes_of(feature.router)]


def _routes_of(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        within = getattr(route, "original_router", None)  # newer releases keep the router as it was
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(within, APIRouter):
            yield from _routes_of(within)


def read_table(text: str = DESKS + TABLE) -> list[Line]:
    """The lines."""
    return [_line(line) for line in text.splitlines() if line]


def _line(text: str) -> Line:
    asked, _, told = text.partition("|")
    method, path, *notes = asked.replace("{json}", " {json}").split()
    statuses = [403 if status == "-" else int(status) for status in told.split()]
    return Line(
        method=method,
        path=path,
        notes=frozenset(note.strip("{}") for note in notes),
        answers=dict(zip(ROLES, statuses, strict=True)),
    )
