"""`/metrics`: what Prometheus reads."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

from ledger.clock import now
from ledger.database import Ledger
from ledger.states import OperatorState, QueueOutcome
from ledger.tables import Base, CallRow, LineRow, OperatorRow, RecordingRow, WaitingRow
from tests.console import live, seeding

BRIDGED, ABANDONED = QueueOutcome.BRIDGED, QueueOutcome.ABANDONED
OPENMETRICS = "application/openmetrics-text; version=1.0.0"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def day(ledger: Ledger) -> None:
    """A bit of everything."""
    with ledger.transaction() as session:
        live.join_queue(session, "w1", waited_s=40)
        for number, took_s in enumerate((1, 14, 18)):
            live.add_wait(session, f"b{number}", BRIDGED, took_s)
        live.add_wait(session, "a1", ABANDONED, 3, desk="faults")
        live.add_operators(session, "8001", state=OperatorState.TALKING)
        live.add_operators(session, "8002")
        session.get_one(OperatorRow, "8002").registers = True
        live.add_line(session, "line-1", places=2)
        live.add_line(session, "line-1", places=2, seen_before_s=5)
        live.add_line(session, "line-2", seen_before_s=60)
        live.begin_call(session, "t1", line="line-1:1")
        live.drop_at_edge(session, "scanner", 7)
        row = session.get_one(RecordingRow, seeding.CLEAN)
        row.archived_at, row.sealed_at = None, now() - timedelta(seconds=60)


def scrape(client: httpx.Client, accept: str = "") -> str:
    """The text."""
    response = client.get("/metrics", headers={"Accept": accept})
    assert response.status_code == 200
    return response.text


def samples(text: str) -> Samples:
    """Values by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def test_the_day_is_told_in_numbers(stranger: httpx.Client) -> None:
    """Calls, waits, operators, phones, lines, edge, survey and pipeline, each under its name."""
    found = samples(scrape(stranger))

    def value(name: str, **labels: str) -> float:
        return found[f"hotline_{name}", frozenset(labels.items())]

    assert value("calls_received_total") == 6
    assert value("calls_in_progress") == 2
    assert value("calls", state="ended") == 4
    assert value("calls_answered_total", desk="enquiries") == 3
    assert value("calls_abandoned_total", desk="faults", place="queue") == 1
    ended = {"desk": "enquiries", "place": "survey", "result": "served", "reason": "operator_hung_up"}
    assert value("calls_ended_total", **ended) == 3
    assert value("surveys_asked_total", desk="enquiries") == 3
    assert value("surveys_answered_total", desk="faults") == 0
    assert value("queue_callers", desk="enquiries") == 1
    assert 40 <= value("queue_longest_wait_seconds", desk="enquiries") < 60
    assert value("queue_longest_wait_seconds", desk="faults") == 0
    assert value("queue_answered_in_time_total", desk="enquiries") == 2
    assert value("desk_service_level_seconds", desk="faults") == 20
    assert value("operators", state="talking") == 1
    assert value("desk_operators", desk="faults", state="off") == 1  # the phone is not registered
    assert (value("phones_expected"), value("phones_registered")) == (1, 0)
    assert value("line_state", line="line-1", state="serving") == 1
    assert value("line_state", line="line-2", state="dead") == 1
    assert value("line_calls", line="line-1") == 1
    assert value("line_starts_total", line="line-1") == 2
    assert 5 <= value("line_silence_seconds", line="line-1") < 15
    assert value("edge_dropped_total", verdict="scanner") == 7
    assert value("pipeline_due_calls", stage="seal") == 4
    assert value("pipeline_quarantined_calls") == 1
    assert value("spooled_recordings") == 1
    assert 59 < value("spooled_oldest_seconds") < 600
    assert value("data_free_bytes") > 0


