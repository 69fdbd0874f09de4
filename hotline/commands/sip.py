"""Commands for phones and trunks: `sip password`."""

from __future__ import annotations

from typing import Annotated

import typer

from hotline.commands.options import Data, PlanFile, new_password, say, settings_of

SHORTEST_PASSWORD = 8


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    sip = typer.Typer(no_args_is_help=True, help="Passwords of SIP phones and trunks.")
    sip.callback()(lambda: None)  # keeps `password` a subcommand although it is the only one
    sip.command("password")(password)
    app.add_typer(sip, name="sip")


def password(
    user: Annotated[str, typer.Argument(help="An operator's number, or a trunk's user.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the password away.")] = False,
    data: Data = None,
    plan: PlanFile = None,
) -> None:
    """Give a phone or a trunk a password. It is asked for, or taken from HOTLINE_SIP_PASSWORD.

    Only its hash with the plan's realm is kept. A running edge takes it at once.
    """
    from hotline.edge.passwords import check_user, ha1_of
    from hotline.plans import plan_of
    from ledger import secrets
    from ledger.database import open_ledger

    settings = settings_of(data_dir=data, plan=plan)
    the_plan = plan_of(settings)
    if remove:
        with open_ledger(settings).transaction() as session:
            had_one = secrets.remove_secret(session, user)
        say(f"{user} has no password any more." if had_one else f"{user} had no password.")
        return
    check_user(the_plan, user)
    given = new_password("HOTLINE_SIP_PASSWORD", SHORTEST_PASSWORD)
    realm = the_plan.edge.realm
    with open_ledger(settings).transaction() as session:
        secrets.set_secret(session, user=user, realm=realm, ha1=ha1_of(user, realm, given))
    say(f"{user} may sign on with this password (realm {realm}).")
