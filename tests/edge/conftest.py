"""The edge's stage as fixtures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.edge.stage import EdgeStage, opened_stage

LONGEST_TEST_S = 40.0
Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[EdgeStage]:
    """An edge of the test's own; `stage.start(...)` starts it."""
    with opened_stage(tmp_path) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """A running edge that the tests of one file share: they leave it as they found it."""
    with opened_stage(tmp_path_factory.mktemp("edge")) as prepared:
        prepared.start()
        yield prepared


@pytest.fixture
def run() -> Run:
    """Runs a scene to its end, and never for ever."""

    def run_it(scene: Coroutine[Any, Any, None]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(LONGEST_TEST_S):
                await scene

        asyncio.run(bounded())

    return run_it
