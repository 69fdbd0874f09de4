"""The stock `vosk-transcriber` command of the vosk package, as its users run it: a folder in, a folder out.

It mixes a stereo file to one channel; for words by side it is given each channel as a file of its own. Its
JSON writer fails on every file with speech (an unset variable), so its plain text is read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import soundfile

from bench.transcriber.heard import HeardSide, HeardWord
from bench.transcriber.ours import Work, small_model
from callers.dialogue import Side
from ledger.errors import MissingAsset

SIDES: tuple[Side, ...] = ("caller", "operator")


def hear(paths: Sequence[Path]) -> list[HeardSide]:
    """What the command hears of each channel of stereo files."""
    with tempfile.TemporaryDirectory() as name:
        split = _split(paths, Path(name) / "in")
        heard = _read(_run(Path(name) / "in", Path(name) / "out", cores=None), split)
    return [_side(path.stem, side, heard[f"{path.stem}-{side}"]) for path in paths for side in SIDES]


def hear_mono(paths: Sequence[Path]) -> list[HeardSide]:
    """What the command hears of files with one speaker."""
    with tempfile.TemporaryDirectory() as name:
        folder = _link(paths, Path(name) / "in")
        heard = _read(_run(folder, Path(name) / "out", cores=None), [path.stem for path in paths])
    return [_side(path.stem, "caller", heard[path.stem]) for path in paths]


def work(paths: Sequence[Path], cores: int, *, by_side: bool) -> Work:
    """What the command costs, once over all files: stereo as it is, or each channel as a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        _split(paths, folder) if by_side else _link(paths, folder)
        before, started_s = os.times(), time.monotonic()
        _run(folder, Path(name) / "out", cores=cores)
        wall_s, after = time.monotonic() - started_s, os.times()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Work(wall_s=wall_s, cpu_s=cpu_s)


def _run(folder: Path, out: Path, cores: int | None) -> Path:
    command = Path(sys.executable).with_name("vosk-transcriber")
    if not command.is_file() or not shutil.which("ffmpeg"):
        raise MissingAsset("the peer needs vosk's command and ffmpeg: install Debian's package `ffmpeg`")
    out.mkdir()
    allowed = sorted(os.sched_getaffinity(0))
    model = next(small_model().path.rglob("conf")).parent
    subprocess.run(
        [command, "-m", model, "-i", folder, "-o", out, "-t", "txt", "--log-level", "ERROR"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed[:cores]),
    )
    return out


def _split(paths: Sequence[Path], folder: Path) -> list[str]:
    """Each channel as a file; their names without ending."""
    folder.mkdir()
    names = []
    for path in paths:
        samples, rate_hz = soundfile.read(path, dtype="int16", always_2d=True)
        for channel, side in enumerate(SIDES):
            names.append(f"{path.stem}-{side}")
            soundfile.write(folder / f"{names[-1]}.flac", samples[:, channel], rate_hz)
    return names


def _link(paths: Sequence[Path], folder: Path) -> Path:
    folder.mkdir()
    for path in paths:
        (folder / path.name).symlink_to(path.resolve())
    return folder


def _read(out: Path, names: Sequence[str]) -> dict[str, list[HeardWord]]:
    return {name: _words(out / f"{name}.txt") for name in names}


def _words(path: Path) -> list[HeardWord]:
    return [HeardWord(text=word, confidence=None) for word in path.read_text("utf-8").split()]


def _side(call: str, side: Side, words: Sequence[HeardWord]) -> HeardSide:
    return HeardSide(call=call, side=side, words=tuple(words), text="".join(word.text for word in words))
