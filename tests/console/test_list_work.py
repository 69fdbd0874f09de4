"""Work from the list: queues, taking, the next call, handing out, saved views, columns."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import httpx
import pytest

from console.listing import deeds
from console.signin.visitors import SESSION_COOKIE
from console.tokens import csrf_token
from ledger import cases, users
from ledger.case_states import CaseState
from ledger.database import Ledger
from ledger.states import Origin, UserRole
from ledger.tables import CallRow, UserRow
from tests.console import seeding
from tests.console.casing import Cast
from tests.console.conftest import open_session
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE, NOON, REFUSED
from tests.console.test_list import listed


class Someone:
    """Somebody who signed in, with forms of their own."""

    def __init__(self, address: str, ledger: Ledger, name: str) -> None:
        token = open_session(ledger, name)
        self.csrf = csrf_token(token)
        self.client = httpx.Client(
            base_url=address, cookies={SESSION_COOKIE: token}, verify=False, timeout=120
        )

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """A form with its token."""
        return self.client.post(path, data={"csrf": self.csrf, **fields})

    def get(self, path: str) -> str:
        """A page."""
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.text


@pytest.fixture
def people(address: str, ledger: Ledger) -> Iterator[dict[str, Someone]]:
    """Two monitors, a lead, a team lead, and a monitor of another desk."""
    roles = {"wang": UserRole.MONITOR, "zhou": UserRole.QUALITY_LEAD, "sun": UserRole.TEAM_LEAD}
    with ledger.transaction() as session:
        for name, role in {**roles, "far": UserRole.MONITOR}.items():
            seeding.add_user(session, name, role)
        session.flush()
        session.query(UserRow).filter_by(name="far").one().desks = ["elsewhere"]
    everybody = {name: Someone(address, ledger, name) for name in ("li", "wang", "zhou", "sun", "far")}
    yield everybody
    for one in everybody.values():
        one.client.close()


def holder_of(ledger: Ledger, call_id: str) -> str | None:
    """Who has a call, by name."""
    with ledger.reading() as session:
        holder_id = cases.get_case(session, call_id).holder_id
        return session.get_one(UserRow, holder_id).name if holder_id else None


def test_queues_hold_what_waits_for_the_visitor(people: dict[str, Someone], ledger: Ledger) -> None:
    """Flagged calls wait for everybody until one takes them; then they are that person's."""
    assert listed(people["li"].client, queue="flagged") == [FLAGGED, FLAGGED_ONCE]
    assert people["li"].post("/calls/take", call=FLAGGED, query="queue=flagged").status_code == 303
    assert listed(people["li"].client, queue="mine") == [FLAGGED]
    assert listed(people["wang"].client, queue="flagged") == [FLAGGED_ONCE]
    assert listed(people["wang"].client, holder="li") == [FLAGGED]
    assert "在 李质监 手上" in people["wang"].get(f"/calls/{FLAGGED}/row")
    late = people["wang"].post("/calls/take", call=FLAGGED)
    assert (late.status_code, "这通电话在别人手上" in late.text) == (409, True)
    assert people["li"].post("/calls/give-back", call=FLAGGED).status_code == 303
    assert listed(people["wang"].client, queue="flagged") == [FLAGGED, FLAGGED_ONCE]
    assert listed(people["far"].client, queue="flagged") == []
    assert people["far"].post("/calls/take", call=FLAGGED).status_code == 404
    assert "申诉" not in re.findall(r'<a href="/calls\?queue=\w+"[^>]*>(\w+)', people["li"].get("/calls"))


