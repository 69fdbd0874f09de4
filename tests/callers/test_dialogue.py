"""The dialogue schema, and the standard dialogues with their audio."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import soundfile

from callers.dialogue import (
    ALWAYS_JUDGED,
    RULES,
    STANDARD,
    BadDialogue,
    Dialogue,
    load_dialogue,
    load_dialogues,
    stale_turns,
)
from ledger.errors import NotFound
from ledger.states import Verdict
from tests.standard import dialogues

GOOD = """\
id: 114-small
title: 小对话
hotline: "114"
menu:
  - {send: "1", after_s: 6.0}
  - {send: "1", after: quiet}
voices: {caller: zm_yunxi, operator: zf_xiaoxiao}
turns:
  - {who: operator, text: 您好，一一四，请问查哪里？}
  - {who: caller, text: 打错了，再见。, pause_s: 1.5}
hang_up: operator
survey: "5"
split: tune
truth: {greeting: pass, closing: fail, forbidden-words: pass, offer-more-help: not_applicable}
"""
TABOOS = ("喂", "说吧", "我不知道", "你问别人去", "不归我管", "有完没完", "刚才不是说了吗", "你投诉去吧")
SPOKEN_DIGITS = str.maketrans("零〇洞幺一二两三四五六七八九", "00011223456789")
NUMBER = re.compile(r"[0-9，]{7,}")
FAULTY_RULES = {
    "greeting",
    "closing",
    "forbidden-words",
    "offer-more-help",
    "number-readback",
    "hold-notice",
    "apology-after-wait",
}

DIALOGUES = dialogues()
each_dialogue = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())


def write(folder: Path, content: str, name: str = "114-small") -> Path:
    """A dialogue's file."""
    path = folder / f"{name}.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def spoken_by(dialogue: Dialogue, side: str) -> list[str]:
    """One side's texts."""
    return [turn.text for turn in dialogue.turns if turn.who == side]


def numbers_read_out(text: str) -> list[str]:
    """Runs of seven digits and more, commas among them left out."""
    return [run.replace("，", "") for run in NUMBER.findall(text.translate(SPOKEN_DIGITS))]


def longest_wait_s(dialogue: Dialogue) -> float:
    """The longest pause that the operator lets the caller sit through."""
    return max((turn.pause_s for turn in dialogue.turns if turn.who == "operator"), default=0.0)


