"""Prompt folders: what is found where, and what is wrong with the audio."""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.errors import MissingAsset, PlanError
from sip_config import PromptLibrary, check_prompts, load_plan

_SMALL_PLAN = Path(__file__).parent / "small_plan.yaml"


def _write_wav(
    path: Path, *, rate_hz: int = 8000, channels: int = 1, width: int = 2, frames: int = 800
) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((channels, width, rate_hz, 0, "NONE", ""))
        sound.writeframes(b"\1" * (frames * channels * width))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _folder(path: Path, texts: dict[str, str]) -> Path:
    """A folder of prompts whose audio is a tick, rendered as the command would leave it."""
    path.mkdir(parents=True)
    rendered = {}
    for prompt_id, text in texts.items():
        audio = path / f"{prompt_id}.wav"
        _write_wav(audio)
        rendered[prompt_id] = {
            "text_sha256": _sha256(text.encode()),
            "audio_sha256": _sha256(audio.read_bytes()),
            "voice": "zf_xiaoxiao",
            "speed": 1.0,
        }
    lines = [f"{prompt_id}: {{text: {text}}}" for prompt_id, text in texts.items()]
    (path / "texts.yaml").write_text("\n".join(lines), "utf-8")
    (path / "rendered.json").write_text(json.dumps(rendered), "utf-8")
    return path


def test_audio_of_its_text_is_no_problem(tmp_path: Path) -> None:
    """A folder as the render command leaves it has no problems, and its audio is found."""
    library = PromptLibrary.load([_folder(tmp_path / "a", {"hello": "您好。"})])
    assert library.check() == []
    assert library.path("hello") == tmp_path / "a" / "hello.wav"
    assert library.text("hello") == "您好。"


def test_the_first_folder_wins(tmp_path: Path) -> None:
    """A prompt that two folders have is taken from the first, and the second's damage does not matter."""
    ours = _folder(tmp_path / "ours", {"hello": "您好，欢迎。"})
    theirs = _folder(tmp_path / "theirs", {"hello": "您好。", "bye": "再见。"})
    (theirs / "hello.wav").unlink()
    library = PromptLibrary.load([ours, theirs])
    assert library.ids == ("hello", "bye")
    assert library.path("hello").parent == ours
    assert library.path("bye").parent == theirs
    assert library.check() == []


def _change_text(folder: Path) -> None:
    (folder / "texts.yaml").write_text("hello: {text: 您好吗。}", "utf-8")


def _exchange_audio(folder: Path) -> None:
    _write_wav(folder / "hello.wav", frames=900)


