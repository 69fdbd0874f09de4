"""Rendering speech: prompts and test dialogues from texts to audio, only what has changed.

Beside the audio lies `rendered.json` with the hash of each text and of the audio made from it, so that a
text that was changed without its audio is found without a synthesiser.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import soundfile

from asr_models.progress import Progress
from asr_models.voice import ENGLISH_VOICE, LATIN
from callers.dialogue import RENDERED, Dialogue, load_dialogues, read_rendered
from hotline.understanding import Heard, pinyin_error
from ledger.errors import MissingAsset
from sip_config.fields import Language
from sip_config.prompts import SAMPLE_RATE_HZ, PromptFolder, text_sha256
from sip_config.speech import SPOKEN, rendered_folders

VOICES: dict[Language, str] = {"zh": "zf_xiaoxiao", "en": ENGLISH_VOICE}  # nobody speaks Cantonese here

Audio = npt.NDArray[np.float32]


class Speaker(Protocol):
    """Something that speaks: `asr_models.voice.Voice`, or a fake in tests."""

    def say(self, text: str, *, voice: str, speed: float = 1.0, joins: bool = False) -> Audio:
        """The text as mono float32 at 8 kHz; one that `joins` others has next to no silence at its ends."""
        ...


class Listener(Protocol):
    """Something that writes down what it hears: `hotline.ear.Ear`, or a fake in tests."""

    def hear(self, audio: Audio) -> str:
        """The words in mono float32 at 8 kHz."""
        ...

    def cut(self, audio: Audio, sentence: str, text: str) -> Audio:
        """What is said of `text` within `sentence`."""
        ...


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
    joins: bool = False  # it is played right before or after another
    within: str | None = None  # a sentence that it is cut out of

    @property
    def recipe(self) -> dict[str, Any]:
        """What the audio depends on."""
        recipe: dict[str, Any] = {
            "text_sha256": text_sha256(self.text),
            "voice": self.voice,
            "speed": self.speed,
        }
        recipe |= {"joins": True} if self.joins else {}
        return recipe | ({"within": self.within} if self.within else {})


def render_prompts(
    folder: Path,
    voice: Speaker,
    progress: Progress,
    *,
    language: Language = "zh",
    listener: Listener | None = None,
    force: bool = False,
) -> Report:
    """Render the prompts of `folder`/texts.yaml as `<id>.wav`; audio whose text is gone is removed.

    Music and what somebody has recorded is none of ours. With a listener the report tells what is heard of
    each new file. Raises PlanError for texts that cannot be read, MissingAsset for one without a voice.
    """
    prompts = PromptFolder.load(folder, language)
    lines = list(_prompt_lines(prompts))
    return _render_folder(folder, lines, voice, progress, listener=listener, force=force)


def render_all_prompts(
    folder: Path, voice: Speaker, progress: Progress, *, language: Language, listener: Listener | None = None
) -> Report:
    """Render a folder of prompts with its languages and its fragments; only Mandarin has a listener."""
    return _sum(
        [
            render_prompts(
                path,
                voice,
                progress,
                language=spoken,
                listener=listener if spoken == "zh" else None,
            )
            for path, spoken in rendered_folders(folder, language)
        ]
    )


def _prompt_lines(folder: PromptFolder) -> Iterator[_Line]:
    for prompt_id, prompt in folder.texts.items():
        if prompt.music or prompt.recorded:
            continue
        if folder.language not in VOICES:
            raise MissingAsset(
                f"nobody here speaks {folder.language!r}: record the prompts of {folder.path} and write "
                "'recorded: true' beside their texts"
            )
        for name, text in prompt.files(prompt_id).items():
            yield _Line(
                name=name,
                path=folder.audio(name),
                text=str(text),
                voice=VOICES[folder.language],
                speed=prompt.speed,
                joins=name != prompt_id or folder.path.name == SPOKEN,
                within=prompt.within,
            )


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
        audio = _say(line, voice, listener)
        notes[line.name] = {**line.recipe, "audio_sha256": _write(line.path, audio)}
        _write_notes(folder, notes)
        if listener and not (line.joins or LATIN.search(line.text)):  # it knows no English
            heard.append(_listen(line, listener))
    return Report(
        rendered=tuple(line.path for line in due),
        kept=tuple(line.path for line in lines if line not in due),
        removed=removed,
        heard=tuple(heard),
    )


def _say(line: _Line, voice: Speaker, listener: Listener | None) -> Audio:
    if line.within is None:
        return voice.say(line.text, voice=line.voice, speed=line.speed, joins=line.joins)
    if listener is None:
        raise MissingAsset(f"{line.name!r} is cut out of a sentence, which needs a recogniser to find it")
    return listener.cut(voice.say(line.within, voice=line.voice, speed=line.speed), line.within, line.text)


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


def _file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sum(reports: list[Report]) -> Report:
    return Report(
        rendered=tuple(path for report in reports for path in report.rendered),
        kept=tuple(path for report in reports for path in report.kept),
        removed=tuple(path for report in reports for path in report.removed),
        heard=tuple(heard for report in reports for heard in report.heard),
    )
