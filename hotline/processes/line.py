"""A line process: `python -m hotline.processes.line NAME`."""

from __future__ import annotations

import sys

from hotline.entry import run_program
from hotline.jobs import Jobs
from hotline.logs import set_up_logs
from hotline.plans import plan_of
from hotline.processes.parent import die_with_parent, tell_ready
from ivr.line import Line
from ledger.database import open_ledger
from ledger.settings import load_settings, prepare_data_dir


def main(name: str) -> None:
    """Answer calls until told to stop. Raises PlanError, PortTaken."""
    die_with_parent()
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    line = Line(
        plan=plan_of(settings),
        ledger=open_ledger(settings),
        name=name,
        capture_dir=settings.capture_dir,
        on_ended=Jobs(settings).announce,
        on_ready=tell_ready,
    )
    line.run()


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1]))
