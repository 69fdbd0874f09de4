"""Which calls a plan's rules delete, and how the command tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.settings import Settings
from ledger.states import ChainKind, Result
from ledger.tables import CallRow
from recorder.retention import Rule
from sip_config.load import load_plan
from tests.hotline.command import assert_one_sentence, hotline
from tests.hotline.keeping import due_ids, everything_in, keep
from tests.recorder.chaining import Archive


def test_the_first_rule_that_matches_counts(archive: Archive) -> None:
    """By desk, result and flags; without days for ever; without any rule everything stays."""
    keep(archive, "plain")
    keep(archive, "flagged", flagged=True)
    keep(archive, "other", desk="12345")
    rules = (Rule(flagged=True, days=365), Rule(desk="12345"), Rule(result=Result.SERVED, days=90))
    assert due_ids(archive, *rules) == ["plain"]
    assert due_ids(archive, Rule(desk="12345", days=99), Rule(days=101)) == ["other"]
    assert due_ids(archive, Rule(result=Result.ABANDONED, days=1)) == []
    assert due_ids(archive) == []


def test_a_call_that_nobody_has_judged_waits_for_rules_that_ask_for_flags(archive: Archive) -> None:
    """It may still be flagged; the rule after it must not take it meanwhile."""
    keep(archive, "a")
    with archive.ledger.transaction() as session:
        session.get_one(CallRow, "a").state = "transcribed"
    assert due_ids(archive, Rule(flagged=True, days=365), Rule(days=30)) == []
    assert due_ids(archive, Rule(days=30)) == ["a"]


def plan_file(folder: Path, keeps: str) -> Path:
    """The standard plan with these rules."""
    standard = Path(load_plan.__code__.co_filename).with_name("standard_plan.yaml")
    file = folder / "plan.yaml"
    file.write_text(f"{standard.read_text()}\nrecordings:\n  keep: {keeps}\n")
    return file


def test_the_command_says_what_would_go_then_deletes_it(archive: Archive, settings: Settings) -> None:
    """Counts by desk and rule, ids in JSON; a dry run changes nothing; holds are told."""
    for call_id in ("a", "b", "held"):
        keep(archive, call_id)
    plan = plan_file(settings.data_dir, "[{desk: 114, result: served, days: 30}]".replace("114", '"114"'))
    data = settings.data_dir
    held = hotline("hold", "set", "held", "--why", "case 7", "--by", "law", data=data)
    assert held.status == 0, held.err
    before = everything_in(archive)
    dry = hotline("retention", "run", "--dry-run", "--json", "--plan", plan, data=data)
    assert dry.status == 0, dry.err
    assert everything_in(archive) == before
    assert sorted(dry.document["calls"]) == ["a", "b"]
    assert dry.document["counts"] == [{"desk": "114", "rule": "114, served: 30 days", "recordings": 2}]
    assert "2 recordings were deleted" in hotline("retention", "run", "--plan", plan, data=data).out
    with archive.ledger.reading() as session:
        kinds = session.scalars(
            text("SELECT kind FROM chain WHERE call_id IN ('a','b') ORDER BY number")
        ).all()
    assert kinds.count(ChainKind.DELETED) == 2
    (listed,) = hotline("hold", "list", "--json", data=data).document
    assert (listed["call_id"], listed["why"], listed["set_by"]) == ("held", "case 7", "law")
    assert hotline("hold", "release", "held", "--why", "closed", data=data).status == 0
    assert_one_sentence(hotline("hold", "release", "held", "--why", "closed", data=data), "is not held")
    assert_one_sentence(hotline("hold", "release", "held", "--why", " ", data=data), "--why is empty")
    assert hotline("audit", "verify", data=data).status == 0
    with archive.ledger.transaction() as session:
        session.execute(text("UPDATE holds SET set_by = 'nobody'"))
    changed = hotline("audit", "verify", data=data)
    assert (changed.status, "hold 1 of call held was changed" in changed.out) == (1, True)
    assert_one_sentence(hotline("hold", "set", "nobody", "--why", "x", data=data), "there is no call")


@pytest.mark.parametrize(
    ("keeps", "says"),
    [
        ("[{desk: nowhere, days: 3}]", "there is no desk 'nowhere'"),
        ("[{days: 0}]", "must be at least 1, here is 0"),
        ("[{dayz: 3}]", "did you mean 'days'"),
        ("[{result: lost, days: 3}]", "must be 'served'"),
        ("[{flagged: perhaps, days: 3}]", "must be true or false"),
        ("{days: 3}", "must be a list"),
    ],
)
def test_rules_with_mistakes_are_told_with_their_line(tmp_path: Path, keeps: str, says: str) -> None:
    """And nothing is deleted by half of a plan."""
    plan = plan_file(tmp_path, keeps)
    line = plan.read_text().count("\n")
    answer = hotline("retention", "run", "--plan", plan, data=tmp_path / "data")
    assert_one_sentence(answer, says)
    assert f"plan.yaml:{line}: recordings.keep" in answer.err
