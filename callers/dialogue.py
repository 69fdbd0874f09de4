"""A test dialogue (对话): what a caller and an operator say, how, and the truth about each rule.

The schema is `Dialogue`; the audio of each turn lies rendered beside the YAML, in `audio/<id>/`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    TypeAdapter,
    field_validator,
    model_validator,
)

from ledger.errors import NotFound, PlanError
from ledger.states import Verdict
from sip_config.mistakes import validate
from sip_config.yaml_file import read_yaml

STANDARD = Path(__file__).parent / "dialogues"
RENDERED = "rendered.json"

Side = Literal["caller", "operator"]
RuleId = Literal[
    "greeting",
    "closing",
    "forbidden-words",
    "hold-notice",
    "apology-after-wait",
    "offer-more-help",
    "long-silence",
    "overtalk",
    "speech-rate",
    "answer-delay",
    "number-readback",
]
RULES: tuple[RuleId, ...] = get_args(RuleId)
ALWAYS_JUDGED: tuple[RuleId, ...] = ("greeting", "closing", "forbidden-words", "offer-more-help")


class BadDialogue(PlanError):
    """A dialogue has mistakes: each is told with its file and line; correct them."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MenuStep(_Part):
    """Keys that the caller presses in the menu, and when."""

    send: Annotated[str, Field(pattern=r"^[0-9*#]+$")]
    after_s: Annotated[float, Field(ge=0, le=120)] | None = None  # since the answer or the step before
    after: Literal["quiet"] | None = None  # once the prompt has ended

    @model_validator(mode="after")
    def _has_one_moment(self) -> Self:
        if (self.after_s is None) == (self.after is None):
            raise ValueError("a menu step has either 'after_s' (seconds) or 'after: quiet'")
        return self


class SpokenTurn(_Part):
    """What one side says without a long pause. The words are written as they are spoken."""

    who: Side
    text: Annotated[str, Field(min_length=1)]
    pause_s: Annotated[float, Field(ge=0, le=120)] = 0.4  # silence since either side's last word

    @field_validator("text")
    @classmethod
    def _has_no_arabic_digits(cls, text: str) -> str:
        if any(character in "0123456789" for character in text):
            raise ValueError("write digits in Chinese characters, as they are spoken: 一一四, 六三零幺")
        return text

    @property
    def text_sha256(self) -> str:
        """Of the text's UTF-8 bytes: the audio that was rendered from it names the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Voices(_Part):
    """The synthesiser's voice of each side."""

    caller: str
    operator: str


class Speeds(_Part):
    """How fast each side speaks; 1 is the voice's own rate."""

    caller: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    operator: Annotated[float, Field(ge=0.5, le=2)] = 1.0


class Dialogue(_Part):
    """One scripted call and its truth. `load_dialogue` reads it from YAML."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    hotline: Annotated[str, Field(pattern=r"^[0-9]{2,15}$")]  # the number dialled
    menu: tuple[MenuStep, ...]
    dtmf: Literal["rfc4733", "info"] = "rfc4733"
    voices: Voices
    speeds: Speeds = Speeds()
    turns: Annotated[tuple[SpokenTurn, ...], Field(min_length=1)]
    hang_up: Side  # who ends the conversation after the last turn
    survey: Annotated[str, Field(pattern=r"^[0-9*#]$")] | None = None
    facts: dict[str, str] = {}
    split: Literal["tune", "judge"]  # texts to tune rules with, and those to judge them by: never mixed
    demo: Annotated[int, Field(ge=1)] | None = None  # its place among the calls that a demo shows first
    truth: dict[RuleId, Verdict]

    _folder: Path = PrivateAttr(default=STANDARD)

    @field_validator("truth")
    @classmethod
    def _judges_what_every_call_has(cls, truth: dict[RuleId, Verdict]) -> dict[RuleId, Verdict]:
        missing = [rule for rule in ALWAYS_JUDGED if rule not in truth]
        if missing:
            raise ValueError(f"the truth is silent about {', '.join(missing)}; every dialogue tells it")
        return truth

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.survey and self.hang_up == "caller":
            raise ValueError("'survey' goes with 'hang_up: operator': a caller who has left is not asked")
        read_back = self.truth.get("number-readback", Verdict.NOT_APPLICABLE)
        if (read_back != Verdict.NOT_APPLICABLE) != ("directory_number" in self.facts):
            raise ValueError("'number-readback' is judged exactly where 'facts' has a 'directory_number'")
        return self

    @property
    def audio_folder(self) -> Path:
        """Where the rendered turns and their `rendered.json` lie."""
        return self._folder / "audio" / self.id

    def audio_path(self, turn: int) -> Path:
        """The turn's FLAC: 8 kHz, 16 bit, mono."""
        return self.audio_folder / f"{turn:02}.flac"

    def voice_of(self, turn: int) -> str:
        """The synthesiser's voice of a turn."""
        return str(getattr(self.voices, self.turns[turn].who))

    def speed_of(self, turn: int) -> float:
        """The speaking rate of a turn."""
        return float(getattr(self.speeds, self.turns[turn].who))

    @property
    def faults(self) -> tuple[RuleId, ...]:
        """The rules that this call breaks: what a right judgement flags."""
        return tuple(rule for rule, verdict in self.truth.items() if verdict == Verdict.FAIL)


