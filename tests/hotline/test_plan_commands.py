"""`hotline plan`: the walk in words and as JSON, the picture and what is committed of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sip_config import load_plan
from sip_config.drawing import draw
from tests.hotline.command import Answer, assert_one_sentence, hotline
from tests.programs import needs

_HERE = Path()  # nothing is kept: the plan is only read
_PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "standard-plan.svg"


def plan(*arguments: str) -> Answer:
    """What `hotline plan` says."""
    return hotline("plan", *arguments, data=_HERE)


def test_a_walk_is_told_in_the_callers_language() -> None:
    """Texts as they are heard, digits that were entered, and the desk at the end."""
    told = plan("walk", "112", "--keys", "1,63012345#,1", "--language", "en").out.splitlines()
    assert told[0] == "hears    notice: To help us serve you well, this call will be recorded."
    assert "caller   presses 63012345" in told
    assert told[-3:] == [
        "         fault_number = 63012345",
        "         hears how far the ticket of the line is, where it has one (repairs)",
        "         waits for an operator of desk 112 (112障碍台)",
    ]


def test_a_walk_outside_the_hours_ends_at_the_closed_desk() -> None:
    """`--at` is a moment in the plan's time zone; as JSON each moment is an object."""
    answer = plan("walk", "180", "--keys", "3,0", "--at", "2026-10-01T09:00", "--json")
    moments = answer.document
    assert [moment["kind"] for moment in moments[-3:]] == ["closed", "says", "end"]
    assert moments[-3]["detail"] == "english"
    assert set(moments[0]) == {"kind", "detail", "text"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["119"], "nobody answers '119'; numbers are 114, 112, 180"),
        (["114", "--keys", "1,x"], "--keys: 'x' is on no telephone"),
        (["114", "--at", "tomorrow"], "--at 'tomorrow' is no time; write it like 2026-10-01T09:00"),
        (["114", "--language", "fr"], "'fr' is no language of ours; choose one of zh, yue, en"),
    ],
)
def test_mistakes_are_one_sentence(arguments: list[str], told: str) -> None:
    """Exit status 2 and what to write instead."""
    assert_one_sentence(plan("walk", *arguments), told)


def test_the_picture_names_everything_that_a_caller_can_come_to() -> None:
    """Numbers, menus, keys, entries, desks and where a full desk sends its callers, in DOT."""
    told = plan("draw").out
    assert told.strip() == draw(load_plan()).strip()
    for part in (
        '"number 10000" -> "menu language-10000"',
        '"menu language-180" -> "menu english" [label="3 en"]',
        '"desk 10050" -> "desk 180" [label="20 waiting", style=dashed]',
        '"menu faults" -> "menu faults" [label="4 “self-check-broadband”"]',
        '"desk 112" -> "voicemail 112" [label="after 180 s", style=dashed]',
        "fault_number\\n7 to 12 digits",
    ):
        assert part in told


def _labels(svg: str) -> tuple[set[str], set[str]]:
    """What a picture's nodes and arrows are, and what is written on them; not where they lie."""
    return set(re.findall(r"<title>(.*?)</title>", svg)), set(re.findall(r"<text [^>]*>(.*?)</text>", svg))


@needs("dot")
def test_the_committed_picture_is_that_of_the_standard_plan(tmp_path: Path) -> None:
    """Drawn again it has the same boxes, arrows and words; `hotline plan draw -o` makes it."""
    drawn = tmp_path / "plan.svg"
    assert plan("draw", "-o", str(drawn)).status == 0
    assert _labels(drawn.read_text("utf-8")) == _labels(_PICTURE.read_text("utf-8"))


@needs("dot")
def test_a_picture_for_people_who_want_pixels(tmp_path: Path) -> None:
    """PNG by its suffix; another suffix is refused."""
    assert plan("draw", "-o", str(tmp_path / "plan.png")).status == 0
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")
    assert_one_sentence(plan("draw", "-o", str(tmp_path / "plan.pdf")), "is neither .svg nor .png")


def test_without_graphviz_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The DOT text needs no program; a picture does."""
    monkeypatch.setenv("PATH", str(tmp_path))
    told = plan("draw", "-o", str(tmp_path / "plan.svg"))
    assert_one_sentence(told, "run `apt-get install graphviz`")
