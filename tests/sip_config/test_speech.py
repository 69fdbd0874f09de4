"""What is said in which language, and placeholders in texts."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.errors import MissingAsset, PlanError
from sip_config import PromptLibrary, load_plan
from sip_config.placeholders import Slot, split_text
from sip_config.prompts import prompt_folder
from sip_config.speech import Speech

_SMALL_PLAN = Path(__file__).parent / "small_plan.yaml"


def write_folder(path: Path, texts: Mapping[str, str]) -> Path:
    """A folder of prompts that somebody has recorded."""
    path.mkdir(parents=True)
    lines = [f'{name}: {{text: "{text}", recorded: true}}' for name, text in texts.items()]
    (path / "texts.yaml").write_text("\n".join(lines), "utf-8")
    library = PromptLibrary.load([path])
    for name, prompt in library.folders[0].texts.items():
        for file in prompt.files(name):
            with wave.open(str(path / f"{file}.wav"), "wb") as sound:
                sound.setparams((1, 2, 8000, 0, "NONE", ""))
                sound.writeframes(b"\1\0" * 80)
    return path


def test_a_prompt_is_said_in_the_callers_language_or_in_mandarin(tmp_path: Path) -> None:
    """The plan's folder for the language, ours for it, the plan's Mandarin, our Mandarin, in this order."""
    own = write_folder(tmp_path / "own", {"menu-114": "查号请按一。", "news": "今天停电。"})
    write_folder(own / "en", {"menu-114": "Press one."})
    write_folder(own / "yue", {"notice": "呢個電話會錄音。"})
    speech = Speech([own])
    folders = {
        (language, prompt): speech.prompts(language).folder(prompt).path
        for language in ("zh", "en", "yue")
        for prompt in ("menu-114", "news", "notice", "closed", "closed-114")
    }
    assert folders["en", "menu-114"] == own / "en"
    assert folders["zh", "menu-114"] == folders["yue", "menu-114"] == own
    assert folders["en", "news"] == folders["yue", "news"] == own
    assert folders["en", "closed"] == prompt_folder("en")
    assert folders["yue", "notice"] == own / "yue"
    assert folders["en", "closed-114"] == folders["yue", "closed-114"] == prompt_folder("zh")


def test_a_prompt_that_only_english_has_is_said_in_english(tmp_path: Path) -> None:
    """Better another language than a call that fails."""
    own = write_folder(tmp_path / "own", {"news": "今天停电。"})
    write_folder(own / "en", {"expo": "Welcome to the fair."})
    assert Speech([own]).text("expo", "zh", {}) == "Welcome to the fair."


def test_a_plan_may_speak_english_first(tmp_path: Path) -> None:
    """With `language: en` the folder's own texts are English, and so is a number that says nothing."""
    write_folder(tmp_path / "own", {"menu-114": "Press one."})
    text = _SMALL_PLAN.read_text("utf-8").replace(
        "{language: zh, folders: []}", "{language: en, folders: [own]}"
    )
    (tmp_path / "plan.yaml").write_text(
        text.replace("    name: 障碍台\n    greeting", "    name: 障碍台\n    language: yue\n    greeting"),
        "utf-8",
    )
    plan = load_plan(tmp_path / "plan.yaml")
    assert (plan.language_of("114"), plan.language_of("112")) == ("en", "yue")
    assert plan.speech.text("menu-114", "en", {}) == "Press one."
    assert plan.speech.text("menu-114", "zh", {}) != "Press one."
    assert plan.prompt_path("closed").parent == prompt_folder("en")


def test_values_are_spoken_between_the_fixed_pieces() -> None:
    """The pieces come in the order of the text; English callers hear English numbers."""
    speech = Speech([])
    values = {"position": 2, "wait": 12}
    names = [path.stem for path in speech.paths("queue-position", "zh", values)]
    assert names == ["queue-position.1", "n-2", "queue-position.2", "n-12", "minutes"]
    assert speech.text("queue-position", "zh", values) == "您排在第二位，预计等待十二分钟。"
    assert speech.text("queue-position", "en", values) == (
        "You are number two in line. The expected wait is about twelve minutes."
    )


