"""The standard plan: what a bureau has on the first day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from ledger.errors import MissingAsset, NotFound
from sip_config import Plan, load_plan
from sip_config.load import STANDARD_PLAN
from sip_config.plan import Listen
from sip_config.walk import walk


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that is loaded when nobody names one."""
    return load_plan()


def _desks_reached(plan: Plan, number: str, key_ways: Iterable[str]) -> set[str]:
    ends = [list(walk(plan, number, keys))[-1] for keys in key_ways]
    return {end.detail for end in ends if end.kind == "desk"}


def test_answers_the_numbers_of_the_bureau(plan: Plan) -> None:
    """The three short numbers, the small city's desk and the one number for all are answered."""
    assert list(plan.numbers) == ["114", "112", "180", "10050", "10000"]


@pytest.mark.parametrize("number", ["10000", "10050"])
def test_a_number_for_all_leads_to_every_desk(plan: Plan, number: str) -> None:
    """Each desk by at most two keys."""
    keys = "0123456789"
    ways = [*keys, *(first + second for first in keys for second in keys)]
    assert _desks_reached(plan, number, ways) == set(plan.desks)


@pytest.mark.parametrize(
    ("keys", "desk"),
    [
        (["1", "6301234#", "1"], "10050"),
        (["6", "1", "6301234#", "1"], "112"),
        (["8", "2", "6301234#", "1"], "english"),
    ],
)
def test_the_unified_number_carries_what_was_keyed_in_to_the_desk(
    plan: Plan, keys: list[str], desk: str
) -> None:
    """Whichever desk takes the fault, its line goes along, read back once and not asked for again."""
    moments = list(walk(plan, "10050", keys))
    assert [moment.text for moment in moments if moment.kind == "collected"] == ["6301234"]
    assert (moments[-1].kind, moments[-1].detail) == ("desk", desk)


@pytest.mark.parametrize("number", ["114", "112", "180", "10050"])
def test_zero_reaches_the_numbers_own_desk(plan: Plan, number: str) -> None:
    """0 in the first menu leads to the desk of the number that was dialled."""
    assert _desks_reached(plan, number, ["0"]) == {number}


def test_a_shared_menu_sends_zero_to_the_dialled_numbers_desk(plan: Plan) -> None:
    """A caller of 10000 in the menu of 112 who presses 0 reaches the desk of 10000, not of 112."""
    assert _desks_reached(plan, "10000", ["20"]) == {"180"}


@pytest.mark.parametrize("number", ["114", "112", "180", "10050", "10000"])
def test_a_silent_caller_reaches_an_operator(plan: Plan, number: str) -> None:
    """Who presses nothing is asked for a language once, hears the menu three times and is sent to a desk."""
    moments = list(walk(plan, number))
    heard = [moment.detail for moment in moments if moment.kind == "says"]
    menus = [prompt for prompt in heard if prompt.startswith("menu-")]
    assert len(menus) == 3
    assert len(set(menus)) == 1
    assert heard.count("choose-language") == (number in {"180", "10000"})
    assert moments[-1].kind == "desk"


def test_an_announcement_comes_back_to_its_menu(plan: Plan) -> None:
    """Key 4 of 112 says how to check broadband, then the menu again; the texts are told on the way."""
    heard = [moment.detail for moment in walk(plan, "112", "4*0")]
    assert heard == [
        *("notice", "greeting-112", "repairs", "menu-112", "4", "self-check-broadband"),
        *("menu-112", "*", "menu-112", "0", "112"),
    ]


def test_a_fault_is_asked_for_its_line_before_the_desk(plan: Plan) -> None:
    """112 reads the number back and keeps it with the call; the English way does so in English."""
    heard = list(walk(plan, "112", ["1", "6301234#", "1"]))
    assert [moment.text for moment in heard if moment.kind == "collected"] == ["6301234"]
    assert heard[-1].detail == "112"
    english = list(walk(plan, "180", ["3", "2", "63012345#", "1"]))
    assert english[-1].detail == "english"
    assert "You entered six three zero one two three four five." in str(english[-5].text)


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        ("2026-10-09T09:00", "desk"),
        ("2026-10-10T09:00", "desk"),  # an adjusted Saturday
        ("2026-10-01T09:00", "end"),
        ("2026-10-09T17:30", "end"),
        ("2027-02-08T09:00", "end"),
    ],
)
def test_the_english_desk_keeps_office_hours(plan: Plan, at: str, kind: str) -> None:
    """Open on working days, adjusted ones included, closed on holidays and in the evening."""
    moment = datetime.fromisoformat(f"{at}+08:00")
    assert list(walk(plan, "180", ["3", "0"], at=moment))[-1].kind == kind


