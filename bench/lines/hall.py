"""A hotline under load: lines and the edge alone, on loopback, with operators whose phones echo (sipp)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.process_use import descendants
from hotline.installation import installation
from hotline.plans import plan_of
from hotline.ports import LOOPBACK as HOST
from hotline.ports import free_port
from hotline.stand import settle
from hotline.supervisor import Supervisor
from ivr.line import CALLERS_A_LINE
from ledger import calls
from ledger.database import Ledger, open_ledger
from ledger.records import Call
from ledger.settings import Settings

SPARE_LINES = 0  # each caller calls once
FIRST_OPERATOR = 9001
PARTS = {"lines", "edge"}  # neither workers nor pages: they have benches of their own


@dataclass(frozen=True, kw_only=True)
class Hall:
    """What runs."""

    settings: Settings
    ledger: Ledger
    supervisor: Supervisor

    @property
    def target(self) -> str:
        """What callers dial."""
        return f"sip:114@{HOST}:{self.settings.sip_port}"

    def pids(self, part: str | None = None) -> set[int]:
        """The processes of a part, or of all."""
        running = [
            child for child in self.supervisor.children if child.process and part in {None, child.name}
        ]
        return {pid for child in running if child.process for pid in descendants(child.process.pid)}

    def calls(self) -> list[Call]:
        """Every row."""
        with self.ledger.reading() as session:
            return calls.list_calls(session)


@contextmanager
def open_hall(folder: Path, *, callers: int, operators: int = 0) -> Iterator[Hall]:
    """Lines for so many callers, and as many operators."""
    settings = settle(folder, log_level="error", lines=ceil(callers / CALLERS_A_LINE) + SPARE_LINES)
    with _echoing_phones(folder) as phones:
        with (folder / "plan.yaml").open("w") as file:
            YAML().dump(_plan(operators, phones), file)
        ledger = open_ledger(settings)
        children, environment = installation(settings, plan_of(settings))
        supervisor = Supervisor([child for child in children if child.name in PARTS], environment)
        supervisor.start()
        try:
            yield Hall(settings=settings, ledger=ledger, supervisor=supervisor)
        finally:
            supervisor.stop()
            ledger.close()


def _plan(operators: int, phones: str) -> dict[str, Any]:
    """One menu of music, in which a caller may stay; 1 leads to the operators."""
    numbers = [str(FIRST_OPERATOR + place) for place in range(max(1, operators))]
    stay = {
        "prompt": "hold-music",
        "silence_s": 60,
        "keys": {"1": {"desk": "114"}},
        "otherwise": {"desk": "114"},
    }
    return {
        "version": 1,
        "numbers": {"114": {"name": "查号台", "greeting": "greeting-114", "menu": "stay", "desk": "114"}},
        "menus": {"stay": stay},
        "desks": {"114": {"name": "114查号台", "operators": numbers}},
        "operators": {number: {"name": number, "address": f"sip:{number}@{phones}"} for number in numbers},
        "survey": {"enabled": False},
        "trunks": {"loopback": {"addresses": [HOST]}},
    }


@contextmanager
def _echoing_phones(folder: Path) -> Iterator[str]:
    """One sipp answers for all operators and sends their audio back; gives its address."""
    port = free_port()
    command = ["sipp", "-sn", "uas", "-rtp_echo", "-i", HOST, "-p", str(port), "-mp", str(free_port())]
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*command, "-nostdin"], cwd=folder, stdout=quiet, stderr=quiet) as sipp:
        try:
            yield f"{HOST}:{port}"
        finally:
            sipp.terminate()
