"""Phones that speak TLS (and TCP) reach lines that speak UDP."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from hotline.ports import free_port
from tests.edge.conftest import Run
from tests.edge.stage import HOST, EdgeStage, PlayedLine, eventually, opened_stage
from tests.edge.strangers import SDP
from tests.hotline.command import hotline

TLS_PORT = free_port()


def make_certificate(folder: Path) -> None:
    """A key and a certificate that it signed itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=hotline.test", "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def with_tls(document: dict[str, Any]) -> None:
    """TLS beside UDP and TCP."""
    document["edge"]["tls"] = {"port": TLS_PORT, "certificate": "certificate.pem", "key": "key.pem"}


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """An edge with TLS."""
    folder = tmp_path_factory.mktemp("tls")
    make_certificate(folder)
    with opened_stage(folder) as prepared:
        prepared.start(change=with_tls)
        yield prepared


def connected(edge: EdgeStage, way: str) -> socket.socket:
    """A connection by TCP or TLS."""
    if way == "TCP":
        return socket.create_connection((HOST, edge.port), timeout=5)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    wire = socket.create_connection((HOST, TLS_PORT), timeout=5)
    return context.wrap_socket(wire, server_hostname="hotline.test")


def request(way: str, method: str, uri: str, *more: str, body: str = "", to_tag: str = "") -> bytes:
    """A request for a stream."""
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/{way} 192.0.2.1:9;branch=z9hG4bK{method}{way}",
        "From: <sip:13900000001@192.0.2.1>;tag=a",
        f"To: <sip:114@{HOST}>{f';tag={to_tag}' if to_tag else ''}",
        f"Call-ID: by-{way}",
        f"CSeq: {1 if method == 'INVITE' else 2} {method}",
        "Max-Forwards: 70",
        f"Contact: <sip:13900000001@192.0.2.1:9;transport={way.lower()}>",
        *more,
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def receive(wire: socket.socket, starting: str) -> dict[str, list[str]]:
    """The headers of the next message that starts so; the first line is under the name ''."""
    while True:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = wire.recv(1)
            assert byte, "the edge has closed the connection"
            head += byte
        first, *rest = head.decode().strip().split("\r\n")
        headers: dict[str, list[str]] = {"": [first]}
        for line in rest:
            name, _, value = line.partition(":")
            headers.setdefault(name.lower(), []).append(value.strip())
        remaining = int(headers["content-length"][0])
        while remaining:
            remaining -= len(wire.recv(remaining))
        if first.startswith(starting):
            return headers


@pytest.mark.parametrize("way", ["TCP", "TLS"])
def test_a_call_over_a_stream(edge: EdgeStage, run: Run, way: str) -> None:
    """INVITE and ACK of a phone behind a NAT pass to a line over UDP, and the line's BYE to the phone."""

    async def scene() -> None:
        line = PlayedLine(f"stream-{way}")
        async with edge.lines(line):
            ending = asyncio.to_thread(talk, edge, way)
            hanging_up = asyncio.create_task(hang_up_when_answered(line))
            await ending
            await hanging_up

    run(scene())


async def hang_up_when_answered(line: PlayedLine) -> None:
    """The line ends the call."""
    await eventually(lambda: line.busy == 1)
    await line.taken[0].hang_up()


def talk(edge: EdgeStage, way: str) -> None:
    """A call from INVITE to the line's BYE, over one connection."""
    port = TLS_PORT if way == "TLS" else edge.port
    with closing(connected(edge, way)) as wire:
        wire.sendall(request(way, "INVITE", f"sip:114@{HOST}:{port};transport={way.lower()}", body=SDP))
        answer = receive(wire, "SIP/2.0 200")
        to_tag = answer["to"][0].split("tag=")[1]
        target = answer["contact"][0].strip("<>")
        routes = [f"Route: {route}" for route in answer["record-route"]]
        wire.sendall(request(way, "ACK", target, *routes, to_tag=to_tag))
        bye = receive(wire, "BYE")
        kept = [
            f"{name}: {value}" for name in ("via", "from", "to", "call-id", "cseq") for value in bye[name]
        ]
        wire.sendall(("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0"]) + "\r\n\r\n").encode())


@pytest.mark.parametrize(("version", "spoken"), [("tls1_3", True), ("tls1_2", True), ("tls1_1", False)])
def test_old_tls_is_refused(edge: EdgeStage, version: str, spoken: bool) -> None:
    """TLS 1.2 and 1.3 are spoken, 1.1 is not, whatever the other side would take."""
    shaken = subprocess.run(
        ["openssl", "s_client", "-connect", f"{HOST}:{TLS_PORT}", f"-{version}",
         "-cipher", "ALL:@SECLEVEL=0"],
        input=b"", capture_output=True, timeout=10, check=False,
    )  # fmt: skip
    assert (shaken.returncode == 0) is spoken
    assert (b"alert protocol version" in shaken.stderr) is not spoken


@pytest.mark.parametrize(("broken", "how"), [("certificate.pem", "missing"), ("key.pem", "rubbish")])
def test_check_tells_a_broken_file(edge: EdgeStage, tmp_path: Path, broken: str, how: str) -> None:
    """`hotline check` names the file that is no certificate or key, in a sentence."""
    make_certificate(tmp_path)
    document = YAML().load(edge.folder / "plan.yaml")
    document["prompts"]["folders"] = [str(edge.folder / "prompts")]
    document["edge"]["tls"]["port"] = free_port()
    YAML().dump(document, tmp_path / "plan.yaml")
    (tmp_path / broken).unlink() if how == "missing" else (tmp_path / broken).write_text("no PEM")
    answer = hotline("check", "--plan", tmp_path / "plan.yaml", "--json", data=tmp_path / "var")
    told = [problem for problem in answer.document["problems"] if "TLS" in problem]
    assert len(told) == 1, answer
    assert str(tmp_path) in told[0]
    assert answer.status == 2
