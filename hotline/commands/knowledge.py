"""Commands for the knowledge window: `knowledge import`."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from desks.knowledge import files
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.database import open_ledger

Articles = Annotated[Path | None, typer.Argument(metavar="FILE.yaml", help="[default: a small starting set]")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    knowledge = typer.Typer(no_args_is_help=True, help="The articles that operators look things up in.")
    knowledge.command("import")(bring)
    knowledge.callback()(lambda: None)  # keeps `import` a subcommand although it is the only one
    app.add_typer(knowledge, name="knowledge")


def bring(
    file: Articles = None,
    why: Annotated[str, typer.Option("--why", help="Stands in the versions.")] = "导入",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write the articles of a YAML file; one with a title that is there already becomes its next version."""
    texts = files.read(file or files.STARTING_SET)
    by = getpass.getuser()
    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        added, changed = files.bring(session, texts, by=by, why=why)
        details = {"what": "imported", "added": str(added), "changed": str(changed)}
        write(session, Act(user=by, action=AuditAction.ARTICLE_CHANGED, details=details))
    if as_json:
        print_json({"added": added, "changed": changed, "unchanged": len(texts) - added - changed})
        return
    say(f"{added} articles are new, {changed} have a new version; /knowledge shows them.")
