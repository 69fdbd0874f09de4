"""Answers to HTTP range requests from any file that can seek (RFC 9110, section 14)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

from fastapi.responses import PlainTextResponse, Response, StreamingResponse

PIECE_BYTES = 64 * 1024
_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_MANY_RANGES = re.compile(r"bytes=[\d\s,-]+")


def answer(file: BinaryIO, wanted: str | None, *, media_type: str, headers: dict[str, str]) -> Response:
    """The file whole, or the range that is `wanted` (the header's value); closes the file in the end.

    Several ranges at once are answered with the whole file, as the RFC allows.
    """
    size = file.seek(0, os.SEEK_END)
    headers = {**headers, "Accept-Ranges": "bytes"}
    one = _ONE_RANGE.fullmatch(wanted.strip()) if wanted else None
    if wanted and not one and not _MANY_RANGES.fullmatch(wanted.strip()):
        file.close()
        return PlainTextResponse(f"a range is bytes=FIRST-LAST, not {wanted!r}", status_code=400)
    if one is None:
        return _part(file, 0, size, status=200, media_type=media_type, headers=headers)
    start, stop = _bounds(one[1], one[2], size)
    if not start < stop:
        file.close()
        headers["Content-Range"] = f"bytes */{size}"
        return PlainTextResponse("that range is not in the recording", status_code=416, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return _part(file, start, stop, status=206, media_type=media_type, headers=headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """From where to before where; an empty span where there is nothing."""
    if first:
        return int(first), min(int(last) + 1, size) if last else size
    return max(0, size - int(last)), size if last and int(last) else 0


def _part(
    file: BinaryIO, start: int, stop: int, *, status: int, media_type: str, headers: dict[str, str]
) -> Response:
    """The first piece is read now, so that what is wrong with the file still gets a status of its own."""
    try:
        file.seek(start)
        first = file.read(min(PIECE_BYTES, stop - start))
    except BaseException:
        file.close()
        raise
    headers = {**headers, "Content-Length": str(stop - start)}
    pieces = _pieces(file, first, stop - start - len(first))
    return StreamingResponse(pieces, status_code=status, media_type=media_type, headers=headers)


def _pieces(file: BinaryIO, first: bytes, left: int) -> Iterator[bytes]:
    with file:
        yield first
        while left > 0:
            piece = file.read(min(PIECE_BYTES, left))
            if not piece:
                return  # the answer is shorter than promised, which the browser notices
            left -= len(piece)
            yield piece