def test_every_desk_sends_on_whom_it_cannot_take(plan: Plan) -> None:
    """Nobody hears only that all are busy: a call back, a message, or a desk that helps as well."""
    ends = {
        step.kind
        for desk in plan.desks.values()
        for step in (desk.when_full, desk.when_late)
        if step is not None
    }
    assert all(desk.when_full and desk.when_late and desk.announce for desk in plan.desks.values())
    assert ends == {"call_back", "voicemail", "desk"}


def test_two_operators_a_desk_each_with_a_phone_of_their_own(plan: Plan) -> None:
    """Eight operators serve the four desks, nobody two of them; who speaks English serves that desk, too."""
    serving = [number for name, desk in plan.desks.items() if name != "english" for number in desk.operators]
    assert serving == sorted(plan.operators) == [str(number) for number in range(8001, 8009)]
    assert all("en" in plan.operator(number).languages for number in plan.desk("english").operators)
    assert plan.operator("8001").address == "sip:8001@127.0.0.1:5081"


def test_unknown_names_are_told(plan: Plan) -> None:
    """Asking for a desk, an operator, a number or a prompt that is not there says what there is."""
    with pytest.raises(NotFound, match="no desk '113'; desks are 114, 112"):
        plan.desk("113")
    with pytest.raises(NotFound, match="no operator '1'; operators are 8001"):
        plan.operator("1")
    with pytest.raises(NotFound, match="nobody answers '119'; numbers are 114"):
        walk(plan, "119")
    with pytest.raises(MissingAsset, match="no prompt 'greeting-119'"):
        plan.prompt_path("greeting-119")


def test_listens_elsewhere_when_told_so(plan: Plan) -> None:
    """An option changes host or port, 0 included, and leaves the plan itself as it was."""
    assert plan.with_listen(port=0).listen == Listen(host="127.0.0.1", port=0)
    assert plan.with_listen("0.0.0.0").listen == Listen(host="0.0.0.0", port=5060)
    assert plan.listen == Listen(host="127.0.0.1", port=5060)


def test_the_plan_is_frozen(plan: Plan) -> None:
    """Nobody changes a plan that others already work by."""
    with pytest.raises(ValidationError, match="frozen"):
        plan.notice = "other"  # type: ignore[misc]


def test_every_prompt_text_is_short_and_speaks_numbers() -> None:
    """Prompts are at most 60 characters long and write no digits, which a voice would read as it likes."""
    library = load_plan().library
    for prompt_id in library.ids:
        text = library.text(prompt_id) or ""
        assert len(text) <= 60, prompt_id
        assert not any(character in "0123456789*#" for character in text), prompt_id


def test_the_hold_music_is_playable(plan: Plan) -> None:
    """The hold music is there, without a text."""
    assert plan.prompt_path("hold-music").is_file()
    assert plan.library.text("hold-music") is None
    assert not [problem for problem in plan.library.check() if "hold-music" in problem]


def test_a_plan_file_of_ones_own(tmp_path: Path) -> None:
    """A copy of the standard plan under another name is the same plan."""
    path = tmp_path / "我的计划.yaml"
    path.write_bytes((Path(load_plan.__code__.co_filename).parent / "standard_plan.yaml").read_bytes())
    assert load_plan(path) == load_plan()


def test_certificates_lie_beside_the_plan(tmp_path: Path) -> None:
    """The files of TLS are named from the plan's place and known by their whole path afterwards."""
    for name in ("tls.pem", "tls.key"):
        (tmp_path / name).write_text("", encoding="utf-8")
    text = STANDARD_PLAN.read_text("utf-8") + "\nedge: {tls: {certificate: tls.pem, key: tls.key}}\n"
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    tls = load_plan(tmp_path / "plan.yaml").edge.tls
    assert tls is not None
    assert (tls.certificate, tls.key) == (tmp_path / "tls.pem", tmp_path / "tls.key")
