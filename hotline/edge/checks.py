"""What would keep the edge from starting, found before it is started."""

from __future__ import annotations

import socket
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path

from hotline.edge.files import EdgeFiles, edge_run
from hotline.edge.kamailio import find_kamailio
from hotline.ports import is_free
from ledger.errors import HotlineError
from ledger.settings import Settings
from sip_config import Plan
from sip_config.kamailio import EdgeRun, needs_edge

CHECK_S = 20.0


def edge_problems(settings: Settings, plan: Plan, lines: int = 1) -> list[str]:
    """Everything that is wrong with the edge of this plan, a sentence each; none where no edge is needed."""
    if not needs_edge(plan, lines):
        return []
    looks: list[Callable[[], Iterable[str]]] = [
        lambda: _host(plan),
        lambda: _tls(settings, plan),
        lambda: _configuration(settings, plan),
    ]
    return [problem for look in looks for problem in look()]


def _host(plan: Plan) -> Iterable[str]:
    host = plan.listen.host
    if host in {"0.0.0.0", "::", "[::]"}:  # noqa: S104 - told, not bound
        yield (
            f"the edge cannot listen on {host}: phones and lines must be told where to answer; "
            "name the address that they reach in listen.host or with --sip-host"
        )
    if plan.listen.port == 0:
        yield "the edge needs a port that phones and lines know: name it in listen.port or with --sip-port"


def _tls(settings: Settings, plan: Plan) -> Iterable[str]:
    tls = plan.edge.tls
    if tls is None:
        return
    run = edge_run(settings, plan, folder=Path(), token="")
    yield from _tls_files(run)
    if _is_address(plan.listen.host) and not is_free(plan.listen.host, tls.port, socket.SOCK_STREAM):
        yield (
            f"port {tls.port}/TCP on {plan.listen.host} is taken or not ours; stop the program that has it, "
            "or choose another under edge.tls.port in the plan"
        )


def _tls_files(run: EdgeRun) -> Iterable[str]:
    assert run.certificate is not None
    assert run.key is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_verify_locations(run.certificate)
    except OSError as error:
        yield (
            f"the TLS certificate {run.certificate} cannot be used ({error.strerror or error}); "
            "put a PEM certificate there, with its chain behind it"
        )
        return
    try:
        context.load_cert_chain(run.certificate, run.key, password="")
    except OSError as error:
        yield (
            f"the TLS key {run.key} cannot be used ({error.strerror or error}); "
            "put the certificate's own key there as PEM without a password"
        )


def _is_address(host: str) -> bool:
    try:
        return ip_address(host).version == 4
    except ValueError:
        return False


def _configuration(settings: Settings, plan: Plan) -> Iterable[str]:
    """Kamailio's own check, on the files as they would be written."""
    try:
        with tempfile.TemporaryDirectory(prefix="hotline-edge-") as folder:
            files = EdgeFiles(Path(folder))
            files.write(settings, plan)
            told = _check(files.configuration)
    except HotlineError as error:
        return [str(error)]
    if told is None:
        return []
    return [
        f"Kamailio refuses the configuration that this plan makes ({told}); please report it with the plan"
    ]


def _check(configuration: Path) -> str | None:
    """None where Kamailio finds it good, else its first complaint."""
    done = subprocess.run(
        [find_kamailio(), "-c", "-E", "-f", str(configuration), "-w", str(configuration.parent)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=CHECK_S,
        check=False,
    )
    if done.returncode == 0:
        return None
    complaints = [line.strip() for line in done.stderr.splitlines() if "ERROR" in line or "CRITICAL" in line]
    return complaints[0] if complaints else f"exit status {done.returncode}"
