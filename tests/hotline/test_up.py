"""The real thing: `hotline up` answers SIP over UDP and TCP and serves the console until it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hotline.ports import free_port
from tests.programs import needs

HOST = "127.0.0.1"


class Installation:
    """A running `hotline up`."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.sip_port, self.console_port = data, free_port(), free_port()
        ports = ["--sip-port", str(self.sip_port), "--console-port", str(self.console_port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "up", *ports, *options],
            env={**os.environ, "HOTLINE_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_up(self) -> list[str]:
        """What it says until it serves."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith(("SIP: ", "lines: ")):
                return said
        pytest.fail(f"it ended with {self.process.wait()}")

    def stop(self) -> int:
        """SIGTERM, and its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """One on free ports, stopped at the end."""
    running = Installation(tmp_path / "var")
    with running.process:
        yield running
        if running.process.poll() is None:
            running.stop()


def asked(address: str) -> httpx.Response:
    """The answer, however busy the machine is."""
    return httpx.get(address, timeout=60)


@needs("sipp")
def test_it_answers_and_stops(installation: Installation) -> None:
    """It says where it listens and that nobody can sign in yet; both transports answer; SIGTERM exits 0."""
    said = installation.wait_until_up()
    assert said == [
        "Nobody can sign in yet: run `hotline user add NAME --role administrator`.\n",
        f"SIP: {HOST}:{installation.sip_port}   console: http://{HOST}:{installation.console_port}/\n",
    ]
    console = f"http://{HOST}:{installation.console_port}"
    assert asked(f"{console}/healthz").json()["ok"] is True
    for transport in ("u1", "t1"):
        sipp = subprocess.run(
            ["sipp", "-sn", "uac", "-t", transport, "-s", "114", f"{HOST}:{installation.sip_port}",
             "-i", HOST, "-m", "1", "-d", "500", "-timeout", "20", "-timeout_error", "-nostdin"],
            cwd=installation.data, capture_output=True, check=False,
        )  # fmt: skip
        assert sipp.returncode == 0, f"a call over {transport} failed"
    assert asked(f"{console}/readyz").json()["checks"]["sip"] is True
    assert 'hotline_calls{state="' in asked(f"{console}/metrics").text
    assert installation.stop() == 0


def test_a_machine_of_lines_only_names_no_pages(tmp_path: Path) -> None:
    """With an edge elsewhere it says how many lines it has and whose they are; nobody signs in here."""
    running = Installation(tmp_path / "var", "--edge", f"{HOST}:9", "--lines", "2")
    with running.process:
        assert running.wait_until_up() == [
            f"lines: 2, behind the edge at {HOST}:9; pages and workers run there\n"
        ]
        assert running.stop() == 0
