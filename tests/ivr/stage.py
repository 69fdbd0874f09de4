"""A line process on loopback whose prompts are tones, and phones around it: the stage of the ivr's tests.

Each prompt is a tone of its own, so that a test hears without doubt what a caller hears. So is each fixed
piece of a prompt with placeholders, each digit that is spoken, and the English menu.
"""

from __future__ import annotations

import os
import signal
import time
import wave
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from callers.phone_call import PhoneCall
from hotline.children import Program
from hotline.ports import free_port
from hotline.supervisor import Supervisor
from ledger import calls, lines, operators
from ledger.database import Ledger
from ledger.operator_states import IN_CALL
from ledger.operators import OperatorRecord
from ledger.records import Call
from ledger.states import OperatorState

HOST = "127.0.0.1"
RATE_HZ = 8000
TONES_HZ = {
    "notice": 500,
    "greeting": 600,
    "menu": 700,
    "wrong-key": 800,
    "no-key": 900,
    "connecting": 1100,
    "hold-music": 1200,
    "all-busy": 1300,
    "closed": 1400,
    "survey": 1500,
    "survey-thanks": 1600,
    "news": 1700,
    "queue-position": 1800,
    "voicemail-please": 1900,
    "beep": 2000,
    "message-kept": 2100,
    "call-back-number": 3300,
    "call-back-kept": 3400,
    "operator-ready": 2500,
    "operator-away": 2600,
    "operator-off": 2700,
    "operator-unchanged": 2800,
    "ask-digits": 300,
    "wrong-length": 400,
    "read-back-offer": 3500,
    "read-back-connect-offer": 3600,
    "transferring": 3700,
    "not-connected": 3800,
}
PIECES_HZ = {
    "confirm-digits.1": 1800,
    "confirm-digits.2": 1900,
    "call-back-offer.1": 3100,
    "call-back-offer.2": 3200,
    "read-back.1": 250,
    "read-back-again.1": 350,
}
WITH_DIGITS = {
    "confirm-digits": "您的号码是{digits:digits}，对吗",
    "call-back-offer": "您现在的号码是{number:digits}，用这个号码吗",
    "read-back": "您查询的号码是{number:digits}",
    "read-back-again": "再播报一遍{number:digits}",
}
DIGITS_HZ = {f"d-{digit}": 2000 + 100 * digit for digit in range(10)}
ENGLISH_HZ = {"menu": 3000}
LONG_S = {"notice": 0.4, "greeting": 0.4, "menu": 1.5, "survey": 0.6, "news": 0.6}


def tone(hz: float, length_s: float, level: float = 0.3) -> np.ndarray:
    """A sine as 16-bit samples."""
    at_s = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    return np.round(level * 32767 * np.sin(2 * np.pi * hz * at_s)).astype(np.int16)


def write_prompts(folder: Path) -> None:
    """A prompt folder in which every prompt is its tone, with English and the digits below it."""
    music = {name: {"music": True} for name in TONES_HZ}
    read_back = {name: {"text": text, "recorded": True} for name, text in WITH_DIGITS.items()}
    _write_folder(folder, {**music, **read_back}, TONES_HZ | PIECES_HZ)
    digits = {name: {"music": True} for name in (*DIGITS_HZ, "pause")}
    _write_folder(folder / "spoken", digits, DIGITS_HZ)
    write_tone(folder / "spoken" / "pause.wav", tone(0, 0.2))
    _write_folder(folder / "en", {name: {"music": True} for name in ENGLISH_HZ}, ENGLISH_HZ)


def _write_folder(folder: Path, texts: Mapping[str, Any], tones_hz: Mapping[str, float]) -> None:
    folder.mkdir()
    YAML().dump(dict(texts), folder / "texts.yaml")
    for name, hz in tones_hz.items():
        length_s = 0.3 if name in DIGITS_HZ else LONG_S.get(name, 0.8)
        write_tone(folder / f"{name}.wav", tone(hz, length_s))


