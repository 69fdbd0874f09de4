"""Running the real command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def hotline(*arguments: str | Path, data: Path, timeout_s: float = 120, **environment: str) -> Answer:
    """Run `hotline ARGUMENTS` with its data in `data`."""
    done = subprocess.run(
        [sys.executable, "-m", "hotline", *map(str, arguments)],
        env={**os.environ, "HOTLINE_DATA_DIR": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Answer(status=done.returncode, out=done.stdout, err=done.stderr)


def assert_one_sentence(answer: Answer, says: str) -> None:
    """A user's mistake: status 2, one message that contains `says`, no traceback, nothing on stdout."""
    assert answer.status == 2, answer.err
    assert says in answer.err, answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
