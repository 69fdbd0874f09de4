"""How every program of ours ends: a sentence for a person's mistake, a file for ours, no traceback."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Callable

from ledger.errors import HotlineError

OUR_MISTAKE = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130


def run_program(program: Callable[[], object]) -> None:
    """Run to the end. HotlineError exits 2 with its sentence, anything unforeseen 70."""
    try:
        program()
    except HotlineError as error:
        _tell(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last resort of a program: no traceback reaches a user
        _tell(f"unexpected error ({error}); please report it with the file {_keep_details()}")
        sys.exit(OUR_MISTAKE)


def _keep_details() -> str:
    """Write the traceback of the error at hand to a file; returns its name."""
    with tempfile.NamedTemporaryFile("w", prefix="hotline-error-", suffix=".txt", delete=False) as file:
        traceback.print_exc(file=file)
    return file.name


def _tell(sentence: str) -> None:
    print(f"hotline: {sentence}", file=sys.stderr)  # noqa: T201 - the message to the user
