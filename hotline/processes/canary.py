"""`python -m hotline.processes.canary`: canary calls at the moments that the plan spreads over the day."""

from __future__ import annotations

import asyncio
import signal

from hotline.canaries import go_on
from hotline.entry import run_program
from hotline.logs import set_up_logs
from hotline.plans import plan_to_run
from hotline.processes.parent import die_with_parent, tell_ready
from ledger.database import Ledger, open_ledger
from ledger.settings import load_settings
from sip_config import Plan


def main() -> None:
    """Place them until told to stop. Raises PlanError."""
    die_with_parent()
    settings = load_settings()
    set_up_logs(settings.log_level)
    plan, ledger = plan_to_run(settings), open_ledger(settings)
    asyncio.run(_until_stopped(ledger, plan))
    ledger.close()


async def _until_stopped(ledger: Ledger, plan: Plan) -> None:
    placing = asyncio.create_task(go_on(ledger, plan))
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, placing.cancel)
    tell_ready()
    await asyncio.wait({placing})
    if not placing.cancelled():
        placing.result()


if __name__ == "__main__":
    run_program(main)
