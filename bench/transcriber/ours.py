"""Our transcriber in forked workers that share the loaded model, on the given cores."""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asr_models.store import InstalledModel, require
from bench.process_use import pss_mb
from bench.transcriber.heard import HeardSide, HeardWord
from hotline.judging import desk_phrases
from ledger.records import Turn
from ledger.settings import load_settings
from ledger.states import Role
from qa_scoring import load_packs
from transcriber.desk_language import DeskLanguage
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

BOTH = (Track(channel=0, role=Role.CALLER), Track(channel=1, role=Role.OPERATOR))
SIDE_OF = {Role.CALLER: "caller", Role.OPERATOR: "operator", Role.MIXED: "caller"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What transcribing cost."""

    wall_s: float
    cpu_s: float  # of all workers, the model's loading among it
    loading_s: float = 0.0  # by the clock, until the workers are forked; part of `wall_s`
    pss_mb: float = 0.0  # of the parent and all workers, at the end of their work

    @property
    def hearing_s(self) -> float:
        """By the clock, once the model is loaded."""
        return self.wall_s - self.loading_s


def small_model() -> InstalledModel:
    """The model that the settings name."""
    settings = load_settings()
    return require(settings.model, settings.models_dir)


def graph() -> str:
    """Whether our transcriber reads a whole graph, or composes it while it decodes."""
    return Transcriber(small_model()).settings()["graph"]


@cache
def desks() -> DeskLanguage:
    """What the packs want said, as in production."""
    return DeskLanguage(phrases=desk_phrases(load_packs(load_settings().packs_dir)))


def hear(paths: Sequence[Path], tracks: Sequence[Track] = BOTH) -> list[HeardSide]:
    """What our transcriber hears, in this process."""
    transcriber = Transcriber(small_model(), desk=desks())
    return [side for path in paths for side in _sides(transcriber, path, tracks)]


def load_s() -> float:
    """How long loading takes by the clock."""
    desks()
    return float(_in_child(lambda: str(_loaded()[1])))


def work(paths: Sequence[Path], workers: int, cores: int) -> Work:
    """Load once, fork so many workers, each with every n-th file; all on so many cores.

    The packs are read before: that is no part of transcribing.
    """
    desks()
    before = os.times()
    started_s = time.monotonic()
    report = json.loads(_in_child(lambda: _parent(paths, workers, cores)))
    after = os.times()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Work(wall_s=time.monotonic() - started_s, cpu_s=cpu_s, **report)


def _parent(paths: Sequence[Path], workers: int, cores: int) -> str:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    transcriber, loading_s = _loaded()
    ends = [
        _fork(lambda share=paths[first::workers]: _worker(transcriber, share)) for first in range(workers)
    ]
    for _, done, _ in ends:
        os.read(done, 1)  # each waits, its memory unchanged, until all have been measured
    taken_mb = sum(pss_mb(pid) for pid in (os.getpid(), *(pid for pid, _, _ in ends)))
    for _, _, go in ends:
        os.write(go, b".")
    statuses = [os.waitpid(pid, 0)[1] for pid, _, _ in ends]
    return "" if any(statuses) else json.dumps({"loading_s": loading_s, "pss_mb": taken_mb})


def _loaded() -> tuple[Transcriber, float]:
    """A transcriber ready to be forked, and the seconds that it took."""
    started_s = time.monotonic()
    transcriber = Transcriber(small_model(), desk=desks())
    transcriber.load()
    gc.collect()
    gc.freeze()  # as hotline/crew.py does
    return transcriber, time.monotonic() - started_s


def _worker(transcriber: Transcriber, paths: Sequence[Path]) -> None:
    for path in paths:
        transcriber.transcribe(path, recording_sha256="", tracks=BOTH)


def _fork(task: Callable[[], None]) -> tuple[int, int, int]:
    """A child that does the task, says so, and stays until it is told to go: its pid and both pipes' ends."""
    (done, say_done), (wait, go) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            task()
            status = 0
        finally:
            os.write(say_done, b".")
            os.read(wait, 1)
            os._exit(status)
    return pid, done, go


def _in_child(task: Callable[[], str]) -> str:
    """Run in a fresh fork, so that no warm model of this process helps; its answer."""
    answers, say = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(say, task().encode())
        finally:
            os._exit(0)
    os.close(say)
    with os.fdopen(answers) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    if not answer:
        raise RuntimeError("a worker of ours failed; its words are on standard error")
    return answer


def _sides(transcriber: Transcriber, path: Path, tracks: Sequence[Track]) -> list[HeardSide]:
    turns = transcriber.transcribe(path, recording_sha256="", tracks=tracks).turns
    return [_side(path, track.role, turns) for track in tracks]


def _side(path: Path, role: Role, turns: Sequence[Turn]) -> HeardSide:
    said = [turn for turn in turns if turn.role is role]
    words = [HeardWord(text=word.text, confidence=word.confidence) for turn in said for word in turn.words]
    text = "".join(turn.text for turn in said)
    return HeardSide(call=path.stem, side=SIDE_OF[role], words=tuple(words), text=text)
