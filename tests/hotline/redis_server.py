"""A Redis server of Debian's package, on a port of its own, that can go away and come back."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis, RedisError

from hotline.ports import LOOPBACK, free_port

PROGRAM = "redis-server"
START_S = 20.0


class RedisServer:
    """Nothing is kept on disk: who comes back remembers nothing."""

    def __init__(self, folder: Path) -> None:
        assert shutil.which(PROGRAM), f"Redis is missing; install Debian's package {PROGRAM}"
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where it listens, whether it runs or not."""
        return f"redis://{LOOPBACK}:{self._port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--bind", LOOPBACK, "--port", str(self._port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [PROGRAM, *options, "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        give_up_s = time.monotonic() + START_S
        while not self._answers():
            assert time.monotonic() < give_up_s, "Redis did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A server that ends with the block."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
