"""Where sealed recordings stay: a local folder, or any store that fsspec knows; what is put in is checked."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast
from urllib.parse import urlsplit

from ledger.errors import ArchiveAway, NotFound, SettingsError
from ledger.settings import Settings
from recorder.durable import PART, inside, make_folder, sync_folder, write_durably
from recorder.sealing import hash_file

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READ_BLOCK_BYTES = 256 * 1024  # what a jump of a player fetches from a store
MOST_BLOCKS = 16  # of an open recording that are kept
CHECK_BLOCK_BYTES = 4 * 1024 * 1024
CONNECT_S, ANSWER_S = 5, 60  # then a store counts as away
SLOWEST_BYTES_A_S = 50_000  # of an upload that is still waited for
EXTRAS = {"s3": "s3", "s3a": "s3"}  # what to install for a URL's scheme


class Archive(Protocol):
    """Where recordings stay. Paths are relative."""

    place: str  # for messages

    def put(self, file: Path, path: str) -> None:
        """Copy a file in, whole, and check the copy. Raises ArchiveAway; what was there is replaced."""

    def open(self, path: str) -> BinaryIO:
        """A file that can seek. Raises NotFound, ArchiveAway; so does reading from it."""

    def remove(self, path: str) -> None:
        """Remove a file. Raises ArchiveAway."""

    def walk(self) -> Iterator[str]:
        """The paths of all files, in order. Raises ArchiveAway."""


class Folder:
    """An archive on a disk of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.place = folder, str(folder)

    def put(self, file: Path, path: str) -> None:
        """On the same disk a second name for the same file; else a synced copy, its hash compared."""
        target = inside(self._folder, path)
        with _told(self.place):
            make_folder(target.parent)
            if target.exists() and target.samefile(file):
                return
            if self.is_near(file.parent):
                self._link(file, target)
            else:
                self._copy(file, target)

    def open(self, path: str) -> BinaryIO:
        """The file."""
        try:
            return inside(self._folder, path).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise _gone(path, self.place) from error
        except OSError as error:
            raise _away(self.place, error) from error

    def remove(self, path: str) -> None:
        """Remove the file."""
        with _told(self.place):
            inside(self._folder, path).unlink()

    def walk(self) -> Iterator[str]:
        """Files that are finished."""
        with _told(self.place):
            found = sorted(path for path in self._folder.rglob("*") if path.is_file())
        yield from (path.relative_to(self._folder).as_posix() for path in found if path.suffix != PART)

    def is_near(self, folder: Path) -> bool:
        """Whether putting a file of that folder in moves no bytes."""
        return self._folder.exists() and self._folder.stat().st_dev == folder.stat().st_dev

    def _link(self, file: Path, target: Path) -> None:
        beside = target.with_name(target.name + PART)
        beside.unlink(missing_ok=True)
        os.link(file, beside)
        beside.replace(target)
        sync_folder(target.parent)

    def _copy(self, file: Path, target: Path) -> None:
        with file.open("rb") as source:
            write_durably(target, lambda copy: shutil.copyfileobj(source, copy))
        if hash_file(target) != hash_file(file):
            raise OSError("what was written reads back differently")


