"""Settings come from options, then the environment, then defaults; mistakes are sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import SettingsError, StorageError
from ledger.settings import load_settings, prepare_data_dir


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An option that was not given leaves the environment's value."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "env"))
    monkeypatch.setenv("HOTLINE_CONSOLE_PORT", "9000")
    settings = load_settings(data_dir=tmp_path / "option", console_port=None)
    assert (settings.data_dir, settings.console_port) == (tmp_path / "option", 9000)


def test_the_default_install_listens_on_loopback_only() -> None:
    """Nothing is open to the net until somebody says so."""
    assert load_settings().console_host == "127.0.0.1"


def test_a_wrong_setting_is_named_with_its_variable() -> None:
    """The message says which variable and what was given."""
    with pytest.raises(SettingsError, match=r"HOTLINE_CONSOLE_PORT\): .*65535, got 70000"):
        load_settings(console_port=70000)


def test_a_data_directory_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """Here a file is in the way; the sentence says what else to do."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    with pytest.raises(StorageError, match=r"cannot make the folder .*; give the rights or choose another"):
        prepare_data_dir(load_settings(data_dir=in_the_way / "var"))


def test_what_runs_lies_apart_for_each_machine(tmp_path: Path) -> None:
    """Machines may share a data directory, but neither sockets nor locks; a machine's name is one word."""
    here, there = load_settings(data_dir=tmp_path), load_settings(data_dir=tmp_path, machine="east")
    assert (here.run_dir.name, there.run_dir.name) == ("run", "run-east")
    for mistake in ({"machine": "../east"}, {"edge": "192.0.2.5"}):
        with pytest.raises(SettingsError, match=next(iter(mistake))):
            load_settings(**mistake)
