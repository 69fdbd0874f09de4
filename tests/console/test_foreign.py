"""Whom a provider has signed in: what of them is its word and what ours, and what the log tells of it."""

from __future__ import annotations

import json

import httpx
import pytest

from console.oidc.schemas import Claimed
from console.oidc.service import claimed_by, take_in
from console.people import service as people
from console.people.schemas import UserWish
from console.signin.visitors import SESSION_COOKIE
from ledger import audit, users
from ledger.database import Ledger
from ledger.errors import Conflict, NotAllowed
from ledger.records import User
from ledger.settings import Oidc, Settings
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session

ISSUER = "https://provider.example"


def taken_in(
    ledger: Ledger,
    *,
    name: str = "wei",
    desks: frozenset[str] | None = None,
    teams: frozenset[str] | None = None,
) -> User:
    """Somebody whom the provider of ISSUER has signed in."""
    claimed = Claimed(
        subject="1", name=name, display_name="魏", role=UserRole.MONITOR, desks=desks, teams=teams
    )
    return take_in(ledger, claimed, ISSUER)


def test_desks_and_teams_are_whose_word_they_are(settings: Settings, ledger: Ledger) -> None:
    """Set here where no claim tells them; where one does they are the provider's, and not changed here."""
    user = taken_in(ledger)
    claimed = settings.model_copy(update={"oidc_desk_claim": "desks"})
    wish = UserWish(display_name="魏", role=user.role, desks=frozenset({"faults"}), teams=frozenset({"早班"}))
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", UserRole.ADMINISTRATOR)
        chen = users.named(session, "chen")
        with pytest.raises(Conflict, match=r"^desks of wei: https"):
            people.change(session, claimed, chen, user.id, wish)
        people.change(session, settings, chen, user.id, wish)
    again = taken_in(ledger)
    assert (again.desks, again.teams) == (wish.desks, wish.teams)
    told = taken_in(ledger, desks=frozenset())
    assert (told.desks, told.teams) == (set(), wish.teams)


@pytest.mark.parametrize("claim", [{}, {"desks": None}, {"desks": {"faults": True}}])
def test_a_provider_that_is_silent_about_desks_opens_none(claim: dict[str, object]) -> None:
    """An empty list means all desks, so that a claim that is missing or garbled must not be read as one."""
    oidc = Oidc(
        issuer=ISSUER,
        client_id="hotline",
        client_secret=None,
        title="",
        scope="",
        name_claim="name",
        role_claim="roles",
        roles=(("qc", UserRole.MONITOR),),
        desk_claim="desks",
        team_claim="",
    )
    told = {"sub": "1", "name": "wei", "roles": ["qc"]}
    assert claimed_by({**told, "desks": []}, oidc).desks == set()
    assert claimed_by({**told, "desks": "faults"}, oidc).desks == {"faults"}
    with pytest.raises(NotAllowed, match=r"^the provider does not tell desks, which says whose calls"):
        claimed_by({**told, **claim}, oidc)


def test_the_log_tells_each_change_that_a_provider_makes(ledger: Ledger) -> None:
    """Added once, whatever the provider calls somebody later; another desk is a change, the same is none."""
    taken_in(ledger)
    taken_in(ledger, name="wei.new")
    taken_in(ledger, name="wei.new", desks=frozenset({"faults"}))
    taken_in(ledger, name="wei.new", desks=frozenset({"faults"}))
    with ledger.reading() as session:
        told = [(row.action, json.loads(row.details)["desks"]) for row in audit.find(session, user="wei")]
    assert told == [("user_added", ""), ("user_changed", "faults")]


def test_a_sign_out_that_the_provider_does_not_hear_of_is_told(
    stranger: httpx.Client, ledger: Ledger
) -> None:
    """Ours is over; the page says that theirs is not."""
    taken_in(ledger)
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger, "wei"))
    out = stranger.post("/sign-out", data={"csrf": csrf_of(stranger.get("/me").text)})
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?out=half")
    assert "那边的登录还没有结束" in stranger.get(out.headers["location"]).text
    assert stranger.get("/calls").status_code == 303
