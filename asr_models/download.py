"""One file from an address, into a partial file that the next try goes on with."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from asr_models.catalogue import PinnedFile
from asr_models.hashing import BLOCK_BYTES
from asr_models.progress import Progress
from asr_models.reasons import HostUnreachable, SourceFailed

STALL_S = 6.0  # to connect, and between two blocks: where there is no network the next source comes soon
PARTIAL_CONTENT = 206


def download(url: str, pinned: PinnedFile, partial: Path, progress: Progress) -> None:
    """Complete `partial` from the address, by Range where a part of it is there. Raises SourceFailed."""
    host = urlsplit(url).hostname or url
    try:
        _transfer(url, pinned, partial, progress)
    except HTTPError as error:
        error.close()  # it holds the connection
        raise SourceFailed(f"{host} answered {error.code}") from error
    except URLError as error:
        raise HostUnreachable(f"cannot reach {host}: {_cause(error)}") from error
    except TimeoutError as error:
        raise SourceFailed(f"{host} stopped sending for {STALL_S:.0f} s") from error
    except (http.client.HTTPException, ConnectionError) as error:
        raise SourceFailed(f"{host} broke off: {error}") from error


def _transfer(url: str, pinned: PinnedFile, partial: Path, progress: Progress) -> None:
    assert pinned.size_bytes, "what is not pinned is vouched for before it is fetched"
    done = partial.stat().st_size if partial.exists() else 0
    if done >= pinned.size_bytes:  # a whole file with a wrong hash, left by a crash
        partial.unlink()
        done = 0
    headers = {"Range": f"bytes={done}-"} if done else {}
    request = Request(url, headers=headers)  # noqa: S310 - the catalogue admits http and https only
    with urlopen(request, timeout=STALL_S) as answer:  # noqa: S310
        if answer.status != PARTIAL_CONTENT:
            done = 0
        with partial.open("ab" if done else "wb") as file:
            while block := answer.read(BLOCK_BYTES):
                file.write(block)
                done += len(block)
                progress(done, pinned.size_bytes, f"downloading {pinned.name}")
                if done > pinned.size_bytes:
                    break  # another file than the pinned one; its hash will say so


def _cause(error: URLError) -> str:
    return getattr(error.reason, "strerror", None) or str(error.reason)
