"""`hotline sample`: a month of calls drawn, repeated, handed out, estimated."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from hotline.commands import sample
from ledger import samples, users
from ledger.database import Ledger, open_ledger
from ledger.errors import HotlineError
from ledger.samples import Outcome
from ledger.settings import Settings, prepare_data_dir
from ledger.states import UserRole
from ledger.tables import SampledRow
from tests.hotline.sample_month import add_month

PLAN = """\
id: november
title: 十一月抽样
window: {from: 2026-11-01, to: 2026-12-01}
strata: [operator]
sample: {total: 12}
outside: {total: 5}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ledger with a month of calls and two monitors."""
    settings = Settings(data_dir=tmp_path / "var")
    prepare_data_dir(settings)
    ledger = open_ledger(settings)
    with ledger.transaction() as session:
        add_month(session)
        for name in ("li", "wang"):
            users.save_user(session, name=name, display_name=name, role=UserRole.MONITOR, password_hash="x")
    ledger.close()
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path / "var"


@pytest.fixture
def ledger(data: Path) -> Iterator[Ledger]:
    """The same ledger."""
    opened = Ledger(Settings(data_dir=data).ledger_url)
    yield opened
    opened.close()


def ask(data: Path, *arguments: str) -> Result:
    """The commands in this process."""
    app = typer.Typer()
    sample.add_to(app)
    where = () if arguments[0] == "size" else ("--data", str(data))
    return CliRunner().invoke(app, ["sample", *arguments, *where], catch_exceptions=False)


def run(data: Path, *arguments: str) -> Any:
    """The answer's document."""
    done = ask(data, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_draw_is_kept_and_repeated_to_the_last_bit(data: Path) -> None:
    """Deleted and lost calls are told; the printed frame has the hash; the same seed, the same calls."""
    plan = str(data.parent / "plan.yaml")
    rehearsed = run(data, "draw", plan, "--seed", "骰子 6 1 3", "--dry-run")
    drawn = run(data, "draw", plan, "--seed", "骰子 6 1 3", "--assign")
    assert rehearsed["draw"] is None
    assert rehearsed["calls"] == drawn["calls"]
    assert drawn["gaps"] == {"deleted": 1, "unrecorded": 1}
    assert drawn["frame_calls"] == 42
    assert drawn["assigned"] == {"li": 6, "wang": 6}
    shown = run(data, "show", str(drawn["draw"]))
    outside = [one["probability"] for one in drawn["calls"] if one["part"] == "outside"]
    assert outside == [5 / 40] * 5
    assert {one["call_id"] for one in shown["calls"]} == {one["call_id"] for one in drawn["calls"]}
    frame = ask(data, "show", str(drawn["draw"]), "--frame")
    assert hashlib.sha256(frame.stdout_bytes).hexdigest() == drawn["frame_sha256"]
    told = run(data, "repeat", str(drawn["draw"]))
    assert told["identical"]
    assert [one["id"] for one in run(data, "list")] == [drawn["draw"]]


def test_a_draw_that_was_tampered_with_is_found(data: Path, ledger: Ledger) -> None:
    """Exit status 1, and what differs."""
    drawn = run(data, "draw", str(data.parent / "plan.yaml"), "--seed", "1")
    with ledger.transaction() as session:
        session.query(SampledRow).filter_by(part="monitors").first().probability *= 2  # type: ignore[union-attr]
    told = ask(data, "repeat", str(drawn["draw"]), "--json")
    assert told.exit_code == 1
    document = json.loads(told.stdout)
    assert (document["identical"], document["frame_is_whole"]) == (False, True)


def test_estimates_come_from_people_once_there_are_any(data: Path, ledger: Ledger) -> None:
    """Before that from the machine, which breaks one call in four; then from what was checked."""
    draw_id = run(data, "draw", str(data.parent / "plan.yaml"), "--seed", "1")["draw"]
    machine = run(data, "estimate", str(draw_id))
    assert (machine["by"], machine["drawn"], machine["judged"]) == ("machine", 12, 12)
    total = machine["estimates"][0]
    assert total["in_order"]["low"] < 0.75 < total["in_order"]["high"]
    assert set(machine["spreads"]) == {"operator=8001", "operator=8002"}
    assert machine["spreads"]["operator=8002"] == pytest.approx((7 / 8 * 1 / 8) ** 0.5)  # six of six in order
    assert {one["name"] for one in machine["estimates"] if one["of"] == "operator"} == {"8001", "8002"}
    with ledger.transaction() as session:
        (li,) = samples.listeners(session, ["li"])
        mine = [one for one in samples.sampled_calls(session, draw_id) if one.part == "monitors"]
        for one in mine[:9]:
            samples.save_check(session, one.id, li.id, Outcome.IN_ORDER, 100.0)
        samples.save_check(session, mine[9].id, li.id, Outcome.CANNOT_TELL, None)
    people = run(data, "estimate", str(draw_id))
    assert (people["by"], people["judged"], people["missing"], people["cannot_tell"]) == ("people", 9, 3, 1)
    total = people["estimates"][0]["in_order"]
    assert (total["value"], total["if_missing_bad"]) == (1.0, pytest.approx(9 / 12))
    assert total["low"] < 0.8


def test_options_say_the_window_where_the_plan_does_not(data: Path) -> None:
    """Without days nothing is drawn; two days have fewer calls than the month."""
    plan = data.parent / "plan.yaml"
    plan.write_text("id: short\ntitle: 短\nsample: {share: 0.5}\n", encoding="utf-8")
    with pytest.raises(HotlineError, match="say which days: --from"):
        ask(data, "draw", str(plan))
    days = ("--from", "2026-11-02", "--to", "2026-11-03")
    drawn = run(data, "draw", str(plan), *days, "--seed", "1", "--dry-run")
    assert (drawn["frame_calls"], len(drawn["calls"])) == (15, 8)  # from 9 to 24 o'clock in Shanghai


def test_the_bureaus_rate_is_told_honestly(data: Path) -> None:
    """110,952 calls without an error; with one error more; the machine alone cannot."""
    told = run(
        *(data, "size", "--show-below", "0.27", "--per", "10000", "--true", "0.1"),
        *("--sensitivity", "0.95", "--specificity", "0.999"),
    )
    assert told["rows"][0]["calls"] == 110_952
    assert told["rows"][1]["calls"] > 170_000
    assert told["machine"]["clean_calls"] == 110_952
    assert told["machine"]["told_after_slip"] == pytest.approx(0.0001 / 0.949)  # slip by Youden's index
    assert any("people must hear 110,952 calls" in sentence for sentence in told["sentences"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("repeat", "7"), "there is no draw 7"),
        (("assign", "7", "--part", "outside"), "say who the outside supervisors are"),
        (("assign", "7", "--monitor", "wu"), "nobody called 'wu'"),
        (("draw", "missing.yaml"), "missing.yaml:1: cannot be read"),
        (("size", "--half-width", "0.1"), "--share"),
        (("size", "--show-below", "3"), "between 0 and --per"),
    ],
)
def test_mistakes_are_one_sentence(data: Path, arguments: tuple[str, ...], says: str) -> None:
    """What is wrong and what to do."""
    with pytest.raises(HotlineError, match=re.escape(says)) as refused:
        ask(data, *arguments)
    assert len(str(refused.value).splitlines()) == 1
