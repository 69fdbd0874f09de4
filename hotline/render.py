"""Rendering speech: prompts and test dialogues from texts to audio, only what has changed.

Beside the audio lies `rendered.json` with the hash of each text and of the audio made from it, so that a
text that was changed without its audio is found without a synthesiser.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
import soundfile
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from asr_models.progress import Progress
from callers.dialogue import RENDERED, Dialogue, load_dialogues, read_rendered
from sip_config.prompts import SAMPLE_RATE_HZ, PromptFolder

if TYPE_CHECKING:  # it loads Vosk, which rendering without a listener does not need
    from transcriber.decoder import Decoder

PROMPT_VOICE = "zf_xiaoxiao"
PROMPT_SPEED = 1.0
MOST_PINYIN_ERROR = 0.25  # a text that a recogniser hears worse than this is no use as a test
NUMBER = re.compile(r"[零〇幺一二三四五六七八九]{4}")  # four digits in a row are a number that is read out
DIGIT_SOUNDS = frozenset(["ling", "yao", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"])

Audio = npt.NDArray[np.float32]


class Speaker(Protocol):
    """Something that speaks: `asr_models.voice.Voice`, or a fake in tests."""

    def say(self, text: str, *, voice: str, speed: float = 1.0) -> Audio:
        """The text as mono float32 at 8 kHz."""
        ...


class Listener(Protocol):
    """Something that writes down what it hears: `Ear`, or a fake in tests."""

    def hear(self, audio: Audio) -> str:
        """The words in mono float32 at 8 kHz."""
        ...


class Ear:
    """A listener over the transcriber's own decoder, so that texts are tested by what will hear them."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder

    def hear(self, audio: Audio) -> str:
        """The words, half a second of silence being put around them as a call would have."""
        silence = np.zeros(SAMPLE_RATE_HZ // 2, dtype=np.float32)
        padded = np.concatenate([silence, audio, silence])
        samples = np.round(np.clip(padded, -1, 1) * 32767).astype(np.int16)
        return "".join(word.text for word in self._decoder.words(samples, 0.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What a recogniser made of an audio file."""

    path: Path
    text: str
    heard: str
    pinyin_error: float  # share of toneless syllables that were wrong, missing or added

    @property
    def understood(self) -> bool:
        """Whether it is good enough to test with: a number must be heard digit by digit."""
        return self.pinyin_error <= MOST_PINYIN_ERROR and self.number_heard

    @property
    def number_heard(self) -> bool:
        """Whether the digits are all there by their sound; True for a text without a number."""
        if not NUMBER.search(self.text):
            return True
        return _digit_sounds(self.text) == _digit_sounds(self.heard)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What one rendering did."""

    rendered: tuple[Path, ...] = ()
    kept: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()  # audio whose text is gone
    heard: tuple[Heard, ...] = ()  # of what was rendered, where somebody listened

    @property
    def misheard(self) -> tuple[Heard, ...]:
        """Texts to reword, or to give another voice or speed."""
        return tuple(heard for heard in self.heard if not heard.understood)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One text that shall be one audio file."""

    name: str  # its key in rendered.json
    path: Path
    text: str
    voice: str
    speed: float

    @property
    def recipe(self) -> dict[str, Any]:
        """What the audio depends on."""
        return {
            "text_sha256": hashlib.sha256(self.text.encode()).hexdigest(),
            "voice": self.voice,
            "speed": self.speed,
        }


def render_prompts(
    folder: Path, voice: Speaker, progress: Progress, *, listener: Listener | None = None, force: bool = False
) -> Report:
    """Render the prompts of `folder`/texts.yaml as `<id>.wav`; audio whose text is gone is removed.

    A prompt without a text (music) is none of ours. With a listener the report tells what is heard
    of each new file. Raises PlanError for texts that cannot be read.
    """
    lines = [
        _Line(name=name, path=folder / f"{name}.wav", text=text, voice=PROMPT_VOICE, speed=PROMPT_SPEED)
        for name, prompt in PromptFolder.load(folder).texts.items()
        if (text := prompt.text)
    ]
    return _render_folder(folder, lines, voice, progress, listener=listener, force=force)


def render_dialogues(
    folder: Path, voice: Speaker, progress: Progress, *, listener: Listener | None = None, force: bool = False
) -> Report:
    """Render every turn of the dialogues of `folder` as `audio/<id>/<NN>.flac`.

    With a listener the report tells what is heard of each new file. Raises BadDialogue where a dialogue has
    mistakes.
    """
    reports = [
        _render_folder(
            dialogue.audio_folder, _lines(dialogue), voice, progress, listener=listener, force=force
        )
        for dialogue in load_dialogues(folder).values()
    ]
    return _sum(reports)


def _lines(dialogue: Dialogue) -> list[_Line]:
    return [
        _Line(
            name=f"{index:02}",
            path=dialogue.audio_path(index),
            text=turn.text,
            voice=dialogue.voice_of(index),
            speed=dialogue.speed_of(index),
        )
        for index, turn in enumerate(dialogue.turns)
    ]


def pinyin_error(text: str, heard: str) -> float:
    """The share of toneless syllables that differ, 0 where all are right, above 1 where many were added."""
    expected, got = _syllables(text), _syllables(heard)
    return Levenshtein.distance(expected, got) / max(len(expected), 1)


def _render_folder(
    folder: Path,
    lines: list[_Line],
    voice: Speaker,
    progress: Progress,
    *,
    listener: Listener | None,
    force: bool,
) -> Report:
    folder.mkdir(parents=True, exist_ok=True)
    notes = read_rendered(folder)
    removed = _remove_orphans(folder, lines, notes)
    due = [line for line in lines if force or not _is_current(line, notes.get(line.name, {}))]
    heard: list[Heard] = []
    for done, line in enumerate(due):
        progress(done, len(due), f"{folder.name}/{line.path.name}")
        audio = voice.say(line.text, voice=line.voice, speed=line.speed)
        notes[line.name] = {**line.recipe, "audio_sha256": _write(line.path, audio)}
        _write_notes(folder, notes)
        if listener:
            heard.append(_listen(line, listener))
    return Report(
        rendered=tuple(line.path for line in due),
        kept=tuple(line.path for line in lines if line not in due),
        removed=removed,
        heard=tuple(heard),
    )


def _is_current(line: _Line, note: dict[str, Any]) -> bool:
    if not line.path.is_file():
        return False
    return note == {**line.recipe, "audio_sha256": _file_sha256(line.path)}


def _remove_orphans(folder: Path, lines: list[_Line], notes: dict[str, Any]) -> tuple[Path, ...]:
    """Delete audio that we rendered and whose text is gone; what others put there stays."""
    suffixes = {line.path.suffix for line in lines}
    gone = sorted(set(notes) - {line.name for line in lines})
    paths = [path for name in gone for suffix in suffixes if (path := folder / f"{name}{suffix}").is_file()]
    for path in paths:
        path.unlink()
    for name in gone:
        del notes[name]
    if gone:
        _write_notes(folder, notes)
    return tuple(paths)


def _write(path: Path, audio: Audio) -> str:
    soundfile.write(path, audio, SAMPLE_RATE_HZ, subtype="PCM_16")
    return _file_sha256(path)


def _write_notes(folder: Path, notes: dict[str, Any]) -> None:
    ordered = {name: dict(sorted(notes[name].items())) for name in sorted(notes)}
    text = json.dumps(ordered, ensure_ascii=False, indent=1) + "\n"
    (folder / RENDERED).write_text(text, encoding="utf-8")


def _listen(line: _Line, listener: Listener) -> Heard:
    """What is heard of the file as it was written, since rounding to 16 bits can change it."""
    audio, _ = soundfile.read(line.path, dtype="float32")
    words = listener.hear(audio)
    return Heard(path=line.path, text=line.text, heard=words, pinyin_error=pinyin_error(line.text, words))


def _digit_sounds(text: str) -> list[str]:
    return [syllable for syllable in _syllables(text) if syllable in DIGIT_SOUNDS]


def _syllables(text: str) -> list[str]:
    letters = "".join(character for character in text if "一" <= character <= "鿿" or character == "〇")
    return list(lazy_pinyin(letters))


def _file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sum(reports: list[Report]) -> Report:
    return Report(
        rendered=tuple(path for report in reports for path in report.rendered),
        kept=tuple(path for report in reports for path in report.kept),
        removed=tuple(path for report in reports for path in report.removed),
        heard=tuple(heard for report in reports for heard in report.heard),
    )
