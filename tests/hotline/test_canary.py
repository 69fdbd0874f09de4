"""A canary goes through the lines of a hotline that runs, rings nobody, and is judged by its truth."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from callers.dialogue import STANDARD
from hotline.canaries import choose, is_due, place, read_target
from hotline.canary_results import Round
from hotline.installation import installation
from hotline.plans import plan_to_run
from hotline.ports import LOOPBACK, free_port
from hotline.stand import CANARY, open_stand, settle, write_plan
from ledger import calls, canaries, operators
from ledger.errors import PlanError, SettingsError
from ledger.states import CanaryOutcome
from sip_config import Plan, load_plan

RENDERED = "114-railway-no-closing"  # two of its turns make a short dialogue
SHORT = """
id: curt
title: 没有结束语
hotline: "114"
menu: [{send: "0", after_s: 0.5}]
voices: {caller: zm_yunxia, operator: zf_xiaoxiao}
turns:
  - {who: operator, text: 您好，幺幺四，请问您要查哪里？}
  - {who: caller, text: 帮我查一下火车站的问讯处。}
hang_up: caller
split: tune
truth: {greeting: pass, closing: fail, forbidden-words: pass, offer-more-help: fail}
"""


def short_dialogues(folder: Path) -> Path:
    """A folder with one dialogue of two turns, whose audio is another's."""
    folder.mkdir()
    (folder / "curt.yaml").write_text(SHORT, encoding="utf-8")
    audio = folder / "audio" / "curt"
    audio.mkdir(parents=True)
    for turn in ("00", "01"):
        shutil.copy(STANDARD / "audio" / RENDERED / f"{turn}.flac", audio / f"{turn}.flac")
    return folder


def canary_plan(folder: Path, **canary: object) -> Plan:
    """The standard plan with canaries."""
    path = folder / "plan.yaml"
    write_plan(path, {}, lines=1, canary_address=f"sip:{CANARY}@{LOOPBACK}:{free_port()}")
    yaml = YAML()
    document = yaml.load(path)
    document["canary"].update(canary)
    yaml.dump(document, path)
    return load_plan(path)


@pytest.mark.slow
def test_a_canary_rings_nobody_and_is_judged(tmp_path: Path) -> None:
    """It is answered at its own desk, judged as a call of the desk that it dialled, and listed apart."""

    async def call() -> None:
        settings = settle(tmp_path / "var", log_level="warning")
        address = f"sip:{CANARY}@{LOOPBACK}:{free_port()}"
        async with open_stand(settings, canary_address=address) as stand:
            plan = plan_to_run(settings)
            assert plan.canary
            own = plan.canary.model_copy(update={"dialogues": short_dialogues(tmp_path / "dialogues")})
            plan = plan.model_copy(update={"canary": own})
            (canary,) = await place(stand.ledger, plan, 1, stand.sip_uri)
            with stand.ledger.reading() as session:
                (row,) = calls.list_calls(session, canaries=True)
                others = [one for one in operators.list_operators(session) if one.last_call_at]
                findings = canaries.findings(session, canary.placed_at)
        assert (canary.outcome, canary.problem, canary.call_id) == (CanaryOutcome.WHOLE, "", row.id)
        assert (row.hotline, row.desk, row.operator) == ("114", "114", CANARY)
        assert [one.number for one in others] == [CANARY]
        assert {each.finding.rule for each in findings} == set(canary.truth)
        assert canary.is_right, canary.missed
        assert Round.of([canary]).document["rules"]["closing"] == {"judged": 1, "missed": 0}

    asyncio.run(call())


def test_the_dialogue_placed_longest_ago_is_next(tmp_path: Path) -> None:
    """Those never placed first; all are placed before one is placed again."""
    plan = canary_plan(tmp_path)
    first, second, third = (dialogue.id for dialogue in choose(plan, {}, 3))
    at = datetime(2026, 11, 30, tzinfo=UTC)
    everything = {dialogue.id: at for dialogue in choose(plan, {}, 30)}
    assert len(everything) == 30
    placed = everything | {second: at - timedelta(days=1)}
    assert [dialogue.id for dialogue in choose(plan, placed, 2)] == [second, first]
    assert [dialogue.id for dialogue in choose(plan, {first: at, second: at}, 1)] == [third]


def test_canaries_are_placed_at_the_moments_that_the_plan_spreads_over_the_day(tmp_path: Path) -> None:
    """Once each, within the hours; one that was missed for long is let go."""
    plan = canary_plan(tmp_path, calls_a_day=4)
    day = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    due = [hour for hour in range(24) if is_due(plan, {}, day + timedelta(hours=hour, minutes=1))]
    assert due == [3, 9, 15, 21]
    at = day + timedelta(hours=9, minutes=1)
    assert is_due(plan, {"curt": at - timedelta(hours=6)}, at)
    assert not is_due(plan, {"curt": at}, at + timedelta(minutes=1))
    assert not is_due(plan, {}, at + timedelta(minutes=30))
    office = {"timezone": "Asia/Shanghai", "weekly": {"mon": ["08:00-12:00"]}}
    hours = load_plan(write_hours(tmp_path / "plan.yaml", office))
    open_at = [hour for hour in range(24) if is_due(hours, {}, day + timedelta(hours=hour, minutes=31))]
    assert open_at == [8, 9, 10, 11]
    assert not is_due(hours, {}, day + timedelta(days=1, hours=8, minutes=31))  # a Tuesday


def write_hours(path: Path, hours: dict[str, object]) -> Path:
    """The plan with canaries in these hours only."""
    yaml = YAML()
    document = yaml.load(path)
    document.setdefault("hours", {})["mornings"] = hours
    document["canary"]["hours"] = "mornings"
    yaml.dump(document, path)
    return path


def test_what_is_not_there_is_told_in_a_sentence() -> None:
    """A plan without canaries, and an address that is none."""
    with pytest.raises(PlanError, match="give it a desk and an operator of its own"):
        choose(load_plan(), {}, 1)
    assert read_target("sip:114@127.0.0.1:5060") == read_target("127.0.0.1:5060") == "127.0.0.1:5060"
    with pytest.raises(SettingsError, match="write it like sip:127"):
        read_target("sip:127.0.0.1")


def test_hotline_up_places_them_where_the_plan_says_so(tmp_path: Path) -> None:
    """By a process of its own; not where there are none, nor where they are placed by hand only."""
    settings = settle(tmp_path / "var")
    parts = {
        calls_a_day: [child.name for child in installation(settings, plan)[0]]
        for calls_a_day, plan in (
            (8, canary_plan(tmp_path, calls_a_day=8)),
            (0, canary_plan(tmp_path, calls_a_day=0)),
            (None, load_plan()),
        )
    }
    assert parts[8] == [*parts[0], "canary"]
    assert parts[None] == parts[0]
