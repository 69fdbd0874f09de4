"""Rendering with a hand-written voice and ear: CI has no synthesiser."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr_models.progress import silent
from asr_models.store import require
from callers.dialogue import load_dialogues, stale_turns
from hotline.ear import Ear
from hotline.render import render_all_prompts, render_dialogues, render_prompts
from hotline.understanding import Heard, pinyin_error
from ledger.errors import BadAsset, MissingAsset, PlanError
from ledger.settings import load_settings
from sip_config.prompts import PromptFolder, prompt_folder
from transcriber.decoder import Decoder

DIALOGUE = """
id: 114-small
title: 小对话
hotline: "114"
menu: [{send: "1", after: quiet}]
voices: {caller: zm_yunxi, operator: zf_xiaoxiao}
turns:
  - {who: operator, text: 您好，一一四，请问查哪里？}
  - {who: caller, text: 打错了，再见。}
hang_up: caller
split: tune
truth: {greeting: pass, closing: fail, forbidden-words: pass, offer-more-help: fail}
"""


class CountingVoice:
    """Speaks a tone whose length is that of the text, and remembers what it was asked."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, float]] = []

    def say(self, text: str, *, voice: str, speed: float = 1.0, joins: bool = False) -> np.ndarray:
        """A tenth of a second for each character."""
        self.said.append((text, voice, speed))
        moments = np.arange(800 * len(text)) / 8000
        return (0.1 * np.sin(2 * np.pi * 440 * moments)).astype(np.float32)


