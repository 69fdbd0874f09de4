"""Commands for the rules: `rules test`."""

from __future__ import annotations

import typer

from hotline.commands import audit_rules
from hotline.commands.options import AsJson, print_json, say, settings_of
from qa_scoring import load_packs, run_cases


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    rules = typer.Typer(no_args_is_help=True, help="The norms and how they are judged.")
    rules.callback()(lambda: None)  # keeps `test` a subcommand although it is the only one
    rules.command("test")(run_rule_cases)
    audit_rules.add_to_rules(rules)
    app.add_typer(rules, name="rules")


def run_rule_cases(as_json: AsJson = False) -> None:
    """Run every rule's own cases. Exit status 1 where a verdict is not the case's."""
    packs_dir = settings_of(prepare=False).packs_dir
    results = run_cases(load_packs(packs_dir), packs_dir / "cases" if packs_dir else None)
    wrong = [result for result in results if not result.is_right]
    if as_json:
        print_json([result.document for result in results])
    else:
        for result in wrong:
            say(f"{result.rule}/{result.case}: expected {result.expected}, got {result.got}: {result.reason}")
        say(f"{len(results) - len(wrong)} of {len(results)} cases as written")
    if wrong:
        raise typer.Exit(1)
