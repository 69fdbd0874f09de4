"""`python -m hotline.processes.canary`: canary calls at the moments that the plan spreads over the day."""

from __future__ import annotations

import asyncio

from hotline.canaries import until_stopped
from hotline.entry import run_program
from hotline.logs import set_up_logs
from hotline.plans import plan_to_run
from hotline.processes.parent import die_with_parent, tell_ready
from ledger.database import open_ledger
from ledger.settings import load_settings


def main() -> None:
    """Place them until told to stop. Raises PlanError."""
    die_with_parent()
    settings = load_settings()
    set_up_logs(settings.log_level)
    plan, ledger = plan_to_run(settings), open_ledger(settings)
    asyncio.run(until_stopped(ledger, plan, on_ready=tell_ready))
    ledger.close()


if __name__ == "__main__":
    run_program(main)
