"""The fleet's process: `python -m hotline.processes.lines` forks this machine's lines and watches them."""

from __future__ import annotations

from hotline.entry import run_program
from hotline.fleet import Fleet
from hotline.logs import set_up_logs
from hotline.processes.parent import die_with_parent
from ledger.settings import load_settings, prepare_data_dir


def main() -> None:
    """Run the lines until told to stop. Raises PlanError, PortTaken, ChildFailed."""
    die_with_parent()
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    Fleet(settings).run()


if __name__ == "__main__":
    run_program(main)
