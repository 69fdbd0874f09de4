"""How fast a call is answered and the first prompt is heard, beside sipp's bare answering scenario."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Figure
from callers.load import LoadReport, run_load
from hotline.ports import LOOPBACK as HOST
from hotline.ports import free_port
from hotline.stand import open_stand, settle

CALLERS = 2  # as many as one line serves
SECONDS = 20.0
CALL_S = 3.0
HOW = f"test phone on loopback, {CALLERS} callers for {SECONDS:g} s"


def measure(folder: Path) -> list[Figure]:
    """INVITE to 200 and 200 to the first sound, ours and sipp's."""
    ours = asyncio.run(_load_hotline(folder / "stand"))
    peer = _load_sipp(folder)
    return [
        Figure(
            name="INVITE to 200, median",
            unit="ms",
            ours=ours.answer_ms_p50 or float("nan"),
            peer=peer.answer_ms_p50,
            how=f"{HOW}; {ours.answered} calls; peer: sipp -sn uas, without recording or ledger",
        ),
        Figure(
            name="200 to the first sound of the notice, median",
            unit="ms",
            ours=ours.first_audio_ms_p50 or float("nan"),
            peer=None,
            how="the same calls; first RTP packet that is not silence, by its arrival; sipp plays nothing",
        ),
        Figure(
            name="20 ms slots that reach the caller late or never",
            unit="%",
            ours=100 * ours.late_slots_share,
            peer=None,
            how=f"the same calls; {ours.slots} slots, late is more than 40 ms after it was due",
        ),
    ]


async def _load_hotline(folder: Path) -> LoadReport:
    async with open_stand(settle(folder, log_level="error")) as stand:
        return await run_load(f"sip:114@{stand.sip_uri}", callers=CALLERS, seconds=SECONDS, call_s=CALL_S)


def _load_sipp(folder: Path) -> LoadReport:
    port = free_port()
    with _answering(folder, port):
        return asyncio.run(
            run_load(f"sip:114@{HOST}:{port}", callers=CALLERS, seconds=SECONDS / 2, call_s=CALL_S)
        )


@contextmanager
def _answering(folder: Path, port: int) -> Iterator[None]:
    command = ["sipp", "-sn", "uas", "-i", HOST, "-p", str(port), "-nostdin"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet) as sipp:
        try:
            yield
        finally:
            sipp.terminate()
