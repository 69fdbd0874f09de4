"""A recording to a transcript."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import structlog

from asr_models.store import InstalledModel
from ledger.errors import BadRecording
from ledger.records import Transcript, Turn, Word
from transcriber.audio import RATE_HZ, Samples, name_of, read_channels
from transcriber.decoder import DITHER_SEED, VOSK_VERSION, Decoder, SearchSettings
from transcriber.desk_language import DeskLanguage
from transcriber.quality import Limits, weigh
from transcriber.speech import DetectorSettings, find_speech
from transcriber.tracks import Track
from transcriber.turns import TURN_PAUSE_S, group_turns, merge_turns

STEREO = 2  # more channels than two are no call: what is an echo of what is not asked

logger = structlog.get_logger(__name__)


class Transcriber:
    """Keeps one model and one warm recogniser for call after call.

    Making one costs nothing; the first call, or `load`, reads the model (about 280 MB, half a second; the
    first time with these desks three seconds more, to adapt it). To share that memory call `load` and fork.
    Not for several threads.
    """

    def __init__(
        self,
        model: InstalledModel,
        *,
        detector: DetectorSettings | None = None,
        search: SearchSettings | None = None,
        desk: DeskLanguage | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._model = model
        self._detector = detector or DetectorSettings()
        self._desk = desk or DeskLanguage()
        self._limits = limits or Limits()
        self._decoder = Decoder(model, search, self._desk)

    def load(self) -> None:
        """Read the model now. Raises BadAsset where it cannot be used."""
        self._decoder.load()

    def transcribe(
        self, source: Path | BinaryIO, *, recording_sha256: str, tracks: Sequence[Track]
    ) -> Transcript:
        """All turns of the tracks in order of time; none where nobody speaks.

        Raises BadRecording where the file cannot be read or has not the channel of a track.
        """
        channels = read_channels(source)
        _refuse_missing_channels(name_of(source), len(channels), tracks)
        turns = [self._turns(channels, track) for track in tracks]
        return Transcript(
            model=self._model.name,
            model_sha256=self._model.sha256,
            recording_sha256=recording_sha256,
            turns=merge_turns(turns),
            settings=self.settings(),
        )

    def _turns(self, channels: Sequence[Samples], track: Track) -> list[Turn]:
        turns = group_turns(list(self._words(channels, track)), track.role)
        return weigh(turns, channels[track.channel], self._limits, track.losses)

    def _words(self, channels: Sequence[Samples], track: Track) -> Iterator[Word]:
        samples = channels[track.channel]
        other = channels[1 - track.channel] if len(channels) == STEREO else None
        segments = find_speech(samples, track.spans, self._detector, other)
        speech_s = sum(end - start for start, end in segments) / RATE_HZ
        logger.debug("speech_found", role=track.role, segments=len(segments), speech_s=round(speech_s, 1))
        for start, end in segments:
            yield from self._decoder.words(samples[start:end], start / RATE_HZ)

    def settings(self) -> dict[str, str]:
        """All that, beside the model, decides what is heard, as its transcripts tell it."""
        chosen = {
            **asdict(self._detector),
            **asdict(self._decoder.search),
            "graph": "whole" if self._decoder.is_composed else "composed",
            **asdict(self._limits),
            **{f"desk_{name}": value for name, value in _told(self._desk).items()},
            "dither_seed": DITHER_SEED,
            "vosk_version": VOSK_VERSION,
            "turn_pause_s": TURN_PAUSE_S,
        }
        return {"rate_hz": str(RATE_HZ), **{name: str(value) for name, value in chosen.items()}}


def _told(desk: DeskLanguage) -> dict[str, object]:
    """Its settings; of the phrases the hash, since there are hundreds."""
    phrases = hashlib.sha256("\n".join(desk.phrases).encode()).hexdigest()
    return {**asdict(desk), "phrases": phrases if desk.phrases else ""}


def _refuse_missing_channels(name: str, channels: int, tracks: Sequence[Track]) -> None:
    missing = sorted({track.channel for track in tracks if not 0 <= track.channel < channels})
    if missing:
        raise BadRecording(
            f"{name} has {channels} channel(s) and none with the number {missing[0]}; "
            "say which channel is whose, counted from 0"
        )