class Store:
    """An archive behind fsspec, e.g. a bucket of an S3-compatible server."""

    def __init__(self, url: str) -> None:
        self._url, self.place = url, url

    def put(self, file: Path, path: str) -> None:
        """Upload, read back, compare the hashes: that is true of every store, whatever it says of itself."""
        with _told(self.place):
            files, root = self._files
            files.put_file(str(file), f"{root}/{path}", **_patience(files, file))
            reading = {"block_size": CHECK_BLOCK_BYTES, "cache_type": "readahead"}
            with files.open(f"{root}/{path}", "rb", **reading) as copy:
                digest = hashlib.file_digest(copy, "sha256").hexdigest()
            if digest != hash_file(file):
                raise OSError("what was written reads back differently")

    def open(self, path: str) -> BinaryIO:
        """The object; jumps fetch blocks, the newest of which are kept."""
        if ".." in Path(path).parts:
            raise _gone(path, self.place)
        try:
            with _told(self.place):
                files, root = self._files
                options = {"block_size": READ_BLOCK_BYTES, "cache_type": "blockcache"}
                file = files.open(f"{root}/{path}", "rb", cache_options={"maxblocks": MOST_BLOCKS}, **options)
        except ArchiveAway as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise _gone(path, self.place) from error
            raise
        return cast(BinaryIO, io.BufferedReader(_StoredFile(file, self.place), READ_BLOCK_BYTES))

    def remove(self, path: str) -> None:
        """Remove the object."""
        with _told(self.place):
            files, root = self._files
            files.rm_file(f"{root}/{path}")

    def walk(self) -> Iterator[str]:
        """All objects of the folder."""
        with _told(self.place):
            files, root = self._files
            found = sorted(files.find(root))
        yield from (str(path).removeprefix(f"{root}/") for path in found)

    @cached_property
    def _files(self) -> tuple[Any, str]:
        """The file system and the folder in it; made by the process that uses it, after its fork."""
        import fsspec  # noqa: PLC0415 - a local archive needs none of it

        scheme = urlsplit(self._url).scheme
        try:
            files, root = fsspec.core.url_to_fs(self._url, **_options(scheme))
        except (ImportError, ValueError) as error:
            extra = EXTRAS.get(scheme)
            remedy = f"pip install 'hotline[{extra}]'" if extra else "name one that fsspec knows"
            raise SettingsError(f"cannot use the archive {self._url}: {error}; {remedy}") from error
        return files, root.rstrip("/")


def _patience(files: Any, file: Path) -> dict[str, float]:
    """How long an upload may take. s3fs itself waits for ever where a connection dies at a bad moment."""
    from fsspec.asyn import AsyncFileSystem  # noqa: PLC0415 - a local archive needs none of it

    if not isinstance(files, AsyncFileSystem):
        return {}
    return {"timeout": CONNECT_S + ANSWER_S + file.stat().st_size / SLOWEST_BYTES_A_S}


class _StoredFile(io.RawIOBase):
    """A file of a store whose troubles are told as ours."""

    def __init__(self, file: BinaryIO, place: str) -> None:
        self._file, self._place = file, place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with _told(self._place):
            data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_archive(settings: Settings) -> Archive:
    """The archive of the settings. Nothing is asked of it yet. Raises SettingsError."""
    if settings.archive_url is None:
        return Folder(settings.recordings_dir)
    parts = urlsplit(settings.archive_url)
    if parts.username or parts.password:
        raise SettingsError(
            "HOTLINE_ARCHIVE_URL holds a name or a password; "
            "give them to the store's client, e.g. as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if parts.scheme in {"", "file"}:
        return Folder(Path(parts.path))
    return Store(settings.archive_url)


def _options(scheme: str) -> dict[str, Any]:
    if scheme not in EXTRAS:
        return {}
    patience = {"connect_timeout": CONNECT_S, "read_timeout": ANSWER_S}
    client = {**patience, "retries": {"max_attempts": 0}}  # s3fs tries again, and so does the archivist
    return {"config_kwargs": client, "use_listings_cache": False, "skip_instance_cache": True}


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Whatever a store's client raises becomes one sentence; none of them repeats a secret."""
    try:
        yield
    except (ArchiveAway, SettingsError, NotFound):
        raise
    except Exception as error:  # every store's client has errors of its own
        raise _away(place, error) from error


def _away(place: str, error: Exception) -> ArchiveAway:
    if isinstance(error, PermissionError):
        remedy = "it refuses us: give the rights, or the right credentials (AWS_ACCESS_KEY_ID and so on)"
    elif isinstance(error, FileNotFoundError):
        remedy = "make the bucket or the folder"
    else:
        remedy = "it is tried again until it works"
    said = str(error).strip() or type(error).__name__
    return ArchiveAway(f"the archive {place} cannot be used ({said}); {remedy}")


def _gone(path: str, place: str) -> NotFound:
    return NotFound(f"the recording {path} is not in the archive {place}; bring it back")
