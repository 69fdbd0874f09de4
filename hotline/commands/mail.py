"""Commands for the inbox: `mail poll`, `mail check`."""

from __future__ import annotations

import typer

from desks.intake.settings import MailSettings, load_mail_settings
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from ledger.database import open_ledger
from ledger.errors import SettingsError


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    mail = typer.Typer(no_args_is_help=True, help="The inbox whose mails and faxes become tickets.")
    mail.command("poll")(poll)
    mail.command("check")(check)
    app.add_typer(mail, name="mail")


def poll(data: Data = None, as_json: AsJson = False) -> None:
    """Take in what is in the inbox, send the mails that are due, once; `hotline up` does so by itself."""
    from desks.intake.post import send_due
    from hotline.mail_duty import fetch

    settings, mail = settings_of(data_dir=data), _mail()
    ledger = open_ledger(settings)
    taken, sent = fetch(settings, ledger, mail), send_due(ledger, mail)
    new = [one for one in taken if one.is_new]
    if as_json:
        print_json({"taken": [{"fate": one.fate, "ticket": one.ticket} for one in new], "sent": sent})
        return
    for one in new:
        say(f"{one.fate}  {one.ticket or '-'}")
    say(f"{len(new)} mails were taken in, {sent} mails sent.")


def check() -> None:
    """Sign in to both mail servers and change nothing."""
    from desks.intake import post

    mail = _mail()
    for server in post.check(mail):
        say(f"{server} answers.")


def _mail() -> MailSettings:
    mail = load_mail_settings()
    if not mail.has_servers:
        raise SettingsError("there is no mail server: set HOTLINE_MAIL_IMAP and what docs/intake.md names")
    return mail