def test_a_text_that_falls_back_has_its_numbers_in_its_own_language(tmp_path: Path) -> None:
    """No sentence changes its language in the middle."""
    own = write_folder(tmp_path / "own", {"left": "还有{left:count}次，"})
    speech = Speech([own])
    assert speech.text("left", "en", {"left": 2}) == "还有两次，"
    assert [path.parent.parent.name for path in speech.paths("left", "en", {"left": 2})][1] == "zh"


def test_an_unknown_value_is_left_out_and_now_is_always_known(tmp_path: Path) -> None:
    """A fact that was not collected costs no call; the moment is told in the plan's time zone."""
    own = write_folder(tmp_path / "own", {"time": "现在是{now:time}，号码{line:digits}。"})
    speech = Speech([own], timezone="Asia/Shanghai")
    assert speech.text("time", "zh", {"now": "2026-11-24T08:30"}) == "现在是上午八点半，号码。"
    assert "点" in str(speech.text("time", "zh", {}))


def test_folders_may_bring_fragments_of_their_own(tmp_path: Path) -> None:
    """A Cantonese speaker's numbers take the place of ours; what is missing there stays Mandarin."""
    own = write_folder(tmp_path / "own", {"news": "今天停电。"})
    write_folder(own / "yue", {"queue-position": "你排第{position:number}，等{wait:minutes}。"})
    write_folder(own / "yue" / "spoken", {"n-5": "五"})
    paths = Speech([own]).paths("queue-position", "yue", {"position": 5, "wait": 12})
    assert [path.is_relative_to(own / "yue") for path in paths] == [True, True, True, False, False]


def test_everything_ours_can_be_played() -> None:
    """Each text in each language has its audio, made from that text."""
    assert Speech([]).check() == []


def test_a_missing_piece_is_told(tmp_path: Path) -> None:
    """Every fixed piece of a text with placeholders must have its file."""
    own = write_folder(tmp_path / "own", {"left": "还有{left:count}次，请重新输入"})
    (own / "left.2.wav").unlink()
    speech = Speech([own])
    (problem,) = speech.check()
    assert problem.startswith("prompt 'left.2': its audio")
    with pytest.raises(MissingAsset, match=r"'left\.2' has no audio"):
        speech.paths("left", "zh", {"left": 3})


def test_a_text_is_split_at_its_placeholders() -> None:
    """Fixed pieces and placeholders alternate; a text without any is one piece."""
    assert split_text("第{position:count}位") == ("第", Slot(name="position", kind="count"), "位")
    assert split_text("{now:time}{now:date}") == (
        Slot(name="now", kind="time"),
        Slot(name="now", kind="date"),
    )
    assert split_text("您好。") == ("您好。",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("第{position:ordinal}位", "{position:ordinal} is read as nothing known; kinds are digits, count"),
        ("第{position}位", "has braces of no placeholder; write them like {position:count}"),
        ("第{Position:count}位", "has braces of no placeholder"),
        ("第}位", "has braces of no placeholder"),
    ],
)
def test_a_mistaken_placeholder_is_told(text: str, told: str, tmp_path: Path) -> None:
    """Its line in texts.yaml is named, and what may stand there."""
    (tmp_path / "texts.yaml").write_text(f'left: {{text: "{text}"}}', "utf-8")
    with pytest.raises(PlanError) as caught:
        PromptLibrary.load([tmp_path])
    assert str(caught.value).startswith("texts.yaml:1: left: ")
    assert told in str(caught.value)


def test_a_sentence_to_cut_from_holds_the_text_once(tmp_path: Path) -> None:
    """Otherwise nobody knows which of them is meant."""
    (tmp_path / "texts.yaml").write_text("n-5: {text: 五, within: 五十五位。}", "utf-8")
    with pytest.raises(PlanError, match="'within' must hold '五' once"):
        PromptLibrary.load([tmp_path])
