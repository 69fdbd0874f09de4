"""One attacked line for all tests of this room: it must outlive every attack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.ports import free_port
from tests.torture.target import LineTarget

OPERATOR_PORT = free_port()


@pytest.fixture(scope="package")
def operator_port() -> int:
    """Where the plan's operator has a phone, in tests that bring one."""
    return OPERATOR_PORT


@pytest.fixture(scope="package")
def running_line(tmp_path_factory: pytest.TempPathFactory, operator_port: int) -> Iterator[LineTarget]:
    """Started once."""
    folder: Path = tmp_path_factory.mktemp("attacked")
    with LineTarget(folder=folder, operators={"8001": f"sip:8001@127.0.0.1:{operator_port}"}) as target:
        yield target


@pytest.fixture
def line(running_line: LineTarget) -> Iterator[LineTarget]:
    """The line; after each test the same process is alive, and its log tells of no mistake of ours."""
    pid = running_line.pid
    yield running_line
    assert running_line.health
    assert running_line.pid == pid
    assert running_line.alarms == []
