"""Rules' cases that have to be heard: a dialogue of the test phone, recognised as an imported call is."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cached_property
from io import BytesIO

import numpy as np
import soundfile

from callers.dialogue import Dialogue, load_dialogues
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from ledger.errors import NotFound
from ledger.records import Turn
from ledger.settings import Settings
from ledger.states import Role
from qa_scoring import Conversation, RuleCase
from qa_scoring.reading import nearest
from transcriber.audio import RATE_HZ
from transcriber.tracks import Track

CHANNELS = {"caller": 0, "operator": 1}
TRACKS = (Track(channel=0, role=Role.CALLER), Track(channel=1, role=Role.OPERATOR))


class AudioCases:
    """Hears each dialogue once, however many rules have cases of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns: dict[str, tuple[Turn, ...]] = {}

    def heard(self, case: RuleCase) -> RuleCase:
        """The case with the words of its audio; a written one as it is. Raises NotFound, MissingAsset."""
        if case.audio is None:
            return case
        if case.audio not in self._dialogues:
            hint = nearest(case.audio, self._dialogues)
            raise NotFound(f"{case.rule}/{case.case}: there is no dialogue {case.audio!r}{hint}")
        return replace(case, conversation=self._conversation(self._dialogues[case.audio], case))

    def _conversation(self, dialogue: Dialogue, case: RuleCase) -> Conversation:
        if dialogue.id not in self._turns:
            self._turns[dialogue.id] = self._recognised(stereo(dialogue))
        turns = self._turns[dialogue.id]
        return Conversation(
            hotline=dialogue.hotline,
            desk=dialogue.hotline,
            duration_s=max((turn.end_s for turn in turns), default=0.0) + 1.0,
            turns=turns,
            marks=(),
            facts={**dialogue.facts, **case.conversation.facts},
            day=case.conversation.day,
        )

    def _recognised(self, recording: bytes) -> tuple[Turn, ...]:
        sha256 = hashlib.sha256(recording).hexdigest()
        transcriber = self._recognisers.transcriber(self._settings.model)
        return transcriber.transcribe(BytesIO(recording), recording_sha256=sha256, tracks=TRACKS).turns

    @cached_property
    def _dialogues(self) -> dict[str, Dialogue]:
        return load_dialogues()

    @cached_property
    def _recognisers(self) -> Recognisers:
        return Recognisers(self._settings, plan_of(self._settings))


def stereo(dialogue: Dialogue) -> bytes:
    """A dialogue as a recording (WAV): the caller left, the operator right, one turn after the other."""
    stretches = [_stretch(dialogue, turn) for turn in range(len(dialogue.turns))]
    recording = BytesIO()
    soundfile.write(recording, np.concatenate(stretches), RATE_HZ, format="WAV", subtype="PCM_16")
    return recording.getvalue()


def _stretch(dialogue: Dialogue, turn: int) -> np.ndarray:
    """A turn with the pause before it. Shape (samples, 2)."""
    speech, _ = soundfile.read(dialogue.audio_path(turn), dtype="int16")
    spoken = dialogue.turns[turn]
    stretch = np.zeros((int(spoken.pause_s * RATE_HZ) + len(speech), 2), np.int16)
    stretch[-len(speech) :, CHANNELS[spoken.who]] = speech
    return stretch
