"""Commands for how long recordings stay: `retention run`, `hold set`, `hold release`, `hold list`."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from hotline.plans import plan_of
from hotline.retaining import delete_due, document_of, rules_of
from ledger import holds
from ledger.database import open_ledger
from ledger.errors import SettingsError
from recorder.retention import Retention

Why = Annotated[str, typer.Option("--why", help="The reason, for whoever asks later.")]
Call = Annotated[str, typer.Argument(help="The call's id; `hotline calls` lists them.")]
By = Annotated[str | None, typer.Option("--by", help="Who wants it. [default: your login name]")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    retention = typer.Typer(no_args_is_help=True, help="How long recordings stay.")
    retention.callback()(lambda: None)
    retention.command("run")(run)
    app.add_typer(retention, name="retention")
    hold = typer.Typer(no_args_is_help=True, help="Legal holds: what is held is never deleted.")
    hold.command("set")(set_hold)
    hold.command("release")(release)
    hold.command("list")(list_holds)
    app.add_typer(hold, name="hold")


def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Delete what the plan's `recordings.keep` keeps no longer. Without a rule everything stays for ever."""
    settings = settings_of(data_dir=data, plan=plan)
    rules, ledger = rules_of(plan_of(settings)), open_ledger(settings)
    found = Retention(ledger, rules).due() if dry_run else delete_due(settings, ledger, rules)
    document = document_of(found)
    if as_json:
        print_json({"dry_run": dry_run, **document})
        return
    for count in document["counts"]:
        say(f"{count['recordings']} of {count['desk']}   ({count['rule']})")
    say(f"{len(found)} recordings {'would be' if dry_run else 'were'} deleted")


def set_hold(
    call: Call,
    why: Why,
    by: By = None,
    data: Data = None,
) -> None:
    """Keep a call until it is released, whatever the plan says."""
    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        holds.set_hold(session, call, by=by or getpass.getuser(), why=_reason(why))
    say(f"call {call} is held")


def release(call: Call, why: Why, by: By = None, data: Data = None) -> None:
    """Release a call: from now on the plan's rules are about it again."""
    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        holds.release(session, call, by=by or getpass.getuser(), why=_reason(why))
    say(f"call {call} is released")


def list_holds(
    all_of_them: Annotated[bool, typer.Option("--all", help="Also those that were released.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Which calls are held, by whom and why."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        found = holds.list_holds(session, all_of_them=all_of_them)
    if as_json:
        print_json([asdict(hold) for hold in found])
        return
    for hold in found:
        until = f"  until {hold.released_at:%Y-%m-%d} ({hold.released_by})" if hold.released_at else ""
        say(f"{hold.call_id}  since {hold.set_at:%Y-%m-%d} ({hold.set_by}): {hold.why}{until}")
    if not found:
        say("nothing is held")


def _reason(why: str) -> str:
    if not why.strip():
        raise SettingsError("--why is empty; say why, for the audit log")
    return why.strip()