class DeafListener:
    """Hears the same words whatever is said."""

    def hear(self, audio: np.ndarray) -> str:
        """Always a greeting."""
        return "您好"


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A folder of two prompts and music."""
    (tmp_path / "texts.yaml").write_text(
        "notice: {text: 您好}\nclosed: {text: 现在是非工作时间。}\nhold: {music: true}\n", encoding="utf-8"
    )
    return tmp_path


def test_a_new_folder_of_prompts_is_rendered_whole(prompts: Path) -> None:
    """Each text becomes a telephone WAV with the hashes of both beside it; music does not."""
    told: list[tuple[int, int | None, str]] = []
    report = render_prompts(prompts, CountingVoice(), lambda *step: told.append(step))
    assert [path.name for path in report.rendered] == ["notice.wav", "closed.wav"]
    assert [(done, total) for done, total, _ in told] == [(0, 2), (1, 2)]
    info = soundfile.info(prompts / "notice.wav")
    assert (info.samplerate, info.channels, info.subtype, info.format) == (8000, 1, "PCM_16", "WAV")
    assert json.loads((prompts / "rendered.json").read_text(encoding="utf-8"))["notice"] == {
        "text_sha256": hashlib.sha256("您好".encode()).hexdigest(),
        "audio_sha256": hashlib.sha256((prompts / "notice.wav").read_bytes()).hexdigest(),
        "voice": "zf_xiaoxiao",
        "speed": 1.0,
    }


def test_what_has_not_changed_is_left_alone(prompts: Path) -> None:
    """A second run says nothing and touches nothing; a changed text is said again, alone."""
    render_prompts(prompts, CountingVoice(), silent)
    before = (prompts / "rendered.json").read_bytes()
    voice = CountingVoice()
    report = render_prompts(prompts, voice, silent)
    assert (voice.said, report.rendered, len(report.kept)) == ([], (), 2)
    assert (prompts / "rendered.json").read_bytes() == before

    texts = (prompts / "texts.yaml").read_text(encoding="utf-8").replace("非工作", "休息")
    (prompts / "texts.yaml").write_text(texts, encoding="utf-8")
    assert render_prompts(prompts, voice, silent).rendered == (prompts / "closed.wav",)
    assert [text for text, _, _ in voice.said] == ["现在是休息时间。"]


def test_audio_that_was_changed_by_hand_is_rendered_again(prompts: Path) -> None:
    """Audio whose hash is not the one noted is not trusted."""
    render_prompts(prompts, CountingVoice(), silent)
    (prompts / "notice.wav").write_bytes(b"something else")
    assert render_prompts(prompts, CountingVoice(), silent).rendered == (prompts / "notice.wav",)


def test_damaged_notes_count_as_none(prompts: Path) -> None:
    """Everything is rendered again where nobody knows what the audio was made from."""
    render_prompts(prompts, CountingVoice(), silent)
    (prompts / "rendered.json").write_text("{", encoding="utf-8")
    assert len(render_prompts(prompts, CountingVoice(), silent).rendered) == 2


def test_audio_whose_text_is_gone_is_removed(prompts: Path) -> None:
    """What we rendered goes with its text; what others put into the folder stays."""
    render_prompts(prompts, CountingVoice(), silent)
    (prompts / "jingle.wav").write_bytes(b"not ours")
    (prompts / "texts.yaml").write_text("notice: {text: 您好}\n", encoding="utf-8")
    report = render_prompts(prompts, CountingVoice(), silent)
    assert report.removed == (prompts / "closed.wav",)
    assert sorted(path.name for path in prompts.glob("*.wav")) == ["jingle.wav", "notice.wav"]
    assert list(json.loads((prompts / "rendered.json").read_text(encoding="utf-8"))) == ["notice"]


def test_force_renders_everything(prompts: Path) -> None:
    """A better synthesiser may speak all texts again."""
    render_prompts(prompts, CountingVoice(), silent)
    report = render_prompts(prompts, CountingVoice(), silent, force=True)
    assert (len(report.rendered), report.kept) == (2, ())


def test_what_a_recogniser_cannot_hear_is_reported(prompts: Path) -> None:
    """With a listener the report tells the pinyin error of each new file and names the bad ones."""
    report = render_prompts(prompts, CountingVoice(), silent, listener=DeafListener())
    assert [heard.pinyin_error for heard in report.heard] == [0.0, 1.0]
    assert [heard.path.name for heard in report.misheard] == ["closed.wav"]


def test_a_number_must_be_heard_digit_by_digit() -> None:
    """One lost digit spoils a number, however much else was heard; a homophone does not."""
    lost = Heard(path=Path("a"), text="请记录，六三零幺二。", heard="请记录六三零幺", pinyin_error=0.125)
    same = Heard(path=Path("a"), text="请记录，六三零七。", heard="请记录六三零起", pinyin_error=0.0)
    assert (lost.understood, same.understood) == (False, True)


def test_missing_and_broken_texts_are_told(tmp_path: Path) -> None:
    """A folder without texts and a file of another shape each give one clear sentence."""
    with pytest.raises(PlanError, match=r"texts\.yaml"):
        render_prompts(tmp_path, CountingVoice(), silent)
    (tmp_path / "texts.yaml").write_text("- 您好\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"texts\.yaml"):
        render_prompts(tmp_path, CountingVoice(), silent)
    (tmp_path / "texts.yaml").write_text("notice: {text: 您好\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"texts\.yaml:2"):
        render_prompts(tmp_path, CountingVoice(), silent)


def test_a_dialogue_is_rendered_turn_by_turn(tmp_path: Path) -> None:
    """Each side speaks with its own voice, and afterwards no turn is stale."""
    (tmp_path / "114-small.yaml").write_text(DIALOGUE, encoding="utf-8")
    voice = CountingVoice()
    report = render_dialogues(tmp_path, voice, silent)
    assert voice.said == [
        ("您好，一一四，请问查哪里？", "zf_xiaoxiao", 1.0),
        ("打错了，再见。", "zm_yunxi", 1.0),
    ]
    assert [path.name for path in report.rendered] == ["00.flac", "01.flac"]
    assert stale_turns(load_dialogues(tmp_path).values()) == []
    info = soundfile.info(report.rendered[0])
    assert (info.samplerate, info.channels, info.subtype, info.format) == (8000, 1, "PCM_16", "FLAC")


@pytest.mark.parametrize(
    ("old", "new", "turns"),
    [
        ("打错了", "没事了", [1]),
        ("operator: zf_xiaoxiao", "operator: zf_xiaobei", [0]),
        ("split:", "speeds: {caller: 1.2}\nsplit:", [1]),
    ],
    ids=["text", "voice", "speed"],
)
def test_a_changed_turn_is_found_and_rendered_alone(
    tmp_path: Path, old: str, new: str, turns: list[int]
) -> None:
    """Another text, voice or speed makes exactly those turns stale that it concerns."""
    path = tmp_path / "114-small.yaml"
    path.write_text(DIALOGUE, encoding="utf-8")
    render_dialogues(tmp_path, CountingVoice(), silent)
    path.write_text(DIALOGUE.replace(old, new), encoding="utf-8")
    assert [stale.turn for stale in stale_turns(load_dialogues(tmp_path).values())] == turns
    report = render_dialogues(tmp_path, CountingVoice(), silent)
    assert [int(path.stem) for path in report.rendered] == turns


def test_a_turn_that_was_taken_out_loses_its_audio(tmp_path: Path) -> None:
    """No audio is left behind without a text."""
    path = tmp_path / "114-small.yaml"
    path.write_text(DIALOGUE, encoding="utf-8")
    render_dialogues(tmp_path, CountingVoice(), silent)
    path.write_text(DIALOGUE.replace("  - {who: caller, text: 打错了，再见。}\n", ""), encoding="utf-8")
    report = render_dialogues(tmp_path, CountingVoice(), silent)
    assert [removed.name for removed in report.removed] == ["01.flac"]


def test_the_pinyin_error_forgives_homophones() -> None:
    """Syllables count, without tones and punctuation: wrong, missing and added ones each as one."""
    assert pinyin_error("记录，故障。", "纪录鼓掌") == 0.0
    assert pinyin_error("记录，故障。", "季度鼓掌") == 0.25
    assert pinyin_error("您好，再见。", "您好再") == 0.25
    assert pinyin_error("您好", "") == 1.0


class CuttingListener(DeafListener):
    """Cuts the first tenth of a second out of any sentence."""

    def cut(self, audio: np.ndarray, sentence: str, text: str) -> np.ndarray:
        """Its beginning."""
        return audio[:800]


def test_a_text_with_placeholders_is_rendered_piece_by_piece(tmp_path: Path) -> None:
    """Each fixed piece is a file of its own that joins what is spoken between; punctuation alone is none."""
    text = 'left: {text: "还有{left:count}位，{wait:minutes}。"}'
    (tmp_path / "texts.yaml").write_text(text, encoding="utf-8")
    voice = CountingVoice()
    report = render_prompts(tmp_path, voice, silent)
    assert [path.name for path in report.rendered] == ["left.1.wav", "left.2.wav"]
    assert [text for text, _, _ in voice.said] == ["还有", "位，"]
    assert json.loads((tmp_path / "rendered.json").read_text(encoding="utf-8"))["left.1"]["joins"] is True
    assert render_prompts(tmp_path, voice, silent).rendered == ()


def test_a_syllable_is_cut_out_of_a_sentence(tmp_path: Path) -> None:
    """The sentence is said, the listener finds the syllable in it; another sentence makes it new."""
    (tmp_path / "texts.yaml").write_text("n-5: {text: 五, within: 还有五位。}\n", encoding="utf-8")
    voice = CountingVoice()
    render_prompts(tmp_path, voice, silent, listener=CuttingListener())
    assert voice.said == [("还有五位。", "zf_xiaoxiao", 1.0)]
    assert soundfile.info(tmp_path / "n-5.wav").frames == 800
    (tmp_path / "texts.yaml").write_text("n-5: {text: 五, within: 一共五位。}\n", encoding="utf-8")
    assert len(render_prompts(tmp_path, voice, silent, listener=CuttingListener()).rendered) == 1
    (tmp_path / "n-5.wav").unlink()
    with pytest.raises(MissingAsset, match="needs a recogniser"):
        render_prompts(tmp_path, voice, silent)


def test_a_folder_is_rendered_with_its_languages_and_fragments(tmp_path: Path) -> None:
    """Each language has its voice; what somebody has recorded is left alone; no voice speaks Cantonese."""
    for folder, text in (
        ("", "notice: {text: 您好}"),
        ("en", "notice: {text: Hello}"),
        ("spoken", "wan: {text: 万}"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "texts.yaml").write_text(f"{text}\n", encoding="utf-8")
    (tmp_path / "yue").mkdir()
    (tmp_path / "yue" / "texts.yaml").write_text("notice: {text: 你好, recorded: true}\n", encoding="utf-8")
    voice = CountingVoice()
    report = render_all_prompts(tmp_path, voice, silent, language="zh")
    assert [path.relative_to(tmp_path).as_posix() for path in report.rendered] == [
        "notice.wav",
        "spoken/wan.wav",
        "en/notice.wav",
    ]
    assert [name for _, name, _ in voice.said] == ["zf_xiaoxiao", "zf_xiaoxiao", "af_heart"]
    (tmp_path / "yue" / "texts.yaml").write_text("notice: {text: 你好}\n", encoding="utf-8")
    with pytest.raises(MissingAsset, match="nobody here speaks 'yue'"):
        render_all_prompts(tmp_path, voice, silent, language="zh")


def test_a_word_is_found_in_a_sentence_by_the_recogniser() -> None:
    """转接 is cut out of the committed prompt where it is said, and fades at both ends."""
    ear = Ear(Decoder(require("vosk-model-small-cn-0.22", load_settings().models_dir)))
    text = PromptFolder.load(prompt_folder("zh")).texts["connecting"].text or ""
    audio, _ = soundfile.read(prompt_folder("zh") / "connecting.wav", dtype="float32")
    span = ear.cut(audio, text, "转接")
    assert 0.15 < len(span) / 8000 < 0.8
    assert np.abs(span[[0, -1]]).max() == 0
    with pytest.raises(BadAsset, match="cannot be cut out of"):
        ear.cut(audio, text, "人工")
    with pytest.raises(BadAsset, match="cannot be cut out of"):
        ear.cut(audio, "完全不同的一句话。", "不同")
