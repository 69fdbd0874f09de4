"""A PostgreSQL server of Debian's package, in a folder and on a port of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

from hotline.ports import LOOPBACK, free_port
from ledger.database import Ledger

_BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]


_DATABASES = count()


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A server that runs, and in it a migrated ledger from which every test is given a copy."""

    url: str  # without the database

    def migrate(self) -> None:
        """Make the ledger that is copied."""
        self._do("CREATE DATABASE migrated")
        with closing(Ledger(f"{self.url}/migrated")) as ledger:
            ledger.migrate()

    @contextmanager
    def new_ledger(self) -> Iterator[str]:
        """The URL of an empty, migrated ledger that is gone with the block."""
        name = f"test_{next(_DATABASES)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE migrated")
        try:
            yield f"{self.url}/{name}"
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        engine = create_engine(f"{self.url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server that ends with the block."""
    assert _BIN, "PostgreSQL is missing; install Debian's package postgresql"
    folder = Path(tempfile.mkdtemp(prefix="hotline-postgres-"))  # pytest's folders are closed to other users
    as_user = _unprivileged(folder)
    data, port = folder / "data", free_port()
    try:
        _run(
            [_BIN[0] / "initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--no-sync"],
            as_user,
        )
        options = f"-h {LOOPBACK} -p {port} -k {folder} -c fsync=off -c max_connections=100"
        _run([_BIN[0] / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], as_user)
        try:
            server = PostgresServer(url=f"postgresql+psycopg://hotline@{LOOPBACK}:{port}")
            server.migrate()
            yield server
        finally:
            _run([_BIN[0] / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], as_user)
    finally:
        shutil.rmtree(folder)


def _run(command: list[str | Path], as_user: str | None) -> None:
    subprocess.run(
        command,
        user=as_user,
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )


def _unprivileged(folder: Path) -> str | None:
    """Who runs the server: PostgreSQL refuses to run as root. None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name
