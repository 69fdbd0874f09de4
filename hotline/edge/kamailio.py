"""The Kamailio process and whatever of it is left over."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from ledger.errors import MissingAsset

PACKAGES = (
    "kamailio, kamailio-tls-modules, kamailio-extra-modules, kamailio-utils-modules, kamailio-sqlite-modules"
)
SHARED_MIB, PRIVATE_MIB = 64, 8
STOP_S = 5.0  # from SIGTERM to SIGKILL


def find_kamailio() -> str:
    """The program. Raises MissingAsset."""
    path = shutil.which("kamailio", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise MissingAsset(f"this plan needs Kamailio before the lines: install Debian's {PACKAGES}")
    return path


def start(configuration: Path) -> subprocess.Popen[bytes]:
    """Start it in the foreground, in a process group of its own; its words come through `stderr`.

    The kernel ends it with us. Must be called on a thread that lives as long as it shall.
    """
    folder = configuration.parent
    (folder / "rpc").unlink(missing_ok=True)
    memory = ["-m", str(SHARED_MIB), "-M", str(PRIVATE_MIB)]
    where = ["-f", str(configuration), "-w", str(folder), "-Y", str(folder)]
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", find_kamailio(), "-DD", "-E", *memory, *where],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        process_group=0,
    )


def stop(process: subprocess.Popen[bytes], configuration: Path) -> None:
    """End it and all its children."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    kill_leftovers(configuration)


def kill_leftovers(configuration: Path) -> int:
    """Kill every process that runs on this configuration; returns how many there were.

    Kamailio's children outlive a main process that was killed, and keep its ports.
    """
    found = [pid for pid in _running() if str(configuration).encode() in _arguments(pid)]
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it has ended meanwhile
    return len(found)


def _running() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _arguments(pid: int) -> list[bytes]:
    """The arguments of a process if it is a Kamailio."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []  # it has ended meanwhile
    return arguments if arguments[0].endswith(b"kamailio") else []


def answers(host: str, port: int, token: str, timeout_s: float) -> bool:
    """Whether SIP OPTIONS is answered by 200 over UDP. Its Call-ID is the token, which no limit holds up."""
    branch = secrets.token_hex(8)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.settimeout(timeout_s)
        try:
            wire.connect((host.strip("[]"), port))
            near = "{}:{}".format(*wire.getsockname()[:2])
            lines = [
                f"OPTIONS sip:{host}:{port} SIP/2.0",
                f"Via: SIP/2.0/UDP {near};rport;branch=z9hG4bK{branch}",
                f"From: <sip:keeper@{near}>;tag={branch}",
                f"To: <sip:{host}:{port}>",
                f"Call-ID: {token}",
                "CSeq: 1 OPTIONS",
                "Max-Forwards: 1",
                "Content-Length: 0",
            ]
            wire.send(("\r\n".join(lines) + "\r\n\r\n").encode())
            return wire.recv(4096).startswith(b"SIP/2.0 200")
        except OSError:
            return False
