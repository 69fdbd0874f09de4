"""`hotline rounds` and `hotline agreement`: drawing rounds, and what they gave."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from console.rounds.service import agreement_of
from hotline.agreement_tables import report_view
from hotline.commands import agree, options
from hotline.rounds import Wish, order_of
from hotline.tables import show_table
from ledger import audit, blind_rounds, users
from ledger.audit import Act
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.database import Ledger
from ledger.errors import HotlineError, NotFound
from ledger.settings import Settings
from ledger.states import RoundKind, UserRole, Verdict
from qa_scoring import load_packs
from tests.ledger.blind import Desk

PAGE = Path(__file__).parents[2] / "docs" / "agreement.md"
WISH = Wish(
    title="十一月双评",
    kind=RoundKind.DOUBLE,
    call_ids=("a", "b"),
    raters=("li", "wang", "zhao"),
    expert=None,
    repeat_share=0,
    seed=5,
    made_by="chen",
    opens_at=now(),
    closes_at=None,
)
CALIBRATION = replace(WISH, kind=RoundKind.CALIBRATION, raters=("li", "wang"), expert="zhao")


@pytest.fixture
def desk(books: Ledger) -> Desk:
    """Three monitors and two calls in an installation's ledger."""
    return Desk(books)


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The commands on that installation, in this process: starting one takes longer than all they do."""
    monkeypatch.setattr(options, "set_up_logs", lambda _level: None)
    app = typer.Typer()
    agree.add_to(app)
    return lambda *words: CliRunner().invoke(app, [*words, "--data", str(settings.data_dir)])


def test_a_round_from_the_command_line(desk: Desk, command: Callable[..., Result]) -> None:
    """New, judged, closed, told; who has looked at a call before is named."""
    with desk.ledger.transaction() as session:
        audit.write(session, Act(user=desk.users["li"], action=AuditAction.LOOKED, call_id="a"))
    people = ("--calls", "a,b", "--raters", "li", "--raters", "wang", "--seed", "5")
    made = json.loads(command("rounds", "new", *people, "--json").stdout)
    assert (made["id"], made["seed"], made["calls"], made["looked_before"]) == (1, 5, 2, {"li": ["a"]})
    with desk.ledger.reading() as session:
        (task, *_) = blind_rounds.tasks_of_round(session, 1)
    assert list(task.rules) == [rule.id for rule in load_packs().for_desk("114", "114").rules]
    assert json.loads(command("agreement", "1", "--json").stdout)["units"] == 0
    assert "2 calls, 0 of 4 reviews in, open, seed 5" in command("rounds", "list").stdout
    assert command("rounds", "show", "1").stdout.endswith("li: 0 of 2\nwang: 0 of 2\n")
    assert command("rounds", "close", "1").exit_code == 0
    assert "closed" in command("rounds", "list").stdout
    twice, missing = command("rounds", "close", "1"), command("agreement", "7")
    assert (type(twice.exception), type(missing.exception)) == (AlreadySo, NotFound)


def test_the_commands_of_the_page_run(desk: Desk, command: Callable[..., Result]) -> None:
    """Each line of docs/agreement.md, in its order, with calls and people that there are."""
    (lines,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    told = re.sub(r"\d{8}-\d{6}-([ab])", r"\1", lines)
    commands = [shlex.split(line, comments=True) for line in told.splitlines()]
    assert [words[:3] for words in commands if words[:2] == ["hotline", "agreement"]]
    assert [command(*words[1:]).exit_code for words in commands] == [0] * len(commands)


def test_the_table_tells_who_agrees_with_whom(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Rules, standards and people; where there is no number it says why; only what may be shown."""
    desk.open_round(("li", "a", 1), ("wang", "a", 1), ("li", "b", 1), ("wang", "b", 1))
    for name, greeting in (("li", Verdict.FAIL), ("wang", Verdict.PASS)):
        desk.submit(name, desk.tasks(name)[0], greeting)
    desk.submit("li", desk.tasks("li")[0])
    with desk.ledger.reading() as session:
        report = agreement_of(session, round_id=None, since=None, until=now() + timedelta(days=1), seed=1)
        assert agreement_of(session, round_id=None, since=now(), until=None, seed=1).units == 0
    assert (report.units, report.judgements, report.raters) == (1, 2, ("li", "wang"))
    show_table(report_view(report))
    printed = capsys.readouterr().out
    for part in (
        "greeting",
        "all the same",
        "Landis & Koch 1977",
        "expert index",
        "1 calls, 2 reviews by li, wang",
    ):
        assert part in printed


def test_a_calibration_has_everybody_judge_everything_and_the_expert_too(desk: Desk) -> None:
    """Half of the calls once more for each of the three."""
    with desk.ledger.reading() as session:
        order = order_of(session, load_packs(), replace(CALIBRATION, repeat_share=0.5))
    assert order.expert_id == desk.users["zhao"].id
    counts = [sum(place.user_id == user.id for place in order.places) for user in desk.users.values()]
    assert counts == [3, 3, 3]


NO_ROUNDS = (
    (replace(WISH, raters=("li",)), "two people at least"),
    (replace(WISH, raters=("li", "nobody")), "no user 'nobody'"),
    (replace(WISH, raters=("li", "8001")), "8001 cannot judge"),
    (replace(WISH, expert="zhao"), "no expert"),
    (replace(CALIBRATION, expert=None), "needs its expert"),
    (replace(CALIBRATION, expert="li"), "no rater beside"),
    (replace(WISH, closes_at=now() - timedelta(days=1)), "close before it opens"),
    (replace(WISH, call_ids=("z",)), "no call 'z'"),
)


def test_what_cannot_be_a_round_is_told(desk: Desk) -> None:
    """One sentence that says what to give instead."""
    role = UserRole.OPERATOR
    with desk.ledger.transaction() as session:
        users.save_user(session, name="8001", display_name="8001", role=role, password_hash="x")
    for wish, says in NO_ROUNDS:
        with pytest.raises(HotlineError, match=says), desk.ledger.reading() as session:
            order_of(session, load_packs(), wish)
