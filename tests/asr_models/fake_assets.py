"""A small fake asset, and a loopback server that gives its files or fails as a test wishes."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asr_models.catalogue import Catalogue

NAME = "tiny-model"
ARCHIVE = f"{NAME}.zip"


def make_zip(members: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return packed.getvalue()


GOOD_ZIP = make_zip(
    {f"{NAME}/am/final.mdl": bytes(range(256)) * 40, f"{NAME}/conf/model.conf": b"--beam=12\n"}
)


def pinned(name: str, content: bytes, sources: list[dict[str, Any]], **extra: Any) -> dict[str, Any]:
    """A catalogue's entry for one file."""
    digest = hashlib.sha256(content).hexdigest()
    return {"name": name, "size_bytes": len(content), "sha256": digest, "sources": sources, **extra}


def catalogue_of(*files: dict[str, Any]) -> Catalogue:
    """A catalogue of one asset with these files."""
    about = {
        "name": NAME,
        "kind": "recogniser",
        "language": "zh-CN",
        "licence": "Apache-2.0",
        "about": "test",
    }
    return Catalogue.model_validate({"assets": [{**about, "files": list(files)}]})


class AssetServer:
    """Serves `files` by path and notes each request's path and Range."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut_after: dict[str, int] = {}  # bytes after which the connection is closed
        self.requests: list[tuple[str, str | None]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> AssetServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self._http.server_port}/{path}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                server.requests.append((self.path[1:], asked))
                content = server.files.get(self.path[1:])
                if content is None:
                    self.send_error(404)
                    return
                start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
                self.send_response(206 if asked else 200)
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                self.wfile.write(content[start : server.cut_after.get(self.path[1:])])

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
