"""The wallboard's figures, and the stream that keeps them current."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from structlog.testing import capture_logs

from console.feed import Feed
from console.streams import event as sent_event
from console.times import SHANGHAI, start_of_day
from console.wallboard.lookout import Lookout
from console.wallboard.schemas import Snapshot
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import OperatorState, QueueOutcome
from ledger.tables import Base, CallRow, WaitingRow
from tests.console import live, seeding
from tests.console.conftest import open_session, serve

BRIDGED, ABANDONED = QueueOutcome.BRIDGED, QueueOutcome.ABANDONED


@pytest.fixture
def busy(ledger: Ledger) -> Ledger:
    """A desk with two callers waiting, ten waits behind it, operators and lines."""
    with ledger.transaction() as session:
        live.join_queue(session, "w1", waited_s=40)
        live.join_queue(session, "w2", waited_s=5)
        for number, took_s in enumerate((1, 2, 3, 4, 5, 14.9, 15, 15.1)):
            live.add_wait(session, f"b{number}", BRIDGED, took_s)
        live.add_wait(session, "a1", ABANDONED, 3)
        live.add_wait(session, "a2", ABANDONED, 60)
        live.add_operators(session, "8001", state=OperatorState.TALKING)
        live.add_operators(session, "8002", "8003")
        live.add_line(session, "line-1")
        live.add_line(session, "line-2", seen_before_s=60)
        live.begin_call(session, "t1", line="line-1:1")
    return ledger


@contextmanager
def watch(client: httpx.Client) -> Iterator[Iterator[str]]:
    """The lines of the stream, as they come."""
    with client.stream("GET", "/wallboard/stream") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield response.iter_lines()


def next_board(lines: Iterator[str]) -> str:
    """The data of the next event."""
    while next(lines) != "event: board":
        pass
    data = []
    while line := next(lines):
        data.append(line.removeprefix("data: "))
    return "\n".join(data)


def boards_until(board: str, lines: Iterator[str]) -> list[str]:
    """Those up to this one, which must come; who came earlier has some from before."""
    seen = [next_board(lines)]
    while seen[-1] != board:
        assert len(seen) < 30, "the board never came"
        seen.append(next_board(lines))
    return seen


def test_the_figures_are_those_of_the_ledger(busy: Ledger, monitor: httpx.Client) -> None:
    """Waiting callers, states and lines of now; service level, abandonment and survey of today."""
    board = monitor.get("/api/wallboard").json()
    assert (board["waiting"], board["in_progress"]) == (2, 3)
    assert 40 <= board["longest_wait_s"] < 60
    assert (board["received_today"], board["answered_today"], board["abandoned_today"]) == (13, 13, 2)
    assert (board["service_level"], board["abandonment"]) == (
        0.7,
        0.2,
    )  # of ten waits 7 within 15 s, 2 given up
    assert (board["surveys_asked"], board["surveys_answered"]) == (8, 8)
    assert (board["operators"]["talking"], board["operators"]["idle"], board["operators"]["off"]) == (1, 2, 0)
    assert board["lines"] == {
        "free": 0, "busy": 1, "full": 0, "draining": 0, "starting": 0, "dead": 1, "calls": 1, "places": 2
    }  # fmt: skip
    enquiries, faults = board["desks"]
    assert (enquiries["name"], enquiries["waiting"], enquiries["waits_today"]) == ("114查号台", 2, 10)
    assert enquiries["operators"]["talking"] == 1
    assert (faults["waiting"], faults["service_level"], faults["operators"]["idle"]) == (0, None, 2)


def test_each_desk_has_its_own_service_level(ledger: Ledger, monitor: httpx.Client) -> None:
    """An answer after 18 s is late at a desk of 15 s and in time at one of 20 s."""
    with ledger.transaction() as session:
        live.add_wait(session, "a", BRIDGED, 18, desk="enquiries")
        live.add_wait(session, "b", BRIDGED, 18, desk="faults")
    board = monitor.get("/api/wallboard").json()
    assert [desk["service_level"] for desk in board["desks"]] == [0.0, 1.0]
    assert board["service_level"] == 0.5


def test_a_wait_that_overflowed_was_not_answered_in_time_and_a_dead_line_is_no_fault_of_the_desk(
    ledger: Ledger, monitor: httpx.Client
) -> None:
    """Overflowed waits count into the whole, those that a line's death ended do not."""
    with ledger.transaction() as session:
        live.add_wait(session, "a", BRIDGED, 1)
        live.add_wait(session, "b", QueueOutcome.OVERFLOWED, 120)
        live.add_wait(session, "c", QueueOutcome.LINE_DIED, 10)
    board = monitor.get("/api/wallboard").json()
    assert (board["service_level"], board["abandonment"], board["desks"][0]["waits_today"]) == (0.5, 0.0, 2)


