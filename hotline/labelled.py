"""The labelled set as the product hears it: each call under a condition, transcribed, ready to judge.

What was heard is kept in the data directory, by what decides it (the sound, the model, the settings), so that
judging again takes seconds and hearing again only what changed.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import soundfile

from asr_models.store import InstalledModel, require
from callers.codec import Samples
from callers.conditions import CONDITIONS, LINE, heard_under, room_of
from callers.labelled_audio import CHANNELS, RATE_HZ
from callers.labelled_call import Half, LabelledCall, load_labelled
from hotline.judging import desk_phrases
from ledger.errors import NotFound
from ledger.records import Turn
from ledger.settings import Settings, load_settings
from ledger.states import Role
from ledger.turn_rows import to_turn
from qa_scoring import Conversation, load_packs
from qa_scoring.pack_files import Packs
from transcriber.desk_language import DeskLanguage
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

TRACKS: Final = (
    Track(channel=CHANNELS["caller"], role=Role.CALLER),
    Track(channel=CHANNELS["operator"], role=Role.OPERATOR),
)

Chosen = Callable[[LabelledCall], bool]


@dataclass(frozen=True, kw_only=True)
class HeardCall:
    """A labelled call, whose `truth` is known, and the conversation that the rules are given of it."""

    call: LabelledCall
    conversation: Conversation


def labelled_conversations(
    half: Half,
    condition: str = LINE,
    *,
    settings: Settings | None = None,
    packs: Packs | None = None,
    chosen: Chosen | None = None,
) -> Iterator[HeardCall]:
    """The calls of a half as heard under a condition (`callers.conditions`), in the set's order.

    `packs` tell the recogniser what the desks say, as in production; None: those of the settings. `chosen`
    picks calls. Raises NotFound for a condition that there is not, MissingAsset without the model.
    """
    if condition not in CONDITIONS:
        raise NotFound(f"there is no condition {condition!r}; choose one of: {', '.join(CONDITIONS)}")
    labelled = load_labelled().half(half)
    room = room_of(labelled)
    ear = Ear.of(settings or load_settings(), packs)
    for call in labelled.calls:
        if chosen is None or chosen(call):
            samples = heard_under(condition, call, labelled.folder, room).samples
            yield HeardCall(call=call, conversation=_conversation(call, samples, ear.turns(samples)))


class Ear:
    """The product's transcriber with a memory of what it heard."""

    def __init__(self, model: InstalledModel, desk: DeskLanguage, memory: Path) -> None:
        self._model = model
        self._transcriber = Transcriber(model, desk=desk)
        self._memory = memory

    @classmethod
    def of(cls, settings: Settings, packs: Packs | None = None) -> Ear:
        """As the settings have calls heard. Raises MissingAsset, BadPack."""
        known = load_packs(settings.packs_dir) if packs is None else packs
        desk = DeskLanguage(phrases=desk_phrases(known))
        return cls(require(settings.model, settings.models_dir), desk, settings.data_dir / "labelled")

    def turns(self, samples: Samples) -> tuple[Turn, ...]:
        """What both sides of a stereo recording say; from memory where the very same was heard before."""
        path = self._memory / f"{self._key(samples)}.json"
        if not path.is_file():
            _keep(path, self._hear(samples))
        return tuple(to_turn(turn) for turn in json.loads(path.read_text("utf-8")))

    def _hear(self, samples: Samples) -> tuple[Turn, ...]:
        recording = io.BytesIO()
        soundfile.write(recording, samples, RATE_HZ, format="FLAC")
        recording.seek(0)
        return self._transcriber.transcribe(recording, recording_sha256="", tracks=TRACKS).turns

    def _key(self, samples: Samples) -> str:
        sound = hashlib.sha256(samples.tobytes()).hexdigest()
        decides = [sound, self._model.sha256, self._transcriber.settings()]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def _keep(path: Path, turns: tuple[Turn, ...]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps([asdict(turn) for turn in turns], ensure_ascii=False), "utf-8")
    unfinished.replace(path)


def _conversation(call: LabelledCall, samples: Samples, turns: tuple[Turn, ...]) -> Conversation:
    """As an import of the recording is judged."""
    return Conversation(
        hotline=call.hotline,
        desk=call.hotline,
        duration_s=len(samples) / RATE_HZ,
        turns=turns,
        marks=(),
        facts=call.all_facts,
    )
