"""The workers' process, `python -m hotline.processes.worker`: forks those who seal, transcribe and score."""

from __future__ import annotations

import os

from hotline.crew import Crew
from hotline.entry import run_program
from hotline.logs import set_up_logs
from hotline.processes.parent import die_with_parent
from ledger.settings import load_settings, prepare_data_dir

NICENESS = 10  # transcripts can wait, audio cannot: lines on the same machine go first


def main() -> None:
    """Work on what lines and importers announce, until told to stop. Raises MissingAsset, PlanError."""
    die_with_parent()
    os.nice(NICENESS)
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    Crew(settings).run()


if __name__ == "__main__":
    run_program(main)
