"""Running the real command, as `hotline ARGUMENTS` would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hotline import cli
from hotline.commands import options

# They look at a ledger or write a line into it: they neither start nor become anything. In a process of
# their own most of their time goes into loading what the tests' process has loaded.
QUICK = frozenset(
    {
        "audit",
        "calls",
        "campaigns",
        "chain",
        "export-transcript",
        "hold",
        "keys",
        "mask",
        "plan",
        "reconcile",
        "retention",
    }
    | {"search", "secrets", "show", "sip", "verify"}
)


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
    """Run `hotline ARGUMENTS` with its data in `data`: in a process of its own, unless it is quick."""
    words = [str(argument) for argument in arguments]
    settings = {"HOTLINE_DATA_DIR": str(data), **environment}
    if words[0] in QUICK:
        return _run_here(words, settings)
    done = subprocess.run(
        [sys.executable, "-m", "hotline", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Answer(status=done.returncode, out=done.stdout, err=done.stderr)


def _run_here(words: Sequence[str], settings: Mapping[str, str]) -> Answer:
    said, told = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(told):
        patch.setattr(sys, "argv", ["hotline", *words])
        patch.setattr(options, "set_up_logs", lambda _level: None)  # it would stay for the tests after it
        for name, value in settings.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    out, err = (_text_of(stream) for stream in (said, told))
    return Answer(status=int(ended.value.code or 0), out=out, err=err)


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def assert_one_sentence(answer: Answer, says: str) -> None:
    """A user's mistake: status 2, one message that contains `says`, no traceback, nothing on stdout."""
    assert answer.status == 2, answer.err
    assert says in answer.err, answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