def _cut_audio(folder: Path) -> None:
    audio = folder / "hello.wav"
    audio.write_bytes(audio.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_change_text, "its text was changed and"),
        (lambda folder: (folder / "rendered.json").unlink(), "its text was changed and"),
        (lambda folder: (folder / "rendered.json").write_text("{"), "its text was changed and"),
        (lambda folder: (folder / "rendered.json").write_text('{"hello": []}'), "its text was changed and"),
        (lambda folder: (folder / "hello.wav").unlink(), "is missing"),
        (_exchange_audio, "is not the audio that was made from its text"),
        (_cut_audio, "is damaged: it ends before its header says"),
        (lambda folder: (folder / "hello.wav").write_bytes(b""), "is damaged or no WAV file"),
        (lambda folder: (folder / "hello.wav").write_text("no sound" * 9), "is damaged or no WAV file"),
        (lambda folder: _write_wav(folder / "hello.wav", rate_hz=16000), "is 16000 Hz, 16 bit, 1 channel"),
        (lambda folder: _write_wav(folder / "hello.wav", channels=2), "is 8000 Hz, 16 bit, 2 channel"),
        (lambda folder: _write_wav(folder / "hello.wav", width=1), "is 8000 Hz, 8 bit, 1 channel"),
        (lambda folder: _write_wav(folder / "hello.wav", frames=0), "is empty"),
    ],
)
def test_a_problem_is_one_sentence(harm: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    """Audio that is missing, damaged, of a wrong kind or of another text is told once, with the command."""
    folder = _folder(tmp_path / "a", {"hello": "您好。"})
    harm(folder)
    (problem,) = PromptLibrary.load([folder]).check()
    assert problem.startswith("prompt 'hello': ")
    assert told in problem
    assert problem.endswith("run `hotline prompts render`")


def test_music_needs_no_text(tmp_path: Path) -> None:
    """Music is not rendered from a text, so any sound of the right format will do."""
    folder = _folder(tmp_path / "a", {})
    (folder / "texts.yaml").write_text("hold-music: {music: true}")
    _write_wav(folder / "hold-music.wav", frames=5)
    library = PromptLibrary.load([folder])
    assert library.check() == []
    assert library.text("hold-music") is None


def test_a_prompt_without_audio_cannot_be_played(tmp_path: Path) -> None:
    """Asking for its path raises MissingAsset with the command that makes it."""
    folder = _folder(tmp_path / "a", {"hello": "您好。"})
    (folder / "hello.wav").unlink()
    with pytest.raises(MissingAsset, match=r"has no audio .* run `hotline prompts render`"):
        PromptLibrary.load([folder]).path("hello")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ("hello: {}", "texts.yaml:1: hello: a prompt has either 'text' or 'music: true'"),
        ("a: {text: b}\nhello: {text: b, music: true}", "texts.yaml:2: hello: a prompt has either"),
        ("hello: 您好", "texts.yaml:1: hello: must be a mapping (key: value), here is '您好'"),
        ("hello: {txt: 您好}", "texts.yaml:1: hello.txt: there is no key 'txt' here (did you mean 'text'?)"),
        ("../hello: {text: 您好}", "texts.yaml:1: ../hello: '../hello' is no id"),
        ("a: {text: b}\na: {text: c}", "texts.yaml:2: a: this key is here twice, first in line 1"),
    ],
)
def test_mistakes_in_the_texts(texts: str, told: str, tmp_path: Path) -> None:
    """A texts.yaml with a mistake is told with its line."""
    folder = _folder(tmp_path / "a", {})
    (folder / "texts.yaml").write_text(texts, "utf-8")
    with pytest.raises(PlanError) as caught:
        PromptLibrary.load([folder])
    assert str(caught.value).startswith(told)


def test_a_plan_with_a_folder_of_its_own(tmp_path: Path) -> None:
    """A plan's folder, named from the plan's own place, is searched first; ours still has the rest."""
    _folder(tmp_path / "prompts", {"menu-114": "查号请按一。", "night": "现在是夜间。"})
    path = tmp_path / "plan.yaml"
    text = _SMALL_PLAN.read_text("utf-8").replace("folders: []", "folders: [prompts]")
    path.write_text(text.replace("closed: closed-114", "closed: night"), "utf-8")
    plan = load_plan(path)
    assert plan.prompt_path("menu-114") == tmp_path / "prompts" / "menu-114.wav"
    assert plan.prompt_path("night") == tmp_path / "prompts" / "night.wav"
    assert plan.prompt_path("hold-music").parent.name == "zh"
    assert not [problem for problem in check_prompts(plan) if str(tmp_path) in problem]


def test_mistakes_in_a_folder_are_told_with_those_of_the_plan(tmp_path: Path) -> None:
    """The texts' mistakes and the plan's come in one error."""
    _folder(tmp_path / "prompts", {})
    (tmp_path / "prompts" / "texts.yaml").write_text("night: {}", "utf-8")
    path = tmp_path / "plan.yaml"
    text = _SMALL_PLAN.read_text("utf-8").replace("folders: []", "folders: [prompts]")
    path.write_text(text.replace("tries: 2", "tries: 0"), "utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == [
        "plan.yaml:23",
        "texts.yaml:1",
    ]


def test_an_unknown_prompt_is_told_with_those_that_are(tmp_path: Path) -> None:
    """A slip in a prompt's id names the nearest one and all others."""
    path = tmp_path / "plan.yaml"
    path.write_text(_SMALL_PLAN.read_text("utf-8").replace("prompt: menu-112", "prompt: meun-112"), "utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    told = (
        "plan.yaml:18: menus.faults.prompt: there is no prompt 'meun-112' (did you mean 'menu-112'?); prompts"
    )
    assert str(caught.value).startswith(told)
    assert "hold-music" in str(caught.value)
