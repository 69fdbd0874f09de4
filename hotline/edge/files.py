"""The files that Kamailio runs on, in a folder that only its owner may enter."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ledger.errors import MissingAsset
from ledger.settings import Settings
from sip_config import Plan
from sip_config.kamailio import EdgeRun, kamailio_cfg, tls_cfg
from sip_config.load import STANDARD_PLAN

SCHEMAS = Path("/usr/share/kamailio/db_sqlite")  # Debian's kamailio-sqlite-modules
UNIX_EPOCH_DAY, DAY_S = 2440587.5, 86_400  # Kamailio keeps times in SQLite as Julian days
SECRETS_TABLE = """
    CREATE TABLE secrets (
        id INTEGER PRIMARY KEY, key_name TEXT UNIQUE, key_type INTEGER DEFAULT 0,
        value_type INTEGER DEFAULT 0, key_value TEXT, expires INTEGER DEFAULT 0
    );
    INSERT INTO version (table_name, table_version) VALUES ('secrets', 2);
"""


class EdgeFiles:
    """The folder of one edge."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.token = secrets.token_hex(16)

    @property
    def configuration(self) -> Path:
        """kamailio.cfg."""
        return self.folder / "kamailio.cfg"

    def write(self, settings: Settings, plan: Plan) -> None:
        """Everything that Kamailio reads at its start. Registrations of earlier runs stay."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        run = edge_run(settings, plan, folder=self.folder, token=self.token)
        self._write("kamailio.cfg", kamailio_cfg(plan, run))
        if plan.edge.tls:
            self._write("tls.cfg", tls_cfg(run))
        if not (self.folder / "lines.list").exists():
            self.write_lines("")
        self._database("registrations.sqlite3", (SCHEMAS / "usrloc-create.sql"))
        self._database("secrets.sqlite3", SECRETS_TABLE)

    def write_lines(self, text: str) -> None:
        """The dispatcher's list."""
        self._write("lines.list", text)

    def read_lines(self) -> str:
        """The dispatcher's list as it was written last."""
        return (self.folder / "lines.list").read_text()

    def write_secrets(self, ha1_by_user: Mapping[str, str]) -> None:
        """Replace all HA1 hashes in one transaction."""
        with closing(sqlite3.connect(self.folder / "secrets.sqlite3")) as database, database:
            database.execute("DELETE FROM secrets")
            database.executemany(
                "INSERT INTO secrets (key_name, key_value) VALUES (?, ?)", ha1_by_user.items()
            )

    def read_registrations(self) -> dict[str, datetime]:
        """Until when each number's phone is registered, as Kamailio has written it."""
        query = "SELECT username, MAX(expires) FROM location GROUP BY username"
        with closing(sqlite3.connect(self.folder / "registrations.sqlite3")) as database:
            rows = database.execute(query).fetchall()
        return {user: _moment(day) for user, day in rows}

    def _write(self, name: str, text: str) -> None:
        """Replace a file at once, readable by its owner alone."""
        fresh = self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        fresh.rename(self.folder / name)

    def _database(self, name: str, schema: str | Path) -> None:
        path = self.folder / name
        if path.exists():
            return
        fresh = self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(fresh)) as database:
            for part in (SCHEMAS / "standard-create.sql", schema):
                database.executescript(part if isinstance(part, str) else _schema(part))
            database.execute("PRAGMA journal_mode=WAL")  # stays with the file: readers hold up no writer
        fresh.rename(path)


def _moment(julian_day: float) -> datetime:
    """Kamailio keeps whole seconds, half a second early against rounding."""
    return datetime.fromtimestamp(int((julian_day - UNIX_EPOCH_DAY) * DAY_S + 0.5), UTC)


def edge_run(settings: Settings, plan: Plan, *, folder: Path, token: str) -> EdgeRun:
    """The plan's files by their absolute names: they are relative to the plan."""
    beside = (settings.plan or STANDARD_PLAN).resolve().parent
    tls = plan.edge.tls
    return EdgeRun(
        folder=folder,
        token=token,
        certificate=beside / tls.certificate if tls else None,
        key=beside / tls.key if tls else None,
    )


def _schema(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise MissingAsset(
            f"cannot read {path} ({error.strerror}); install Debian's kamailio-sqlite-modules"
        ) from error
