"""Who may see what: every route, every role."""

from __future__ import annotations

import httpx
import pytest
from fastapi.routing import APIRoute

from console.app import FEATURES
from ledger.database import Ledger
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import open_session
from tests.console.seeding import FLAGGED

STAFF = (UserRole.ADMINISTRATOR, UserRole.MONITOR, UserRole.TEAM_LEAD)
FOR_STAFF = (
    "/calls",
    f"/calls/{FLAGGED}",
    f"/calls/{FLAGGED}/audio",
    f"/calls/{FLAGGED}/peaks",
    "/api/calls",
    f"/api/calls/{FLAGGED}",
    "/samples",
    "/wallboard",
    "/api/wallboard",
    "/operators",
    "/api/operators",
    "/operators/8002",
    "/api/operators/8002",
)
FOR_EVERY_ROLE = ("/operators/8001", "/api/operators/8001")
FOR_EVERYBODY = ("/healthz", "/sign-in", "/metrics")  # the last from this machine
ELSEWHERE = {  # routes whose rights have tests of their own
    "/",
    "/wallboard/stream",
    "/readyz",
    "/sign-out",
    "/language/{language}",
    "/calls/{call_id}/findings/{finding_id}/review",
    "/samples/{draw_id}",  # these two: test_samples.py
    "/samples/{draw_id}/calls/{sampled_id}/check",
    "/calls/{call_id}/transcript",  # test_secrets.py
    "/calls/{call_id}/download",  # these four: test_listening.py
    "/calls/{call_id}/original",
    "/calls/{call_id}/masks",
    "/api/calls/{call_id}/masks",
    "/operators/{number}/state",
    "/api/operators/{number}/state",
    "/rounds",  # these six: test_rounds.py
    "/rounds/tasks/{task_id}",
    "/rounds/{round_id}",
    "/rounds/{round_id}/close",
    "/api/rounds",
    "/api/rounds/{round_id}",
    "/calls/{call_id}/hold",  # these two: test_holds.py
    "/calls/{call_id}/hold/release",
    "/operators/{number}/pause",  # these two: test_operators.py
    "/api/operators/{number}/pause",
}


@pytest.fixture(params=[None, *UserRole], ids=str)
def visit(
    request: pytest.FixtureRequest, stranger: httpx.Client, ledger: Ledger
) -> tuple[UserRole | None, httpx.Client]:
    """A client of each role; None has not signed in. The operator is 8001."""
    role: UserRole | None = request.param
    with ledger.transaction() as session:
        seeding.add_operators(session, "8001", "8002")
        seeding.add_user(session, "8001", role or UserRole.MONITOR)
    if role is not None:
        stranger.cookies.set("hotline_session", open_session(ledger, "8001"))
    return role, stranger


def test_each_role_sees_what_it_may(visit: tuple[UserRole | None, httpx.Client]) -> None:
    """Staff see the pages, an operator the own state, a stranger the sign-in; programs are told in JSON."""
    role, client = visit
    for path in (*FOR_STAFF, *FOR_EVERY_ROLE, *FOR_EVERYBODY):
        is_allowed = role in STAFF or path in FOR_EVERYBODY or (role is not None and path in FOR_EVERY_ROLE)
        refused = 403 if role else 401 if path.startswith("/api/") else 303
        assert client.get(path).status_code == (200 if is_allowed else refused), path


def test_each_role_watches_and_reviews_as_it_may(visit: tuple[UserRole | None, httpx.Client]) -> None:
    """The stream is for staff; an operator's form cannot decide on a finding."""
    role, client = visit
    with client.stream("GET", "/wallboard/stream") as stream:
        assert stream.status_code == (200 if role in STAFF else 403 if role else 303)
    if role is UserRole.OPERATOR:
        assert (
            client.post(f"/calls/{FLAGGED}/findings/1/review", data={"decision": "confirmed"}).status_code
            == 403
        )


def test_each_role_sets_whom_it_may(visit: tuple[UserRole | None, httpx.Client]) -> None:
    """Leads and administrators everybody, an operator itself, others nobody."""
    role, client = visit
    leads = (UserRole.ADMINISTRATOR, UserRole.TEAM_LEAD)
    for number, allowed in (("8001", (*leads, UserRole.OPERATOR)), ("8002", leads)):
        response = client.put(f"/api/operators/{number}/state", json={"state": "away"})
        assert response.status_code == (200 if role in allowed else 403 if role else 401)


def test_no_route_is_left_out() -> None:
    """A new route needs a place in these tables."""
    paths = {path.replace(FLAGGED, "{call_id}") for path in (*FOR_STAFF, *FOR_EVERY_ROLE, *FOR_EVERYBODY)}
    known = {path.replace("8001", "{number}").replace("8002", "{number}") for path in paths} | ELSEWHERE
    assert every_route() == known


def every_route() -> set[str]:
    """Every path that the console answers."""
    return {
        route.path for feature in FEATURES for route in feature.router.routes if isinstance(route, APIRoute)
    }
