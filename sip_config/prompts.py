"""Prompts: folders of texts and the audio made from them.

A folder holds `texts.yaml` ({id: {text: ...}} or {id: {music: true}}), `<id>.wav` for each id (8 kHz, 16 bit,
mono, PCM) and `rendered.json` ({id: {text_sha256, audio_sha256, voice, speed}}), which says what each piece
of audio was made from. A text with placeholders has a file for each fixed piece: `<id>.1.wav` and so on.
"""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter, model_validator

from ledger.errors import MissingAsset, PlanError
from sip_config.fields import Id, Language, PlanPart, Text
from sip_config.mistakes import validate
from sip_config.placeholders import Piece, has_sound, slots, split_text
from sip_config.yaml_file import read_yaml

SAMPLE_RATE_HZ = 8000
LONGEST_PROMPT_S = 300.0
PROMPTS_HOME = Path(__file__).parent / "prompts"
_RENDER = "run `hotline prompts render`"


class PromptText(PlanPart):
    """What a prompt says, or that it is music."""

    text: Text | None = None
    music: bool = False
    speed: Annotated[float, Field(ge=0.5, le=2)] = 1.0  # of the synthesiser; 1 is the voice's own rate
    within: Text | None = None  # a sentence that the audio is cut out of: a word by itself is drawn out
    recorded: bool = False  # somebody has spoken the text: its audio is brought, not rendered

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if bool(self.text) == self.music:
            raise ValueError("a prompt has either 'text' or 'music: true'")
        split_text(self.text or "")
        if self.within and self.within.count(str(self.text)) != 1:
            raise ValueError(f"'within' must hold {self.text!r} once; it is cut out of there")
        return self

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text as what is fixed and what is spoken anew."""
        return split_text(self.text or "")

    def files(self, prompt_id: str) -> dict[str, str | None]:
        """What each piece of audio is called, without its suffix, and the text that it says; None: music."""
        if not slots(self.pieces):
            return {prompt_id: self.text}
        fixed = [piece for piece in self.pieces if isinstance(piece, str) and has_sound(piece)]
        return {f"{prompt_id}.{place}": piece for place, piece in enumerate(fixed, start=1)}


_SHAPE = dict[Id, PromptText]
_TEXTS: TypeAdapter[dict[str, PromptText]] = TypeAdapter(_SHAPE)


@dataclass(frozen=True, kw_only=True)
class PromptFolder:
    """One folder of prompts, all in one language."""

    path: Path
    texts: dict[str, PromptText]
    language: Language = "zh"

    @classmethod
    def load(cls, path: Path, language: Language = "zh") -> PromptFolder:
        """Read a folder's texts. Raises PlanError, every mistake a line."""
        file = path / "texts.yaml"
        document = read_yaml(file)
        texts = validate(document, _TEXTS, _SHAPE)
        if texts is None or document.mistakes:
            raise PlanError("\n".join(mistake.told(file) for mistake in sorted(document.mistakes)))
        return cls(path=path, texts=texts, language=language)

    def audio(self, name: str) -> Path:
        """Where a piece of audio lies or would lie."""
        return self.path / f"{name}.wav"

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
        """Read Mandarin folders, the first being searched first. Raises PlanError."""
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
        return self.audio(self.folder(prompt_id), prompt_id)

    @staticmethod
    def audio(folder: PromptFolder, name: str) -> Path:
        """A piece of audio of one folder. Raises MissingAsset where it is not there."""
        audio = folder.audio(name)
        if not audio.is_file():
            raise MissingAsset(f"the prompt {name!r} has no audio ({audio}); {_RENDER}")
        return audio

    def check(self) -> list[str]:
        """What is wrong with the audio, a sentence each; empty when every prompt can be played."""
        return [problem for folder in self.folders for problem in self._problems(folder)]

    def _problems(self, folder: PromptFolder) -> Iterator[str]:
        rendered = folder.rendered()
        for prompt_id, prompt in folder.texts.items():
            if self.folder(prompt_id) is not folder:
                continue  # an earlier folder's is played instead
            for name, text in prompt.files(prompt_id).items():
                needed = None if prompt.recorded else text
                problem = _problem(folder.audio(name), needed, rendered.get(name))
                if problem:
                    yield f"prompt {name!r}: {problem}"


def prompt_folder(language: str) -> Path:
    """The folder of our own prompts in a language."""
    return PROMPTS_HOME / language


def text_sha256(text: str) -> str:
    """The hash that `rendered.json` keeps of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _problem(audio: Path, text: str | None, rendered: dict[str, Any] | None) -> str | None:
    """What is wrong with a file that must have been made from `text`; None: any sound will do."""
    if not audio.is_file():
        return f"its audio {audio} is missing; {_RENDER}"
    unplayable = _unplayable(audio)
    if unplayable:
        return f"{audio} {unplayable}; {_RENDER}"
    if text is None:
        return None
    if rendered is None or rendered.get("text_sha256") != text_sha256(text):
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
    if frames > LONGEST_PROMPT_S * SAMPLE_RATE_HZ:
        return f"is longer than {LONGEST_PROMPT_S:g} s"
    return None if complete else "is damaged: it ends before its header says"
