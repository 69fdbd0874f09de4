"""The clerk: one process a machine that writes into the ledger what the lines tell it.

A line would need as much memory again for SQLAlchemy as for its calls, and a hundred lines a hundred
connections. So lines send their entries, pickled functions, over a Unix socket in the private run folder;
the clerk runs them one after the other and sends back what came of each.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import OperationalError

from ivr.call_wishes import CallWishes
from ivr.matching import Matcher
from ivr.outbound.dues import Dues
from ledger.database import Ledger
from ledger.errors import DiskFull, HotlineError

SOCKET = "clerk"
CONNECT_AGAIN_S = 0.05  # a clerk that died is back within a second
FULL_AGAIN_S = 0.2  # the first full disk frees the ledger's reserve
_LENGTH = struct.Struct("!I")
_CREDENTIALS = struct.Struct("3i")  # process, user, group (SO_PEERCRED)

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Office:
    """What the clerk works with."""

    ledger: Ledger
    matcher: Matcher
    dues: Dues
    wishes: CallWishes


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a line asks for: a function of module level (or a partial of one), so that it can be pickled."""

    work: Callable[[Office], Any]
    announces: str | None = None  # a call that has ended: its next stage is put before the workers


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reply:
    answer: Any = None
    error: HotlineError | None = None
    failure: str | None = None  # what went wrong that is nobody's mistake


class Clerk:
    """The serving side. `announce` tells the workers of a call."""

    def __init__(self, office: Office, folder: Path, announce: Callable[[str], None]) -> None:
        self._office, self._folder, self._announce = office, folder, announce

    async def serve(self, on_ready: Callable[[], None]) -> None:
        """Until cancelled. Entries of one line are made in their order."""
        (self._folder / SOCKET).unlink(missing_ok=True)
        with _short_path(self._folder) as path:
            server = await asyncio.start_unix_server(self._hear_line, path)
            (self._folder / SOCKET).chmod(0o600)
        on_ready()
        async with server:
            await server.serve_forever()

    async def _hear_line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_ours(writer.get_extra_info("socket")):
            writer.close()
            return
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the line has ended
            while True:
                entry = pickle.loads(await _read(reader))  # noqa: S301 - from a process of our own user only
                _write(writer, pickle.dumps(await self._enter_surely(entry)))
        writer.close()

    async def _enter_surely(self, entry: Entry) -> _Reply:
        """An entry waits for a ledger that cannot be written (a full disk): no call goes without its row."""
        while True:
            try:
                return self._enter(entry)
            except (DiskFull, OperationalError) as error:
                log.error("entry_waits", work=repr(entry.work), cause=str(error))  # noqa: TRY400 - a sentence
                await asyncio.sleep(FULL_AGAIN_S)

    def _enter(self, entry: Entry) -> _Reply:
        try:
            answer = entry.work(self._office)
        except (DiskFull, OperationalError):
            raise
        except HotlineError as error:
            return _Reply(error=error)
        except Exception as error:
            log.exception("entry_failed", work=repr(entry.work))
            return _Reply(failure=f"{type(error).__name__}: {error}")
        if entry.announces:
            self._tell_workers(entry.announces)
        return _Reply(answer=answer)

    def _tell_workers(self, call_id: str) -> None:
        """Only a hint: what is lost of it, on a full disk, the workers' sweep finds within a minute."""
        try:
            self._announce(call_id)
        except Exception as error:  # noqa: BLE001 - the entry is made, and must not be made twice
            log.warning("call_not_announced", call_id=call_id, cause=str(error))


class EntryFailed(Exception):
    """The clerk could not make an entry; its log has the cause."""


class ClerkLine:
    """A line's connection to the clerk. What a clerk left unanswered is asked of the next one again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[tuple[Entry, asyncio.Future[Any]]] = []  # sent or to be sent, in order
        self._writer: asyncio.StreamWriter | None = None
        self._connection: asyncio.Task[None] | None = None

    async def ask(self, entry: Entry) -> Any:
        """What the entry gives. Raises what it raises where that is a HotlineError, else EntryFailed.

        Shielded: a caller who hangs up must not leave an entry half made.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        if self._connection is None:
            self._connection = asyncio.create_task(self._keep_connected())
        elif self._writer:
            _write(self._writer, pickle.dumps(entry))
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Wait for the last answer and leave."""
        await asyncio.gather(*(future for _, future in self._waiting), return_exceptions=True)
        if self._connection:
            self._connection.cancel()
            await asyncio.wait({self._connection})

    async def _keep_connected(self) -> None:
        while True:
            try:
                with _short_path(self._folder) as path:
                    reader, writer = await asyncio.open_unix_connection(path)
            except OSError:
                await asyncio.sleep(CONNECT_AGAIN_S)
                continue
            try:
                await self._hear_answers(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError):
                log.warning("clerk_gone", waiting=len(self._waiting))
            finally:
                self._writer = None
                writer.close()

    async def _hear_answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for entry, _ in self._waiting:
            _write(writer, pickle.dumps(entry))
        self._writer = writer
        while True:
            reply: _Reply = pickle.loads(await _read(reader))  # noqa: S301 - from our own clerk
            _, future = self._waiting.pop(0)
            _settle(future, reply)


def _settle(future: asyncio.Future[Any], reply: _Reply) -> None:
    if reply.failure:
        future.set_exception(EntryFailed(reply.failure))
    elif reply.error:
        future.set_exception(reply.error)
    else:
        future.set_result(reply.answer)


async def _read(reader: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return await reader.readexactly(length)


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(_LENGTH.pack(len(data)) + data)


def _is_ours(wire: socket.socket) -> bool:
    """Whether the other side runs as our own user: what it sends is run."""
    _, user, _ = _CREDENTIALS.unpack(
        wire.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    )
    return bool(user == os.getuid())


@contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """The socket's path by way of an open folder: a Unix socket's path holds 107 bytes, no more."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)