def test_waits_are_a_cumulative_histogram(stranger: httpx.Client) -> None:
    """Buckets rise to +Inf, which is the count; the sum is seconds."""
    found = samples(scrape(stranger))
    kind = {"desk": "enquiries", "outcome": "bridged"}
    buckets = {
        dict(labels)["le"]: value
        for (name, labels), value in found.items()
        if name == "hotline_queue_wait_seconds_bucket" and kind.items() <= dict(labels).items()
    }
    assert (buckets["5.0"], buckets["15.0"], buckets["20.0"], buckets["+Inf"]) == (1, 2, 3, 3)
    assert list(buckets.values()) == sorted(buckets.values())
    assert found["hotline_queue_wait_seconds_count", frozenset(kind.items())] == 3
    assert found["hotline_queue_wait_seconds_sum", frozenset(kind.items())] == pytest.approx(33, abs=0.1)


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_the_text_follows_prometheus_rules(stranger: httpx.Client, accept: str) -> None:
    """What `promtool check metrics` looks at: help for each family, units, `_total` for counters alone."""
    text = scrape(stranger, accept)
    families = list((parse_openmetrics if accept else parse)(text))
    assert len(families) > 25
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    for family in families:
        assert re.fullmatch(r"hotline_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
        assert family.type in {"gauge", "counter", "histogram"}
        is_total = [sample.name.endswith("_total") for sample in family.samples]
        assert all(is_total) if family.type == "counter" else not any(is_total)
        assert not re.search(r"_(ms|milliseconds|minutes|kilobytes|count|sum|bucket)$", family.name)


def test_openmetrics_is_spoken_where_it_is_asked_for(stranger: httpx.Client) -> None:
    """Both text formats are told by their media types."""
    answer = stranger.get("/metrics", headers={"Accept": OPENMETRICS})
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")
    assert stranger.get("/metrics").headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_strangers_cannot_make_time_series(stranger: httpx.Client, ledger: Ledger) -> None:
    """However many desks, numbers and verdicts turn up, they are counted as `other`."""
    before = len(samples(scrape(stranger)))
    with ledger.transaction() as session:
        for number in range(60):
            live.add_wait(session, f"x{number}", ABANDONED, 1, desk=f"desk-{number}")
            row = session.get_one(CallRow, f"x{number}")
            row.hotline, row.caller, row.place, row.reason = (
                f"{number}",
                f"139{number}",
                f"p{number}",
                f"r{number}",
            )
            live.join_queue(session, f"y{number}", desk=f"desk-{number}")
            live.drop_at_edge(session, f"verdict-{number}", 1)
    text = scrape(stranger)
    found = samples(text)
    assert found["hotline_queue_callers", frozenset({("desk", "other")})] == 60
    assert found["hotline_edge_dropped_total", frozenset({("verdict", "other")})] == 37
    assert len(found) < before + 50
    assert "desk-1" not in text
    assert not any("139" in value for _, labels in found for _, value in labels)  # a figure may have it


def test_counters_do_not_fall_while_calls_go_on(stranger: httpx.Client, ledger: Ledger) -> None:
    """A call that ends moves from `in progress` to its desk without being taken from anywhere else."""
    before = samples(scrape(stranger))
    with ledger.transaction() as session:
        live.add_wait(session, "more", BRIDGED, 2)
        row = session.get_one(CallRow, "t1")
        row.state, row.result, row.reason, row.desk = "ended", "served", "menu_ended", "faults"
        session.query(WaitingRow).filter_by(call_id="w1").delete()
    after = samples(scrape(stranger))
    counters = [key for key in before if key[0].endswith(("_total", "_bucket", "_count", "_sum"))]
    assert all(after[key] >= before[key] - 1e-6 for key in counters)


def test_a_line_that_is_away_is_told_by_its_silence(stranger: httpx.Client, ledger: Ledger) -> None:
    """The age of the last sign of life goes on growing for a dead line."""
    with ledger.transaction() as session:
        session.get_one(LineRow, "line-2").state = "serving"
    found = samples(scrape(stranger))
    assert found["hotline_line_silence_seconds", frozenset({("line", "line-2")})] >= 60


def test_a_ledger_that_cannot_be_read_fails_the_scrape(stranger: httpx.Client, ledger: Ledger) -> None:
    """Prometheus sees `up` fall, and a person a sentence."""
    Base.metadata.drop_all(ledger.engine)
    response = stranger.get("/metrics")
    assert response.status_code == 503
    assert response.text.startswith("the ledger cannot be read: ")


def test_the_page_for_installers_names_every_metric(stranger: httpx.Client) -> None:
    """`docs/metrics.md` has each family in its table, and no other."""
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `hotline_")]
    named = {name for row in rows for name in re.findall(r"`(hotline_\w+)`", row.split("|")[1])}
    families = parse(scrape(stranger))
    assert named == {f"{one.name}_total" if one.type == "counter" else one.name for one in families}
