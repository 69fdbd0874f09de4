"""The labelled set: scripted calls and read-out numbers whose truth is known, in halves kept apart.

Texts and voices of `tune` are for choosing rules and settings, those of `judge` only for measuring them.
A YAML file holds calls of one desk or numbers, all of one half; a desk may have several files. A call's label
says what is true of its text and its times, whatever a recogniser hears of it. `callers/labelled_audio.py`
makes the recording.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from callers.dialogue import ALWAYS_JUDGED, RULES, BadDialogue, RuleId, Side, Speeds, SpokenTurn, Voices
from ledger.errors import NotFound
from ledger.states import Verdict
from sip_config.mistakes import validate
from sip_config.yaml_file import read_yaml

STANDARD = Path(__file__).parent / "labelled_calls"

Half = Literal["tune", "judge"]
PauseSound = Literal["typing", "breath", "music"]
ALWAYS_APPLICABLE: tuple[RuleId, ...] = (
    *ALWAYS_JUDGED,
    "long-silence",
    "overtalk",
    "speech-rate",
    "answer-delay",
)
SIDES: tuple[Side, ...] = ("caller", "operator")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelledTurn(SpokenTurn):
    """`- {operator: 您好}`; a negative pause begins so long before the last word of the turn before."""

    pause_s: Annotated[float, Field(ge=-10, le=60)] = 0.4
    pause_with: PauseSound | None = None  # what the operator's end sends in that pause

    @model_validator(mode="before")
    @classmethod
    def _side_is_the_key(cls, given: Any) -> Any:
        side = next((side for side in SIDES if isinstance(given, dict) and side in given), None)
        if side is None:
            return given
        return {
            **{key: value for key, value in given.items() if key != side},
            "who": side,
            "text": given[side],
        }


class LabelledCall(_Part):
    """One call and its truth: the rules that it breaks, those that do not apply; it keeps all others."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    half: Half
    hotline: str
    voices: Voices
    speeds: Speeds = Speeds()
    lead_s: Annotated[float, Field(ge=0, le=60)] = 0.6  # from the bridge to the first word
    facts: dict[str, str] = {}
    fail: tuple[RuleId, ...] = ()
    not_applicable: tuple[RuleId, ...] = ()
    turns: Annotated[tuple[LabelledTurn, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        both = set(self.fail) & set(self.not_applicable)
        if both:
            raise ValueError(f"{', '.join(sorted(both))} cannot both fail and not apply")
        always = set(self.not_applicable) & set(ALWAYS_APPLICABLE)
        if always:
            raise ValueError(f"{', '.join(sorted(always))} applies to every call")
        if ("number-readback" in self.not_applicable) == ("directory_number" in self.facts):
            raise ValueError("'number-readback' applies exactly where 'facts' has a 'directory_number'")
        return self

    @cached_property
    def truth(self) -> dict[RuleId, Verdict]:
        """The right verdict of every rule of the contract."""
        told = dict.fromkeys(self.fail, Verdict.FAIL) | dict.fromkeys(
            self.not_applicable, Verdict.NOT_APPLICABLE
        )
        return {rule: told.get(rule, Verdict.PASS) for rule in RULES}

    @property
    def all_facts(self) -> dict[str, str]:
        """What an import is told of the call: its facts, and that the recording begins at the bridge."""
        return {"bridged_at_s": "0.0", **self.facts}

    def voice_of(self, side: Side) -> str:
        """The synthesiser's voice of a side."""
        return str(getattr(self.voices, side))

    def speed_of(self, side: Side) -> float:
        """How fast a side speaks; 1 is the voice's own rate."""
        return float(getattr(self.speeds, side))


class LabelledNumber(_Part):
    """One number of 7, 8 or 11 digits, read out in one of many manners."""

    id: str
    half: Half
    voice: str
    speed: Annotated[float, Field(ge=0.5, le=2)]
    number: Annotated[str, Field(pattern=r"^[0-9]{7,11}$")]
    text: str


class _File(_Part):
    half: Half
    hotline: str = ""
    calls: tuple[LabelledCall, ...] = ()
    numbers: tuple[LabelledNumber, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _entries_are_of_the_files_half(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        half = {"half": given.get("half")}
        calls = [{**half, "hotline": given.get("hotline"), **call} for call in given.get("calls", ())]
        return {**given, "calls": calls, "numbers": [{**half, **each} for each in given.get("numbers", ())]}


class LabelledSet(_Part):
    """All calls and numbers, each in the order of its files."""

    folder: Path
    calls: tuple[LabelledCall, ...]
    numbers: tuple[LabelledNumber, ...]

    def half(self, half: Half) -> LabelledSet:
        """One half alone."""
        return LabelledSet(
            folder=self.folder,
            calls=tuple(call for call in self.calls if call.half == half),
            numbers=tuple(number for number in self.numbers if number.half == half),
        )


def load_labelled(folder: Path = STANDARD) -> LabelledSet:
    """The set of a folder. Raises BadDialogue with every mistake and its line, NotFound for an empty one."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise NotFound(f"there are no labelled calls (*.yaml) in {folder}; name a folder that has some")
    files = [_load(path) for path in paths]
    return LabelledSet(
        folder=folder,
        calls=tuple(call for file in files for call in file.calls),
        numbers=tuple(number for file in files for number in file.numbers),
    )


def _load(path: Path) -> _File:
    document = read_yaml(path)
    file = validate(document, TypeAdapter(_File), _File)
    if file is None or document.mistakes:
        raise BadDialogue("\n".join(mistake.told(path) for mistake in sorted(document.mistakes)))
    return file