def test_a_dialogue_is_read_whole(tmp_path: Path) -> None:
    """Every field arrives with its type, and the defaults are those of the schema."""
    dialogue = load_dialogue(write(tmp_path, GOOD))
    assert (dialogue.menu[0].after_s, dialogue.menu[1].after, dialogue.dtmf) == (6.0, "quiet", "rfc4733")
    assert (dialogue.turns[0].pause_s, dialogue.turns[1].pause_s) == (0.4, 1.5)
    assert (dialogue.voice_of(0), dialogue.voice_of(1), dialogue.speed_of(1)) == (
        "zf_xiaoxiao",
        "zm_yunxi",
        1.0,
    )
    assert dialogue.truth["closing"] is Verdict.FAIL
    assert dialogue.faults == ("closing",)
    assert dialogue.audio_path(1) == tmp_path / "audio" / "114-small" / "01.flac"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("hang_up: operator", "hang_up: nobody", 11, "hang_up"),
        ("hang_up: operator", "hang_up: caller", 1, "survey"),
        ("split: tune\n", "split: tune\nvoice: loud\n", 14, "voice"),
        ("hotline:", "number:", 3, "number"),
        ("greeting: pass, ", "", 14, "greeting"),
        ("greeting: pass", "politeness: pass", 14, "politeness"),
        ("greeting: pass", "greeting: perhaps", 14, "greeting"),
        ("after_s: 6.0", "after_s: soon", 5, "after_s"),
        (", after_s: 6.0", "", 5, "after_s"),
        ("一一四", "114", 9, "Chinese"),
        ("pause_s: 1.5", "pause_s: -1", 10, "pause_s"),
        ("split: tune", 'facts: {directory_number: "63012345"}\nsplit: tune', 1, "number-readback"),
        ("id: 114-small", "id: 114-large", 1, "114-small.yaml"),
        ("turns:", "turns: {", 8, "YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    """Each kind of mistake names the file, the line, and what is meant."""
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(BadDialogue) as caught:
        load_dialogue(path)
    told = [mistake for mistake in str(caught.value).splitlines() if words in mistake]
    assert told, str(caught.value)
    if "YAML" not in words:
        assert any(mistake.startswith(f"{path.name}:{line}:") for mistake in told), told


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Two broken files give two lines, each with its file's name."""
    write(tmp_path, GOOD.replace("tune", "both"))
    write(tmp_path, GOOD.replace("114-small", "114-other").replace('"114"', "x"), "114-other")
    with pytest.raises(BadDialogue) as caught:
        load_dialogues(tmp_path)
    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {
        "114-small.yaml",
        "114-other.yaml",
    }


def test_a_folder_without_dialogues_is_told(tmp_path: Path) -> None:
    """An empty folder is no set of dialogues."""
    with pytest.raises(NotFound, match="no dialogues"):
        load_dialogues(tmp_path)


def test_missing_audio_is_found(tmp_path: Path) -> None:
    """Turns that were never rendered are stale, each with its path."""
    dialogue = load_dialogue(write(tmp_path, GOOD))
    assert [(stale.turn, stale.path) for stale in stale_turns([dialogue])] == [
        (turn, dialogue.audio_path(turn)) for turn in (0, 1)
    ]


def test_the_standard_set_is_large_and_mixed() -> None:
    """At least 24 dialogues, four desks with five or more each, six voices, a third or so perfect."""
    hotlines = [dialogue.hotline for dialogue in DIALOGUES.values()]
    voices = {voice for d in DIALOGUES.values() for voice in (d.voices.caller, d.voices.operator)}
    perfect = [dialogue for dialogue in DIALOGUES.values() if not dialogue.faults]
    assert len(DIALOGUES) >= 24
    assert {desk: hotlines.count(desk) >= 5 for desk in hotlines} == dict.fromkeys(
        ("114", "112", "180", "10050"), True
    )
    assert hotlines.count("114") >= 8
    assert len(voices) >= 6
    assert 0.25 <= len(perfect) / len(DIALOGUES) <= 0.45


def test_every_kind_of_fault_and_every_taboo_is_there() -> None:
    """Each rule of this kind fails somewhere, and each service taboo is said by some operator."""
    assert {rule for dialogue in DIALOGUES.values() for rule in dialogue.faults} == FAULTY_RULES
    rude = [d for d in DIALOGUES.values() if d.truth["forbidden-words"] is Verdict.FAIL]
    said = "".join(text for dialogue in rude for text in spoken_by(dialogue, "operator"))
    assert [taboo for taboo in TABOOS if taboo not in said] == []


def test_tuning_and_judging_are_kept_apart() -> None:
    """About half each, every kind of fault judged, and no voice in both."""
    halves = {half: [d for d in DIALOGUES.values() if d.split == half] for half in ("tune", "judge")}
    voices = {
        half: {voice for d in dialogues for voice in (d.voices.caller, d.voices.operator)}
        for half, dialogues in halves.items()
    }
    assert 0.4 <= len(halves["tune"]) / len(DIALOGUES) <= 0.6
    assert {rule for d in halves["judge"] for rule in d.faults} == FAULTY_RULES
    assert not voices["tune"] & voices["judge"]


def test_the_demo_shows_all_desks_a_perfect_call_and_three_faults() -> None:
    """The first six, in the demo's order, are short and mixed."""
    first = list(DIALOGUES.values())[:6]
    assert [dialogue.demo for dialogue in first] == [1, 2, 3, 4, 5, 6]
    assert {dialogue.hotline for dialogue in first} == {"114", "112", "180", "10050"}
    assert any(not dialogue.faults for dialogue in first)
    assert len({dialogue.faults for dialogue in first if dialogue.faults}) >= 3
    assert all(conversation_s(dialogue) <= 22 for dialogue in first)


def conversation_s(dialogue: Dialogue) -> float:
    """How long the two sides talk, pauses counted."""
    audio_s = [soundfile.info(dialogue.audio_path(i)).duration for i in range(len(dialogue.turns))]
    return sum(audio_s) + sum(turn.pause_s for turn in dialogue.turns)


@each_dialogue
def test_the_truth_is_whole(dialogue: Dialogue) -> None:
    """It tells what every call is judged by, in the contract's rule ids, with one fault at most."""
    assert set(ALWAYS_JUDGED) <= set(dialogue.truth) <= set(RULES)
    assert len(dialogue.faults) <= 1


@each_dialogue
def test_the_truth_about_numbers_is_in_the_words(dialogue: Dialogue) -> None:
    """The operator reads out exactly the directory's number where the rule passes, another where it fails."""
    read_out = [number for text in spoken_by(dialogue, "operator") for number in numbers_read_out(text)]
    right = [dialogue.facts["directory_number"]] if "directory_number" in dialogue.facts else []
    verdict = dialogue.truth.get("number-readback", Verdict.NOT_APPLICABLE)
    assert (read_out == right) == (verdict is not Verdict.FAIL)
    assert len(read_out) == len(right)


@each_dialogue
def test_the_truth_about_taboos_is_in_the_words(dialogue: Dialogue) -> None:
    """An operator says a taboo exactly where forbidden-words fails."""
    said = [taboo for text in spoken_by(dialogue, "operator") for taboo in TABOOS if taboo in text]
    assert bool(said) == (dialogue.truth["forbidden-words"] is Verdict.FAIL)


@each_dialogue
def test_the_truth_about_waits_is_in_the_words(dialogue: Dialogue) -> None:
    """Waits of five seconds want 请稍等 before them, those of eight 久等 after them."""
    words, wait_s = "".join(spoken_by(dialogue, "operator")), longest_wait_s(dialogue)
    expected = {
        "hold-notice": ("请稍等" in words) if wait_s >= 5 else None,
        "apology-after-wait": ("让您久等了" in words) if wait_s >= 8 else None,
    }
    for rule, kept in expected.items():
        verdict = {None: Verdict.NOT_APPLICABLE, True: Verdict.PASS, False: Verdict.FAIL}[kept]
        assert dialogue.truth[rule] is verdict


@each_dialogue
def test_the_truth_about_courtesies_is_in_the_words(dialogue: Dialogue) -> None:
    """Greeting, offer of more help, and thanks with 再见 are spoken exactly where their rules pass."""
    spoken = spoken_by(dialogue, "operator")
    expected = {
        "greeting": bool(re.match("(喂，)?[您你]好，", spoken[0])),
        "offer-more-help": any("还有" in text for text in spoken),
        "closing": bool(re.search("(谢谢|感谢).*再见", spoken[-1])),
    }
    for rule, kept in expected.items():
        assert dialogue.truth[rule] is (Verdict.PASS if kept else Verdict.FAIL)


@each_dialogue
def test_a_conversation_is_short(dialogue: Dialogue) -> None:
    """Its speech and pauses together last 10 to 40 seconds, since suites play it in real time."""
    assert 10 <= conversation_s(dialogue) <= 40


def test_all_audio_is_there_and_belongs_to_its_text() -> None:
    """No turn is missing, changed or left over, and all are telephone audio."""
    assert stale_turns(DIALOGUES.values()) == []
    wanted = {d.audio_path(i) for d in DIALOGUES.values() for i in range(len(d.turns))}
    assert set((STANDARD / "audio").rglob("*.flac")) == wanted
    shapes = {(i.samplerate, i.channels, i.subtype) for i in map(soundfile.info, wanted)}
    assert shapes == {(8000, 1, "PCM_16")}


def test_the_audio_is_small() -> None:
    """All of it stays under 15 MB, since every clone carries it."""
    assert sum(path.stat().st_size for path in STANDARD.rglob("*") if path.is_file()) < 15_000_000