def test_two_monitors_never_get_the_same_next_call(people: dict[str, Someone], ledger: Ledger) -> None:
    """Pressed at the same moment, over and over: each call goes to one of them, until none is left."""
    got: dict[str, list[str]] = {"li": [], "wang": []}

    def work(name: str) -> None:
        while "/calls?" not in (address := _next(people[name], "queue=flagged")):
            got[name].append(address)

    threads = [threading.Thread(target=work, args=(name,)) for name in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [re.sub(r"^/calls/|\?.*", "", each) for each in (*got["li"], *got["wang"])]
    assert sorted(taken) == [FLAGGED, FLAGGED_ONCE]
    assert all(unquote(each).endswith("list=queue=flagged") for each in (*got["li"], *got["wang"]))
    assert "没有可领取的了" in people["li"].get(_next(people["li"], "queue=flagged"))


def _next(who: Someone, query: str) -> str:
    response = who.post("/calls/next", query=query)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def test_a_lead_deals_calls_out_evenly_and_takes_them_back(
    people: dict[str, Someone], ledger: Ledger
) -> None:
    """Selected or all that the filters let through; what cannot be handed is told; only leads may."""
    selected = [FLAGGED, FLAGGED_ONCE, REFUSED, "no-such-call"]
    told = people["zhou"].post("/calls/hand-out", call=selected, to=["li", "wang"], which="selected")
    assert "已分派 2 通" in told.text
    assert "这一步还缺下面说的条件" in told.text
    assert "1 通没有分派" in told.text  # it was never answered, so that there is nothing to review
    assert {holder_of(ledger, FLAGGED), holder_of(ledger, FLAGGED_ONCE)} == {"li", "wang"}
    undone = people["zhou"].post("/calls/hand-out/undo", calls=f"{FLAGGED} {FLAGGED_ONCE}")
    assert "已撤销，2 通" in undone.text
    assert holder_of(ledger, FLAGGED) is None
    everything = people["zhou"].post("/calls/hand-out", which="all", to=["li"], query="score_min=95")
    assert "已分派 2 通" in everything.text
    assert holder_of(ledger, CLEAN) == "li"
    assert people["zhou"].post("/calls/hand-out", which="all", query="").status_code == 422
    for name in ("li", "sun"):
        assert people[name].post("/calls/hand-out", call=FLAGGED, to="li").status_code == 403
        assert people[name].post("/calls/hand-out/undo", calls=FLAGGED).status_code == 403


def test_a_view_keeps_filters_order_and_columns_and_may_be_the_first_page(
    people: dict[str, Someone],
) -> None:
    """Saved, opened, begun with, renamed, deleted; a lead's shared view is there for everybody."""
    lead, monitor = people["zhou"], people["li"]
    monitor.post("/calls/columns", column=["team", "score"], query="queue=all")
    page = monitor.get("/calls")
    assert 'class="c-team"' in page
    assert 'class="c-caller"' not in page
    where = monitor.post("/calls/views", name="低分", query="score_max=90&sort=score&order=down&after=x")
    assert "after" not in where.headers["location"]
    assert listed(monitor.client, **dict(httpx.QueryParams(where.headers["location"][7:]))) == [
        FLAGGED,
        FLAGGED_ONCE,
    ]
    view_id = re.search(r"view=(\d+)", where.headers["location"])[1]  # type: ignore[index]
    monitor.post(f"/calls/views/{view_id}", deed="first")
    assert (
        monitor.client.get("/calls").headers["location"]
        == f"/calls?score_max=90&sort=score&order=down&view={view_id}"
    )
    assert "<h1>低分</h1>" in monitor.get("/calls")
    assert monitor.post(f"/calls/views/{view_id}", deed="share").status_code == 403
    assert lead.post(f"/calls/views/{view_id}", deed="rename", name="我的").status_code == 404
    assert monitor.post(f"/calls/views/{view_id}", deed="rename", name="").status_code == 422
    monitor.post(f"/calls/views/{view_id}", deed="delete")
    assert "<h1>全部</h1>" in monitor.get("/calls")

    shared = lead.post("/calls/views", name="今日必看", query="flag=greeting")
    shared_id = re.search(r"view=(\d+)", shared.headers["location"])[1]  # type: ignore[index]
    assert "今日必看" not in monitor.get("/calls")
    lead.post(f"/calls/views/{shared_id}", deed="share")
    assert "今日必看" in monitor.get("/calls")


def test_counts_are_exact_where_somebody_asks(people: dict[str, Someone], ledger: Ledger) -> None:
    """The list counts so far as it is read; the rest on demand, and only what one may see."""
    with ledger.transaction() as session:
        session.get_one(CallRow, CLEAN).facts = {"survey_mark": "2", "language": "yue"}
        assert users.find_user(session, "far")
    assert "<b>6</b>" in people["li"].get("/calls/count")
    assert "<b>0</b>" in people["far"].get("/calls/count")
    assert listed(people["li"].client, survey="2") == [CLEAN]
    assert listed(people["li"].client, language="yue", survey="none") == []
    assert listed(people["li"].client, rule="closing", verdict="pass") == [FLAGGED]
    assert listed(people["li"].client, rule="offer-more-help", verdict="cannot_tell") == [FLAGGED]
    assert listed(people["li"].client, length_min="19", length_max="21", wait_max="2", flag="closing") == [
        FLAGGED_ONCE
    ]


def test_an_appeal_is_for_who_decides_on_it(people: dict[str, Someone], ledger: Ledger) -> None:
    """A monitor neither takes it from the list nor gets it as the next one or handed; leads do, twice too."""
    Cast(ledger).bring_to(CaseState.APPEALED)
    assert people["li"].post("/calls/take", call=FLAGGED).status_code == 403
    for query in ("queue=appeals", "case=appealed"):
        assert "done=yes" in _next(people["li"], query)
    told = people["zhou"].post("/calls/hand-out", call=FLAGGED, to="li").text
    assert "已分派 0 通" in told
    assert holder_of(ledger, FLAGGED) is None
    assert FLAGGED in _next(people["sun"], "queue=appeals")
    assert holder_of(ledger, FLAGGED) == "sun"
    for _ in range(2):  # the button was pressed twice
        assert people["sun"].post("/calls/take", call=FLAGGED).status_code == 303
    assert people["sun"].post("/calls/give-back", call=FLAGGED).status_code == 303
    assert "已分派 1 通" in people["zhou"].post("/calls/hand-out", call=FLAGGED, to="sun").text


def test_what_is_not_scored_is_no_next_call(people: dict[str, Someone], ledger: Ledger) -> None:
    """However many such calls come first, the next one is one that there is something to say of."""
    with ledger.transaction() as session:
        for number in range(deeds.TRIES + 1):
            seeding.add_call(session, f"waits-{number}", NOON + timedelta(days=30, seconds=number))
    first = set(listed(people["li"].client, sort="time", order="down"))
    assert first <= {f"waits-{number}" for number in range(deeds.TRIES + 1)}
    taken = re.sub(r"^/calls/|\?.*", "", _next(people["li"], "sort=time&order=down"))
    assert holder_of(ledger, taken) == "li"


def test_canaries_are_handed_out_and_shown_anew_from_their_own_list(
    people: dict[str, Someone], ledger: Ledger
) -> None:
    """A row of the list of canaries is asked for with that list's address, and so is the hand-out."""
    with ledger.transaction() as session:
        session.get_one(CallRow, FLAGGED).origin = Origin.CANARY
    assert people["li"].client.get(f"/calls/{FLAGGED}/row").status_code == 404
    assert FLAGGED in people["li"].get(f"/calls/{FLAGGED}/row?canary=only")
    told = people["zhou"].post("/calls/hand-out", call=FLAGGED, to="li", query="canary=only").text
    assert "已分派 1 通" in told


def test_forms_hold_no_signs_that_no_text_has(people: dict[str, Someone]) -> None:
    """Each field is refused by its name, as PostgreSQL keeps no NUL; so are numbers that no row has."""
    lead = people["zhou"]
    for path, fields in (
        ("take", {"call": "a\0"}),
        ("give-back", {"call": "a\0"}),
        ("next", {"current": "a\0"}),
        ("hand-out", {"call": "a\0", "to": "li"}),
        ("hand-out", {"call": FLAGGED, "to": "l\0"}),
        ("hand-out/undo", {"calls": f"{FLAGGED} a\0"}),
    ):
        assert lead.post(f"/calls/{path}", **fields).status_code == 422, path
    assert lead.post(f"/calls/{FLAGGED}/hold", why="投诉\0").status_code == 422
    for path in ("/calls/a%00", "/calls/a%00/row", f"/api/calls/{FLAGGED}%00/case", "/mine/a%00/appeal"):
        assert "a sign that no text has" in lead.client.get(path).text, path
    too_high = 10**30  # for any database
    assert lead.post(f"/calls/views/{too_high}", deed="delete").status_code == 422
    assert lead.client.get(f"/calls/{FLAGGED}?version={too_high}").status_code == 422
