"""A wire to a server that does something after so many bytes: faults in the middle, not before or after."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from hotline.ports import LOOPBACK

PIECE_BYTES = 16 * 1024


class Wire:
    """Relays TCP connections to one address."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname, parts.port)
        self._listener = socket.create_server((LOOPBACK, 0))
        self._due_bytes, self._act = 0, None
        self._lock = threading.Lock()
        self.sent_bytes = 0  # from the client

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"

    def after(self, count: int, act: Callable[[], None]) -> None:
        """Do this once, when the client has sent so many more bytes."""
        self._due_bytes, self._act = self.sent_bytes + count, act

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                server = socket.create_connection(self._to)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._relay, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, False), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        try:
            while data := source.recv(PIECE_BYTES):
                target.sendall(data)
                if is_client:
                    self._count(len(data))
        except OSError:
            pass  # the other relay closed them
        finally:
            for end in (source, target):
                end.close()

    def _count(self, count: int) -> None:
        with self._lock:
            self.sent_bytes += count
            act = self._act if self.sent_bytes >= self._due_bytes else None
            if act is not None:
                self._act = None
                act()
