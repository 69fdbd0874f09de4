"""Load the model, fork, transcribe the recording that is named in parent and child; print both texts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import structlog

from asr_models.store import require
from ledger.settings import load_settings
from ledger.states import Role
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber


def main(path: Path) -> None:
    """One line of text from each process."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    transcriber = Transcriber(require("vosk-model-small-cn-0.22", load_settings().models_dir))
    transcriber.load()
    child = os.fork()
    turns = transcriber.transcribe(
        path, recording_sha256="0" * 64, tracks=[Track(channel=1, role=Role.OPERATOR)]
    ).turns
    if child:
        os.waitpid(child, 0)
    print("".join(turn.text for turn in turns), flush=True)  # noqa: T201 - what the test reads
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
