"""Named arrays in one file, which every process maps: the pages of it are there once for all of them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ledger.errors import StorageError

Array = NDArray[Any]
Arrays = Mapping[str, Array]

MAGIC: Final = b"hotline arrays 1\n"
ALIGNED: Final = 64  # bytes
HEAD_LENGTH: Final = 8  # bytes that say how long the head is


def save(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write a file beside the one that is there and put it in its place; whoever reads keeps the old one.

    Raises StorageError.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(beside, arrays, facts)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path} ({error.strerror}); make room or give the rights") from error


def open_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays, mapped and read-only, and the facts. Raises StorageError for a file of another kind."""
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
        _check_kind(mapped)
        start = len(MAGIC) + HEAD_LENGTH
        length = int.from_bytes(bytes(mapped[len(MAGIC) : start]), "little")
        head = json.loads(bytes(mapped[start : start + length]))
        return {each["name"]: _view(mapped, each) for each in head["arrays"]}, head["facts"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path} is no index that we can read ({error}); build it again") from error


def _check_kind(mapped: Array) -> None:
    if bytes(mapped[: len(MAGIC)]) != MAGIC:
        raise ValueError("it begins otherwise")


def _view(mapped: Array, told: Mapping[str, Any]) -> Array:
    dtype = np.dtype(told["dtype"])
    bytes_ = mapped[told["offset"] : told["offset"] + told["length"] * dtype.itemsize]
    return np.asarray(bytes_).view(dtype)


def _write(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    told, offset = [], 0
    for name, array in arrays.items():
        told.append({"name": name, "dtype": array.dtype.str, "length": len(array), "offset": offset})
        offset = _aligned(offset + array.nbytes)
    room = _aligned(len(MAGIC) + HEAD_LENGTH + len(_head(told, facts, 10**15)))
    head = _head(told, facts, room)
    with path.open("wb") as file:
        file.write(MAGIC + len(head).to_bytes(HEAD_LENGTH, "little") + head)
        for each, array in zip(told, arrays.values(), strict=True):
            file.seek(room + int(str(each["offset"])))
            array.tofile(file)
        file.truncate(room + offset)
        file.flush()
        os.fsync(file.fileno())


def _head(told: list[dict[str, Any]], facts: Mapping[str, Any], room: int) -> bytes:
    placed = [{**each, "offset": each["offset"] + room} for each in told]
    return json.dumps({"arrays": placed, "facts": dict(facts)}, ensure_ascii=False).encode()


def _aligned(length: int) -> int:
    return -(-length // ALIGNED) * ALIGNED