def write_tone(path: Path, samples: np.ndarray) -> None:
    """A telephone WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


def plan_document(operators: Mapping[str, str], port: int) -> dict[str, Any]:
    """A plan with one number, one menu and one desk."""
    return {
        "version": 1,
        "listen": {"host": HOST, "port": port},
        "prompts": {"folders": ["prompts"]},
        "numbers": {"114": {"name": "查号台", "greeting": "greeting", "menu": "main", "desk": "114"}},
        "menus": {
            "main": {
                "prompt": "menu",
                "silence_s": 0.5,
                "tries": 2,
                "keys": {"1": {"desk": "114"}, "2": {"say": "news"}},
                "otherwise": {"desk": "114"},
            }
        },
        "desks": {
            "114": {"name": "查号台", "operators": list(operators), "ring_s": 2.0, "longest_wait_s": 6.0}
        },
        "operators": {number: {"name": number, "address": uri} for number, uri in operators.items()},
        "survey": {"wait_s": 2.0},
    }


@dataclass(kw_only=True)
class ProgramStage:
    """One process of the product on a plan of the test's own. What runs is stopped by `stop`."""

    folder: Path
    ledger: Ledger
    port: int = field(default_factory=free_port)
    supervisor: Supervisor | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of this stage."""
        return {
            "HOTLINE_DATA_DIR": str(self.folder),
            "HOTLINE_PLAN": str(self.folder / "plan.yaml"),
            "HOTLINE_LOG_LEVEL": "info",
        }

    def run(self, process: str, document: Mapping[str, Any], **environment: str) -> None:
        """Write the plan and its prompts, and start `hotline.processes.PROCESS`; returns when it serves."""
        if not (self.folder / "prompts").exists():
            write_prompts(self.folder / "prompts")
        YAML().dump(dict(document), self.folder / "plan.yaml")
        program = Program(name=process, arguments=[f"hotline.processes.{process}"])
        self.supervisor = Supervisor([program], {**self.environment, **environment})
        self.supervisor.start()

    def stop(self) -> None:
        """Stop it."""
        if self.supervisor:
            self.supervisor.stop()


@dataclass(kw_only=True)
class Stage(ProgramStage):
    """One line under test."""

    @property
    def target(self) -> str:
        """What callers dial."""
        return f"sip:114@{HOST}:{self.port}"

    def start(
        self,
        operators: Mapping[str, str],
        change: Callable[[dict[str, Any]], None] | None = None,
        *,
        behind_edge: bool = False,
        **environment: str,
    ) -> None:
        """Write the plan and start the line; behind an edge it chooses its port and believes its headers."""
        document = plan_document(operators, self.port)
        if change:
            change(document)
        edge = {"HOTLINE_EDGE": f"{HOST}:9"} if behind_edge else {}
        self.run("lines", document, **edge, **environment)
        with self.ledger.reading() as session:
            self.port = lines.list_lines(session)[0].port

    def operator(self, number: str = "8001") -> OperatorRecord:
        """What an operator does now."""
        with self.ledger.reading() as session:
            return operators.get_operator(session, number)

    def set_operator(self, wanted: OperatorState, number: str = "8001") -> None:
        """What a page would do."""
        with self.ledger.transaction() as session:
            operators.set_by_person(session, number, wanted)

    def wait_for(self, happened: Callable[[], bool], within_s: float = 10.0) -> None:
        """Wait until the line has written something into the ledger."""
        give_up_s = time.monotonic() + within_s
        while not happened():
            assert time.monotonic() < give_up_s, "the line did not write it"
            time.sleep(0.02)  # polling another process's ledger

    def kill_line(self) -> None:
        """Kill -9, as a crash would."""
        with self.ledger.reading() as session:
            (line,) = lines.list_lines(session)
        os.kill(line.pid, signal.SIGKILL)

    def row_of(self, call: PhoneCall) -> Call:
        """The call's row, by its SIP Call-ID."""
        with self.ledger.reading() as session:
            found = [row for row in calls.list_calls(session) if row.sip_call_id == call.sip_call_id]
        assert len(found) == 1, f"one row for an INVITE, here {len(found)}"
        return found[0]

    def ended_row_of(self, call: PhoneCall, within_s: float = 10.0) -> Call:
        """The call's row once the line has closed it."""
        give_up_s = time.monotonic() + within_s
        while (row := self.row_of(call)).ending is None:
            assert time.monotonic() < give_up_s, f"the line did not close {row}"
            time.sleep(0.05)  # polling another process's ledger
        return row


@dataclass(kw_only=True)
class SharedStage(Stage):
    """A stage that several tests share: where a test asks for what runs already, the line stays.

    A line ends with the thread that started it (PR_SET_PDEATHSIG), so all are started by one that stays.
    """

    _asked: object = None
    _starter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def start(
        self,
        operators: Mapping[str, str],
        change: Callable[[dict[str, Any]], None] | None = None,
        *,
        behind_edge: bool = False,
        **environment: str,
    ) -> None:
        """Start the line, unless one runs with this plan; the operators do what they do at a start."""
        document = plan_document(operators, 0)
        if change:
            change(document)
        asked = (document, behind_edge, environment)
        if asked != self._asked:
            self.stop()
            self.port = free_port()
            start = partial(super().start, operators, change, behind_edge=behind_edge, **environment)
            self._starter.submit(start).result()
            self._asked = asked
        for number in operators:
            self.wait_for(partial(self._is_left_alone, number))
            self.set_operator(OperatorState.IDLE, number)

    def _is_left_alone(self, number: str) -> bool:
        return self.operator(number).state not in IN_CALL

    def stop(self) -> None:
        """Stop it, and remember none."""
        super().stop()
        self.supervisor, self._asked = None, None

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        self._starter.shutdown()
