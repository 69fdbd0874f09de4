"""The command `hotline`: a sentence for every mistake, exit status 0 only when what was asked is true."""

from __future__ import annotations

import sys

import structlog
import typer

from hotline.commands import assets, judge, look, people, run, serve
from ledger.errors import HotlineError

log = structlog.get_logger(__name__)

app = typer.Typer(
    name="hotline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answer the hotline numbers, record every conversation, judge it, and put it before the monitors.",
    epilog="Start with `hotline demo`. The plan, the packs and the pages are explained in docs/.",
)

run.add_to(app)
serve.add_to(app)
look.add_to(app)
assets.add_to(app)
judge.add_to(app)
people.add_to(app)


def main() -> None:
    """Run the command line. Mistakes of users exit 2 with a sentence; ours exit 70 and go to the log."""
    try:
        app()
    except HotlineError as error:
        print(f"hotline: {error}", file=sys.stderr)  # noqa: T201 - the message to the user
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        log.exception("unexpected_error")
        said = f"hotline: unexpected error ({error}); please report it with the log line above"
        print(said, file=sys.stderr)  # noqa: T201 - the message to the user
        sys.exit(70)
