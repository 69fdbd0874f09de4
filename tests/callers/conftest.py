"""Phones on loopback for the tests of the test phone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

RunAsync = Callable[[Coroutine[Any, Any, Any]], Any]
LONGEST_TEST_S = 30.0


@pytest.fixture
def run() -> RunAsync:
    """Runs a coroutine to its end in a loop of its own, in debug-free asyncio, and never for ever."""

    def run_it(work: Coroutine[Any, Any, Any]) -> Any:
        async def bounded() -> Any:
            async with asyncio.timeout(LONGEST_TEST_S):
                return await work

        return asyncio.run(bounded())

    return run_it