_DIALOGUE = TypeAdapter(Dialogue)


@dataclass(frozen=True, kw_only=True, slots=True)
class StaleTurn:
    """A turn whose audio is missing or belongs to something else."""

    dialogue: str
    turn: int
    path: Path
    why: str


def load_dialogue(path: Path) -> Dialogue:
    """One dialogue. Raises BadDialogue with every mistake and its line."""
    document = read_yaml(path)
    dialogue = validate(document, _DIALOGUE, Dialogue)
    if dialogue and dialogue.id != path.stem:
        document.add(("id",), f"the file is called {path.name}; rename one of them")
    if dialogue is None or document.mistakes:
        raise BadDialogue("\n".join(mistake.told(path) for mistake in sorted(document.mistakes)))
    dialogue._folder = path.parent  # a private attribute: YAML cannot set it
    return dialogue


def load_dialogues(folder: Path = STANDARD) -> dict[str, Dialogue]:
    """All dialogues of a folder by id: those of the demo first, in its order, then by id.

    Raises BadDialogue with the mistakes of all files at once, NotFound for a folder without any.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise NotFound(f"there are no dialogues (*.yaml) in {folder}; name a folder that has some")
    loaded, mistakes = [], []
    for path in paths:
        try:
            loaded.append(load_dialogue(path))
        except BadDialogue as error:
            mistakes.append(str(error))
    if mistakes:
        raise BadDialogue("\n".join(mistakes))
    return {dialogue.id: dialogue for dialogue in sorted(loaded, key=_demo_first)}


def stale_turns(dialogues: Iterable[Dialogue]) -> list[StaleTurn]:
    """Turns whose audio is missing, changed, or was rendered from another text, voice or speed."""
    return [stale for dialogue in dialogues for stale in _stale_turns(dialogue)]


def _stale_turns(dialogue: Dialogue) -> list[StaleTurn]:
    notes = read_rendered(dialogue.audio_folder)
    return [
        StaleTurn(dialogue=dialogue.id, turn=turn, path=dialogue.audio_path(turn), why=why)
        for turn in range(len(dialogue.turns))
        if (why := _why_stale(dialogue, turn, notes.get(f"{turn:02}", {})))
    ]


def _why_stale(dialogue: Dialogue, turn: int, note: dict[str, Any]) -> str | None:
    path = dialogue.audio_path(turn)
    if not path.is_file():
        return "the audio is missing"
    if note.get("text_sha256") != dialogue.turns[turn].text_sha256:
        return "the audio belongs to another text"
    if (note.get("voice"), note.get("speed")) != (dialogue.voice_of(turn), dialogue.speed_of(turn)):
        return "the audio has another voice or speed"
    if note.get("audio_sha256") != hashlib.sha256(path.read_bytes()).hexdigest():
        return "the audio is not the one that was rendered"
    return None


def read_rendered(folder: Path) -> dict[str, dict[str, Any]]:
    """What was rendered in a folder, by name; empty where that is missing or damaged: all counts as new."""
    try:
        notes = json.loads((folder / RENDERED).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def _demo_first(dialogue: Dialogue) -> tuple[float, str]:
    return (dialogue.demo or float("inf"), dialogue.id)
