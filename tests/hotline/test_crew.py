"""Workers die, queues go away, machines work side by side: nothing is lost and nothing is done twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, load_settings, prepare_data_dir
from ledger.signatures import pid_of
from ledger.states import CallState
from tests.hotline.crews import (
    bring,
    call_of,
    claim_of,
    crew,
    eventually,
    wait_until_scored,
    worker_of,
    works_done,
)
from tests.hotline.redis_server import running_redis

ONCE = (1, 1, 1)


def made(**options: object) -> Settings:
    """Settings with their folders."""
    settings = load_settings(log_level="warning", **options)
    prepare_data_dir(settings)
    return settings


@pytest.fixture(params=["sqlite", "redis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """One machine, its queue in SQLite or in Redis."""
    data = tmp_path / "var"
    if request.param == "sqlite":
        yield made(data_dir=data, workers=2)
        return
    with running_redis(tmp_path / "redis") as server:
        yield made(data_dir=data, workers=2, redis_url=server.url)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """The machine's ledger."""
    opened = open_ledger(settings)
    yield opened
    opened.close()


def test_a_worker_killed_in_mid_file_loses_nothing_and_doubles_nothing(
    settings: Settings, ledger: Ledger, tmp_path: Path
) -> None:
    """Kill -9: the call is another worker's at once and is transcribed once; others are not disturbed."""
    with crew(settings):
        lost = bring(settings, ledger, tmp_path, seconds=25, seed=1)
        killed = worker_of(ledger, lost)
        other = bring(settings, ledger, tmp_path, seconds=2, seed=2)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: claim_of(ledger, lost) or claim_of(ledger, other)) is not None
        wait_until_scored(ledger, lost, other)
    assert works_done(ledger, lost) == works_done(ledger, other) == ONCE


def test_a_file_on_which_workers_die_is_quarantined_and_can_be_tried_again(tmp_path: Path) -> None:
    """Three deaths; the reason stays with the call, and the calls behind it go on."""
    settings = made(data_dir=tmp_path / "var")
    ledger = open_ledger(settings)
    poison = bring(settings, ledger, tmp_path, seconds=20, seed=1)
    with crew(settings):
        seen: set[int] = set()
        for _ in range(3):
            claim = eventually(lambda: _fresh(ledger, poison, seen))
            os.kill(claim, signal.SIGKILL)
            seen.add(claim)
        eventually(lambda: call_of(ledger, poison).state is CallState.QUARANTINED)
        assert f":{claim}@" in str(call_of(ledger, poison).error)
        behind = bring(settings, ledger, tmp_path, seconds=2, seed=2)
        wait_until_scored(ledger, behind)
    assert works_done(ledger, poison) == (0, 0, 0)
    ledger.close()


def _fresh(ledger: Ledger, call_id: str, seen: set[int]) -> int | None:
    """The process that has the call, unless it is one of those."""
    claim = claim_of(ledger, call_id)
    pid = pid_of(claim.worker) if claim else None
    return None if pid in seen else pid


def test_a_hangup_renews_the_workers(tmp_path: Path) -> None:
    """They come back as other processes, with the plan and the models as they are then."""
    with crew(made(data_dir=tmp_path / "var")) as running:
        (program,) = running.children
        assert program.process is not None
        parent = program.process.pid
        before = _forks_of(parent)
        assert len(before) == 2, "a worker and the clock"
        os.kill(parent, signal.SIGHUP)
        eventually(lambda: len(_forks_of(parent) - before) == 2)


def _forks_of(parent: int) -> set[str]:
    return set(Path(f"/proc/{parent}/task/{parent}/children").read_text().split())


def test_redis_may_go_away_and_come_back(tmp_path: Path) -> None:
    """Calls that come meanwhile are taken from the ledger; afterwards hints are heard again."""
    with running_redis(tmp_path / "redis") as server:
        settings = made(data_dir=tmp_path / "var", redis_url=server.url)
        ledger = open_ledger(settings)
        with crew(settings):
            server.kill()
            away = [bring(settings, ledger, tmp_path, seconds=1, seed=seed) for seed in (1, 2)]
            wait_until_scored(ledger, *away)
            server.start()
            back = bring(settings, ledger, tmp_path, seconds=1, seed=3)
            wait_until_scored(ledger, back)
        assert [works_done(ledger, call_id) for call_id in (*away, back)] == [ONCE] * 3
        ledger.close()


def test_two_machines_share_the_work_and_never_a_call(tmp_path: Path, postgres_url: str) -> None:
    """Two data directories, one PostgreSQL, one Redis, one archive: each call is done once, by either."""
    with running_redis(tmp_path / "redis") as server:
        shared = {
            "database_url": postgres_url,
            "redis_url": server.url,
            "archive_url": f"file://{tmp_path / 'archive'}",
        }
        (tmp_path / "archive").mkdir()
        near, far = (made(data_dir=tmp_path / name, **shared) for name in ("near", "far"))
        ledger = open_ledger(near)
        brought = [bring(near, ledger, tmp_path, seconds=3, seed=seed) for seed in range(6)]
        with crew(near), crew(far, far=True):
            workers: set[str] = set()
            eventually(lambda: _note_workers(ledger, brought, workers))
        assert [works_done(ledger, call_id) for call_id in brought] == [ONCE] * 6
        assert len(workers) == 2
        ledger.close()


def _note_workers(ledger: Ledger, brought: list[str], workers: set[str]) -> bool:
    """Whether all is done; meanwhile who has done it is added."""
    for call_id in brought:
        claim = claim_of(ledger, call_id)
        if claim is not None:
            workers.add(claim.worker)
    return all(call_of(ledger, call_id).state is CallState.SCORED for call_id in brought)
