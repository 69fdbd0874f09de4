"""The real recogniser, loaded once, and calls of our own making."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from spoken_timeline import RATE_HZ

from asr_models.store import InstalledModel, require
from ledger.settings import load_settings
from transcriber.transcriber import Transcriber

WriteRecording = Callable[..., Path]


@pytest.fixture(scope="session")
def model() -> InstalledModel:
    """The small Mandarin model that `make setup` has installed."""
    return require("vosk-model-small-cn-0.22", load_settings().models_dir)


@pytest.fixture(scope="session")
def transcriber(model: InstalledModel) -> Transcriber:
    """One transcriber for all tests, as a worker keeps one for all calls."""
    return Transcriber(model)


@pytest.fixture
def write_recording(tmp_path: Path) -> WriteRecording:
    """Writes float audio (frames, or frames x channels) as a 16-bit file and gives its path."""

    def write(audio: npt.NDArray[np.float32], name: str = "call.flac", rate_hz: int = RATE_HZ) -> Path:
        path = tmp_path / name
        subtype = "VORBIS" if name.endswith(".ogg") else "PCM_16"
        soundfile.write(path, audio, rate_hz, subtype=subtype)
        return path

    return write
