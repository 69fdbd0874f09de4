"""The command line as a whole."""

from __future__ import annotations

import pytest
import typer

from hotline.cli import COMMANDS, app_for, app_of
from ledger.database import newest_revision, open_ledger
from ledger.settings import Settings


def names_of(app: typer.Typer) -> set[str]:
    """The commands and groups right below `hotline`."""
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_brings_what_the_table_says(module: str) -> None:
    """Else a command could not be found, or would load what it does not need."""
    assert names_of(app_of([module])) == set(COMMANDS[module])


def test_without_a_command_all_are_there() -> None:
    """`hotline`, `hotline --help` and a command that does not exist are told of all."""
    for arguments in ([], ["--help"], ["nonsense"]):
        assert names_of(app_for(arguments)) == {name for names in COMMANDS.values() for name in names}
    assert names_of(app_for(["calls", "--json"])) == set(COMMANDS["look"])


def test_a_ledger_of_today_is_opened_without_migrating(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second opening finds the newest revision and asks Alembic nothing."""
    open_ledger(settings).close()
    monkeypatch.setattr("ledger.database.Ledger._upgrade", lambda _self: pytest.fail("it migrates"))
    with open_ledger(settings).reading() as session:
        (revision,) = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").one()
    assert revision == newest_revision()