def test_only_a_question_that_was_heard_counts_as_asked(ledger: Ledger, monitor: httpx.Client) -> None:
    """Who hung up before the survey, or into it, was not asked."""
    with ledger.transaction() as session:
        for number, asked in enumerate(("yes", "cut", "no")):
            live.add_wait(session, f"s{number}", BRIDGED, 1)
            session.get_one(CallRow, f"s{number}").facts = {"survey_asked": asked}
    board = monitor.get("/api/wallboard").json()
    assert (board["surveys_asked"], board["surveys_answered"]) == (1, 0)


def test_yesterday_does_not_count(ledger: Ledger, monitor: httpx.Client) -> None:
    """The day begins at midnight in Shanghai."""
    midnight = start_of_day(now().astimezone(SHANGHAI).date(), SHANGHAI)
    with ledger.transaction() as session:
        live.add_wait(session, "late", BRIDGED, 5)
        live.add_wait(session, "early", BRIDGED, 5)
        session.get_one(CallRow, "late").received_at = midnight - timedelta(seconds=1)
        session.get_one(CallRow, "early").received_at = midnight
        waits = {row.call_id: row for row in session.query(WaitingRow)}
        waits["late"].left_at, waits["early"].left_at = midnight - timedelta(seconds=1), midnight
    board = monitor.get("/api/wallboard").json()
    assert (board["received_today"], board["desks"][0]["waits_today"]) == (1, 1)


def test_places_follow_the_queue_and_show_no_number(busy: Ledger, monitor: httpx.Client) -> None:
    """A caller who kept the place stands first; who it is stays in the ledger."""
    with busy.transaction() as session:
        waits = {row.call_id: row for row in session.query(WaitingRow)}
        waits["w2"].entered_at -= timedelta(seconds=60)
    html = monitor.get("/wallboard").text
    places = html[html.index('class="places"') :]
    first_s, second_s = (int(seconds) for seconds in re.findall(r"0:(\d\d)", places)[:2])
    assert 5 <= first_s < 40 <= second_s  # 5 and 40, and what the machine needed to get here
    assert "13800000001" not in html


def test_the_page_has_its_figures_without_scripts(busy: Ledger, monitor: httpx.Client) -> None:
    """The first paint comes from the server, and states are told in words."""
    html = monitor.get("/wallboard").text
    for words in ("114查号台", "已超时", "偏低", "<b>1</b> 人工通话", "<b>2</b> 空闲", "<b>1</b> 中断"):
        assert words in html
    assert "70%" in html


def test_an_empty_day_has_no_shares(monitor: httpx.Client) -> None:
    """Nothing of nothing is a dash, not a zero and not a fault."""
    html = monitor.get("/wallboard").text
    assert "今日还没有来电" in html
    assert "–" in html


def test_the_stream_brings_what_the_ledger_learns(monitor: httpx.Client, ledger: Ledger) -> None:
    """A caller who joins is on the next boards of a stream that was open before."""
    with watch(monitor) as lines:
        assert "无人等候" in next_board(lines)
        with ledger.transaction() as session:
            live.join_queue(session, "new", waited_s=3)
        while "无人等候" in (board := next_board(lines)):
            pass
        assert 'data-desk="enquiries"' in board


