"""The console's process over the bench's ledger: `python -m bench.console.serving DATA_DIR URL PORT`."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from console.app import create_app
from console.serving import Server
from console.switchboard import Switchboard
from hotline.logs import set_up_logs
from hotline.ports import LOOPBACK, free_port
from ledger.database import open_ledger
from ledger.settings import Settings, prepare_data_dir

PATIENCE_S = 60


@contextmanager
def serving(data_dir: Path, url: str) -> Iterator[str]:
    """The address of a console that runs as in production, in a process of its own."""
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "bench.console.serving", str(data_dir), url, str(port)]
    process = subprocess.Popen(command)
    try:
        _wait(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def main() -> None:
    """Serve until terminated."""
    data_dir, url, port = sys.argv[1:]
    set_up_logs("error")
    settings = Settings(data_dir=Path(data_dir), database_url=url)
    prepare_data_dir(settings)
    listener = socket.create_server((LOOPBACK, int(port)), backlog=128)
    Server(create_app(settings, open_ledger(settings), Switchboard())).run(sockets=[listener])


if __name__ == "__main__":
    main()
