"""Opening the ledger: engine, sessions, migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from ledger.errors import DiskFull, StorageError
from ledger.places import Places
from ledger.reserve import give_up_reserve, keep_reserve
from ledger.settings import Settings

BUSY_TIMEOUT_MS = 10_000  # how long SQLite waits for a writer of another process
PLACE_TIMEOUT_S = 30.0  # how long a session waits for those of its own process that came before it
CONNECTIONS = 15  # that one process has at once; a server takes 100 from all, unless it is told otherwise
BEYOND = CONNECTIONS  # for who reads within a reading
KEPT = CONNECTIONS  # while nobody asks: to open one takes longer than a page's statements
MIGRATIONS = Path(__file__).parent / "migrations"
UNWRITABLE = (DiskFull, OperationalError, sqlite3.Error)  # an entry cannot be made now, and may be later


def newest_revision() -> str:
    """Of the tables, by the names of the migrations' files: `0010_search.py` is revision 0010."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*_*.py"))


class Ledger:
    """The database. `with ledger.transaction() as session:` commits once, or rolls everything back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _open_engine(url)
        self._file = Path(self.engine.url.database or "") if self.engine.dialect.name == "sqlite" else None
        self._connections = Places(CONNECTIONS, nested=True)
        self._writers = Places(1 if self._file else CONNECTIONS)  # SQLite takes one write at a time
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        readers = self.engine.execution_options(hotline_read_only=True)
        self._readers = sessionmaker(readers, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One session, one commit. Raises DiskFull, and the reserve is free then: try once more."""
        try:
            with (
                self._writers.place(PLACE_TIMEOUT_S),
                self._connections.place(PLACE_TIMEOUT_S),
                self._sessions.begin() as session,
            ):
                yield session
        except OperationalError as error:
            if not _is_disk_full(error):
                raise
            if self._file:
                give_up_reserve(self._file)
            raise DiskFull(
                f"the disk of the ledger {self._file} is full ({error.orig}); make room"
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One session that sees one state of the database and holds up no writer. Nothing is kept."""
        with self._connections.place(PLACE_TIMEOUT_S), self._readers() as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables to the newest revision. Raises StorageError where it cannot be opened."""
        try:
            if not self._is_newest():
                self._upgrade()
        except OperationalError as error:
            raise StorageError(
                f"cannot open the ledger {self.engine.url.render_as_string()}: {error.orig}; "
                "check that the folder can be written or that the database server runs"
            ) from error

    def _is_newest(self) -> bool:
        """Whether nothing is to be done: asked of the table that Alembic keeps, without loading Alembic."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return revision == newest_revision()

    def _upgrade(self) -> None:
        from alembic import command  # noqa: PLC0415 - half of what a command takes to start
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        command.upgrade(config, "head")

    def keep_reserve(self, least_free_bytes: int) -> bool:
        """Keep room for SQLite's next entries, see `ledger.reserve`; a server has its own disk."""
        return self._file is None or keep_reserve(self._file, least_free_bytes)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def ledger_for_now(settings: Settings) -> closing[Ledger]:
    """For one entry of a process that forks: a connection that is open then would be shared."""
    return closing(Ledger(settings.ledger_url))


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of these settings, migrated."""
    ledger = Ledger(settings.ledger_url)
    ledger.migrate()
    return ledger


def _open_engine(url: str) -> Engine:
    is_server = not url.startswith("sqlite")
    engine = create_engine(url, pool_pre_ping=is_server, pool_size=KEPT, max_overflow=BEYOND)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin)
    return engine


def _is_disk_full(error: OperationalError) -> bool:
    """SQLITE_FULL, or an I/O error while the log or its index could not grow."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    return name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR")


def _tune_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a capture is removed once its seal is committed: surely
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Writers take the lock at once: a read that turns into a write fails under load instead of waiting."""
    read_only = connection.get_execution_options().get("hotline_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
