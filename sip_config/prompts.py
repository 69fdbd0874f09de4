"""Prompts: folders of texts and the audio made from them.

A folder holds `texts.yaml` ({id: {text: ...}} or {id: {music: true}}), `<id>.wav` for each id (8 kHz, 16 bit,
mono, PCM) and `rendered.json` ({id: {text_sha256, audio_sha256, voice, speed}}), which says what each piece
of audio was made from.
"""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, model_validator

from ledger.errors import MissingAsset, PlanError
from sip_config.fields import Id, PlanPart, Text
from sip_config.mistakes import validate
from sip_config.yaml_file import read_yaml

SAMPLE_RATE_HZ = 8000
_HOME = Path(__file__).parent / "prompts"
Values = Mapping[str, str | int]  # what a prompt's {placeholders} stand for in one call
_RENDER = "run `hotline prompts render`"


class PromptText(PlanPart):
    """What a prompt says, or that it is music."""

    text: Text | None = None
    music: bool = False

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if bool(self.text) == self.music:
            raise ValueError("a prompt has either 'text' or 'music: true'")
        return self

    @property
    def sha256(self) -> str:
        """The hash that `rendered.json` keeps of the text."""
        return hashlib.sha256((self.text or "").encode()).hexdigest()


_SHAPE = dict[Id, PromptText]
_TEXTS: TypeAdapter[dict[str, PromptText]] = TypeAdapter(_SHAPE)


@dataclass(frozen=True, kw_only=True)
class PromptFolder:
    """One folder of prompts."""

    path: Path
    texts: dict[str, PromptText]

    @classmethod
    def load(cls, path: Path) -> PromptFolder:
        """Read a folder's texts. Raises PlanError, every mistake a line."""
        file = path / "texts.yaml"
        document = read_yaml(file)
        texts = validate(document, _TEXTS, _SHAPE)
        if texts is None or document.mistakes:
            raise PlanError("\n".join(mistake.told(file) for mistake in sorted(document.mistakes)))
        return cls(path=path, texts=texts)

    def audio(self, prompt_id: str) -> Path:
        """Where a prompt's audio lies or would lie."""
        return self.path / f"{prompt_id}.wav"

    def rendered(self) -> dict[str, dict[str, Any]]:
        """What `rendered.json` says; what is missing or damaged there counts as a new text."""
        try:
            rendered = json.loads((self.path / "rendered.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        entries = rendered.items() if isinstance(rendered, dict) else ()
        return {prompt_id: entry for prompt_id, entry in entries if isinstance(entry, dict)}


@dataclass(frozen=True, kw_only=True)
class PromptLibrary:
    """All prompts of a plan. The first folder that has an id wins."""

    folders: tuple[PromptFolder, ...]

    @classmethod
    def load(cls, folders: Sequence[Path]) -> PromptLibrary:
        """Read folders, the first being searched first. Raises PlanError."""
        return cls(folders=tuple(PromptFolder.load(folder) for folder in folders))

    @property
    def ids(self) -> tuple[str, ...]:
        """Every prompt there is."""
        return tuple(dict.fromkeys(prompt_id for folder in self.folders for prompt_id in folder.texts))

    def folder(self, prompt_id: str) -> PromptFolder:
        """The folder that a prompt is taken from. Raises MissingAsset."""
        for folder in self.folders:
            if prompt_id in folder.texts:
                return folder
        raise MissingAsset(f"there is no prompt {prompt_id!r}; add it to a texts.yaml and {_RENDER}")

    def text(self, prompt_id: str) -> str | None:
        """What a prompt says; None for music. Raises MissingAsset."""
        return self.folder(prompt_id).texts[prompt_id].text

    def path(self, prompt_id: str) -> Path:
        """A prompt's audio. Raises MissingAsset where there is none."""
        audio = self.folder(prompt_id).audio(prompt_id)
        if not audio.is_file():
            raise MissingAsset(f"the prompt {prompt_id!r} has no audio ({audio}); {_RENDER}")
        return audio

    def check(self) -> list[str]:
        """What is wrong with the audio, a sentence each; empty when every prompt can be played."""
        return [problem for folder in self.folders for problem in self._problems(folder)]

    def _problems(self, folder: PromptFolder) -> Iterator[str]:
        rendered = folder.rendered()
        for prompt_id, prompt in folder.texts.items():
            if self.folder(prompt_id) is not folder:
                continue  # an earlier folder's is played instead
            problem = _problem(folder.audio(prompt_id), prompt, rendered.get(prompt_id))
            if problem:
                yield f"prompt {prompt_id!r}: {problem}"


def prompt_folder(language: str) -> Path:
    """The folder of our own prompts in a language."""
    return _HOME / language


def languages() -> list[str]:
    """The languages that we have prompts in."""
    return sorted(texts.parent.name for texts in _HOME.glob("*/texts.yaml"))


def _problem(audio: Path, prompt: PromptText, rendered: dict[str, Any] | None) -> str | None:
    if not audio.is_file():
        return f"its audio {audio} is missing; {_RENDER}"
    unplayable = _unplayable(audio)
    if unplayable:
        return f"{audio} {unplayable}; {_RENDER}"
    if prompt.music:
        return None
    if rendered is None or rendered.get("text_sha256") != prompt.sha256:
        return f"its text was changed and {audio} still says the old one; {_RENDER}"
    if rendered.get("audio_sha256") != hashlib.sha256(audio.read_bytes()).hexdigest():
        return f"{audio} is not the audio that was made from its text; {_RENDER}"
    return None


def _unplayable(audio: Path) -> str | None:
    """Why a file cannot be played to a telephone, or None."""
    try:
        with wave.open(str(audio), "rb") as sound:
            frames, shape = (
                sound.getnframes(),
                (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()),
            )
            complete = len(sound.readframes(frames)) == frames * sound.getsampwidth() * sound.getnchannels()
    except (wave.Error, EOFError) as error:
        return f"is damaged or no WAV file ({error or 'it ends too early'})"
    if shape != (SAMPLE_RATE_HZ, 2, 1):
        return (
            f"is {shape[0]} Hz, {shape[1] * 8} bit, {shape[2]} channel(s) and must be 8000 Hz, 16 bit, mono"
        )
    if not frames:
        return "is empty"
    return None if complete else "is damaged: it ends before its header says"
