"""The console's server as the process runs it."""

from __future__ import annotations

import socket
import threading

import httpx
from fastapi import FastAPI

from console.serving import Server


def test_an_answer_does_not_wait_for_the_clients_acknowledgement(app: FastAPI) -> None:
    """Head and body are two packets: by Nagle's algorithm each answer took a delayed ACK, 40 ms, more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60).status_code == 200
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive()
