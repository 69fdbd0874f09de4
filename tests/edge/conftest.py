"""The edge's stage as a fixture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.database import Ledger
from tests.edge.stage import EdgeStage

LONGEST_TEST_S = 40.0
Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[EdgeStage]:
    """A folder and a ledger for one edge; `stage.start(...)` starts it."""
    ledger = Ledger(f"sqlite:///{tmp_path.resolve() / 'ledger.sqlite3'}")
    ledger.migrate()
    prepared = EdgeStage(folder=tmp_path, ledger=ledger)
    yield prepared
    prepared.stop()
    ledger.close()


@pytest.fixture
def run() -> Run:
    """Runs a scene to its end, and never for ever."""

    def run_it(scene: Coroutine[Any, Any, None]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(LONGEST_TEST_S):
                await scene

        asyncio.run(bounded())

    return run_it
