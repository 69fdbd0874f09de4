"""The commands for the directory: invented entries, the index, a search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli import app_for

RUN = CliRunner()


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A directory of two hundred entries."""
    run(0, "synthesise", "--entries", "200", "--seed", "4", "--data", str(tmp_path))
    return str(tmp_path)


def run(status: int, *arguments: str) -> str:
    """Its standard output."""
    answer = RUN.invoke(app_for(["directory"]), ["directory", *arguments])
    assert answer.exit_code == status, answer.output
    return answer.stdout


def test_invented_entries_are_indexed_and_found(data: str) -> None:
    """The same seed gives the same ones; programs get the API's document."""
    found = json.loads(run(0, "search", "有限公司", "--json", "--limit", "3", "--data", data))
    assert len(found["entries"]) == 3
    name = found["entries"][0]["name"]
    assert name in run(0, "search", name, "--data", data)
    assert "200 entries" in run(0, "index", "--data", data)


def test_a_file_is_imported_and_undone(data: str, tmp_path: Path) -> None:
    """What it would do is told first; without a yes nothing is changed."""
    file = tmp_path / "资料.csv"
    file.write_text("名称,号码\n外星人登陆指挥部,83330001\n坏行,八三三\n", encoding="gb18030")
    order = ("import", str(file), "--why", "每周传递", "--data", data)
    assert (
        "Nothing was changed" in RUN.invoke(app_for(["directory"]), ["directory", *order], input="n\n").stdout
    )
    told = run(0, *order, "--yes")
    assert all(part in told for part in ("added: 1", "line 3: 坏行: bad_number 八三三", "Applied: 1 added"))
    batch = told.rpartition("Batch ")[2].split()[0]
    assert "1 changes undone" in run(0, "undo", batch, "--why", "导错", "--data", data)
    file.write_text("电话\n1\n")
    run(1, *order)


def test_a_search_without_a_result_ends_with_status_1(data: str) -> None:
    """As grep does."""
    assert run(1, "search", "外星人登陆指挥部", "--data", data) == ""
