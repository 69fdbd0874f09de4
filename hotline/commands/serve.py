"""Commands that serve: `up`, `work` and `check`."""

from __future__ import annotations

from typing import Annotated

import typer

from desks.intake.settings import load_mail_settings
from hotline.checks import find_problems, find_warnings
from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from hotline.installation import installation
from hotline.lines import is_behind_edge
from hotline.plans import plan_to_run
from hotline.supervisor import Supervisor
from hotline.tenancy import tenancy
from ledger import users
from ledger.database import open_ledger
from ledger.errors import SettingsError
from ledger.settings import Settings
from sip_config import Plan

Lines = Annotated[
    int | None, typer.Option("--lines", help="Line processes; each serves two callers at once. [default: 1]")
]
EdgeAt = Annotated[
    str | None,
    typer.Option("--edge", help="HOST:PORT of an edge on another machine; only lines run here."),
]
LineHost = Annotated[
    str | None, typer.Option("--line-host", help="Where lines behind an edge answer. [default: 127.0.0.1]")
]
SipHost = Annotated[str | None, typer.Option("--sip-host", help="Where SIP listens. [default: the plan's]")]
SipPort = Annotated[int | None, typer.Option("--sip-port", help="[default: the plan's, 5060]")]
ConsoleHost = Annotated[str | None, typer.Option("--console-host", help="[default: 127.0.0.1]")]
ConsolePort = Annotated[int | None, typer.Option("--console-port", help="[default: 8114]")]
Workers = Annotated[int | None, typer.Option("--workers", help="Transcription processes. [default: 1]")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(up)
    app.command()(work)
    app.command()(check)


def up(
    lines: Lines = None,
    data: Data = None,
    plan: PlanFile = None,
    sip_host: SipHost = None,
    sip_port: SipPort = None,
    console_host: ConsoleHost = None,
    console_port: ConsolePort = None,
    workers: Workers = None,
    edge: EdgeAt = None,
    line_host: LineHost = None,
) -> None:
    """Start everything: the lines, the edge before them, the transcription workers and the console.

    Stop it with Ctrl-C: calls in progress finish. SIGHUP reads the plan again and renews the lines, a few
    at a time. Check first with `hotline check`; make somebody who may sign in with `hotline user add`.
    """
    settings = settings_of(
        data_dir=data,
        lines=lines,
        edge=edge,
        line_host=line_host,
        plan=plan,
        sip_host=sip_host,
        sip_port=sip_port,
        console_host=console_host,
        console_port=console_port,
        workers=workers,
    )
    load_mail_settings()  # a mistake is told now, and not by the clock
    loaded = plan_to_run(settings)
    with tenancy(settings, say, behind_edge=is_behind_edge(settings, loaded)):
        if settings.edge is None:
            _remind_of_users(settings)
        supervisor = Supervisor(*installation(settings, loaded))
        supervisor.start()
        supervisor.take_signals()  # before anybody is told that we can be stopped
        say(_where(settings, loaded))
        try:
            supervisor.watch()
        finally:
            supervisor.stop()


def work(workers: Workers = None, data: Data = None, plan: PlanFile = None) -> None:
    """Transcribe and score on a machine beside the one of `hotline up`, until Ctrl-C.

    Set HOTLINE_DATABASE_URL (PostgreSQL), HOTLINE_REDIS_URL and HOTLINE_ARCHIVE_URL to what that machine
    uses, and HOTLINE_RECORDING_KEY_FILE where recordings are encrypted. SIGHUP reads the plan again.
    """
    from hotline.crew import Crew

    settings = settings_of(data_dir=data, plan=plan, workers=workers)
    refuse_lonely(settings)
    say(f"workers: {settings.workers}, for the calls of {settings.ledger_place}")
    Crew(settings, far=True).run()


def refuse_lonely(settings: Settings) -> None:
    """A machine beside another shares its ledger, queue and archive. Raises SettingsError."""
    shared = {
        "HOTLINE_DATABASE_URL": settings.database_url,
        "HOTLINE_REDIS_URL": settings.redis_url,
        "HOTLINE_ARCHIVE_URL": settings.archive_url,
    }
    missing = [name for name, value in shared.items() if not value]
    if missing:
        raise SettingsError(
            f"`hotline work` helps another machine and needs {', '.join(missing)} as that one has them; "
            "on one machine run `hotline up --workers N`"
        )


def _where(settings: Settings, plan: Plan) -> str:
    """Where callers and people find what has been started."""
    if settings.edge is not None:
        return f"lines: {settings.lines}, behind the edge at {settings.edge}; pages and workers run there"
    listen = plan.listen
    return (
        f"SIP: {listen.host}:{listen.port}   console: http://{settings.console_host}:{settings.console_port}/"
    )


def _remind_of_users(settings: Settings) -> None:
    """Also migrates the ledger, before several processes open it at once."""
    ledger = open_ledger(settings)
    with ledger.reading() as session:
        nobody = users.count_users(session) == 0
    ledger.close()
    if nobody:
        say("Nobody can sign in yet: run `hotline user add NAME --role administrator`.")


def check(
    lines: Lines = None,
    data: Data = None,
    plan: PlanFile = None,
    sip_port: SipPort = None,
    console_port: ConsolePort = None,
    as_json: AsJson = False,
) -> None:
    """Check the plan, prompts, packs, models, ports and disk, and say what to mend."""
    settings = settings_of(
        prepare=False, lines=lines, data_dir=data, plan=plan, sip_port=sip_port, console_port=console_port
    )
    problems, warnings = find_problems(settings), find_warnings(settings)
    if as_json:
        print_json({"ok": not problems, "problems": problems, "warnings": warnings})
    else:
        well = [] if problems else ["All is well: plan, prompts, packs, models, ports, disk."]
        say("\n".join([*problems, *well, *(f"note: {warning}" for warning in warnings)]))
    if problems:
        raise typer.Exit(2)
