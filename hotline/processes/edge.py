"""The edge's process, `python -m hotline.processes.edge`: keeps Kamailio before the lines."""

from __future__ import annotations

from hotline.edge.keeper import PARENT_DIED, EdgeKeeper
from hotline.entry import run_program
from hotline.logs import set_up_logs
from hotline.plans import plan_to_run
from hotline.processes.parent import die_with_parent, tell_ready
from ledger.database import open_ledger
from ledger.settings import load_settings, prepare_data_dir


def main() -> None:
    """Keep the edge until told to stop. Raises PlanError, EdgeFailed, MissingAsset."""
    die_with_parent(sign=PARENT_DIED)
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    ledger = open_ledger(settings)
    EdgeKeeper(settings=settings, plan=plan_to_run(settings), ledger=ledger, on_ready=tell_ready).run()


if __name__ == "__main__":
    run_program(main)