def test_the_stream_speaks_the_readers_language(monitor: httpx.Client) -> None:
    """Two readers of two languages share the poller, not the words."""
    monitor.get("/language/en")
    with watch(monitor) as lines:
        assert "Nobody waits" in next_board(lines)


def test_many_viewers_cost_one_set_of_queries(monitor: httpx.Client, app: FastAPI, ledger: Ledger) -> None:
    """Eight viewers see the same boards, while the ledger is read once for each board."""
    reads: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM waiting" in statement and "left_at IS NULL" in statement:
            reads.append(statement)

    event.listen(ledger.engine, "before_cursor_execute", note)
    with ExitStack() as stack:
        streams = [stack.enter_context(watch(monitor)) for _ in range(8)]
        for lines in streams:
            next_board(lines)
        reads.clear()
        newest = next_board(streams[-1])
        shown = [boards_until(newest, lines) for lines in streams[:-1]]
        assert app.state.console.feed.viewers == 8
    boards = {newest, *(board for seen in shown for board in seen)}
    assert len(reads) <= len(boards) + 1


def test_the_ledger_is_left_alone_once_nobody_watches(monitor: httpx.Client, app: FastAPI) -> None:
    """The poller ends with its last viewer, and comes back with the next."""
    feed = app.state.console.feed
    for _ in range(2):
        with watch(monitor) as lines:
            next_board(lines)
        gone = threading.Event()
        while feed.viewers:
            assert not gone.wait(0.05)


def test_a_stop_is_not_held_up_by_viewers(app: FastAPI, ledger: Ledger, settings: object) -> None:
    """The server's end ends each stream in order: no viewer is cut off in the middle of a chunk."""
    ended = []
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(verify=False, timeout=120))
        token = open_session(ledger)
        with serve(app) as address:
            headers = {"Cookie": f"hotline_session={token}"}
            response = stack.enter_context(
                client.stream("GET", f"{address}/wallboard/stream", headers=headers)
            )
            lines = response.iter_lines()
            next_board(lines)
            reader = threading.Thread(target=lambda: ended.append(list(lines)))
            reader.start()
        reader.join(timeout=5)
    assert len(ended) == 1


def test_a_signed_out_viewer_is_refused(monitor: httpx.Client, stranger: httpx.Client) -> None:
    """The stream needs the sign-in like the page."""
    stranger.cookies.clear()
    for path in ("/wallboard", "/wallboard/stream"):
        assert stranger.get(path).status_code == 303
    assert stranger.get("/api/wallboard").status_code == 401


def test_each_line_of_an_events_data_has_its_field() -> None:
    """Line breaks in the HTML cannot end an event early."""
    assert sent_event("board", "a\n\nb") == "event: board\ndata: a\ndata: \ndata: b\n\n"


def test_quiet_spells_are_filled_with_heartbeats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the ledger cannot be read a viewer gets comments, and boards again afterwards."""
    monkeypatch.setattr("console.feed.HEARTBEAT_S", 0.01)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")  # without tables
    lookout = Lookout(ledger, seeding.SWITCHBOARD, SHANGHAI)

    async def follow() -> list[Snapshot | None]:
        heard: list[Snapshot | None] = []
        feed = Feed(lookout.look, every_s=0.01)
        async for snapshot in feed.follow():
            heard.append(snapshot)
            if snapshot is not None:
                feed.close()
            elif len(heard) == 3:
                await asyncio.to_thread(Base.metadata.create_all, ledger.engine)
        return heard

    with capture_logs() as logs:
        heard = asyncio.run(follow())
    assert heard[:3] == [None, None, None]
    assert heard[-1] is not None
    assert "feed_blind" in {line["event"] for line in logs}
    ledger.close()
