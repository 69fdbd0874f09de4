"""The command that loads a year of synthetic desk life."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotline.commands import desk_year
from hotline.desk_year import Loaded

LOADED = Loaded(faults={2007: 1}, complaints=0, enquiries=0, call_backs=0, calls=0, rows=1)


def test_the_answer_is_one_json_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where entries of the directory are added and their index is built."""
    monkeypatch.setattr(desk_year, "load_year", lambda *_: LOADED)
    desk_year.year(seed=1, entries=3, data=tmp_path, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["faults"], told["entries"]) == ({"2007": 1}, 3)
