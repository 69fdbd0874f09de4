"""Commands for the rules: `rules test`, `explain`, `schema`, `page`, `judge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.commands import audit_rules
from hotline.commands.judge_again import judge_again
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from hotline.tables import show_table
from ledger.database import open_ledger
from ledger.errors import NotFound, SettingsError
from ledger.settings import Settings
from qa_scoring import RuleCase, audio_cases, load_packs, rule_cases, run_case
from qa_scoring.reading import nearest

OfRule = Annotated[str | None, typer.Option("--rule", metavar="RULE", help="Only this rule's.")]
OfCase = Annotated[str | None, typer.Option("--case", metavar="ID", help="Only the case of this id.")]
RuleId = Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    rules = typer.Typer(no_args_is_help=True, help="The norms and how they are judged.")
    rules.command("test")(run_rule_cases)
    rules.command("explain")(explain_verdict)
    rules.command("schema")(print_schema)
    rules.command("page")(print_page)
    audit_rules.add_to_rules(rules)
    rules.command("judge")(judge_again)
    app.add_typer(rules, name="rules")


def run_rule_cases(
    rule: OfRule = None,
    case: OfCase = None,
    audio: Annotated[bool, typer.Option("--audio", help="Also those that are heard.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run every rule's own cases. Exit status 1 where a verdict is not the case's."""
    settings = settings_of(prepare=False)
    packs = load_packs(settings.packs_dir)
    cases = _chosen(settings, rule, case, audio=audio)
    results = [run_case(packs, each) for each in (_heard(settings, cases) if audio else cases)]
    wrong = [result for result in results if not result.is_right]
    if as_json:
        print_json([result.document for result in results])
    else:
        for result in wrong:
            say(f"{result.rule}/{result.case}: expected {result.expected}, got {result.got}: {result.reason}")
        say(f"{len(results) - len(wrong)} of {len(results)} cases as written")
    if wrong:
        raise typer.Exit(1)


def explain_verdict(
    rule: RuleId,
    call_id: Annotated[
        str | None, typer.Argument(metavar="CALL", help="The call's id, from `hotline calls`.")
    ] = None,
    case: OfCase = None,
    language: Annotated[str, typer.Option("--language", help="zh or en.")] = "zh",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Tell step by step why a rule judges a call, or one of its cases, as it does."""
    from hotline.explained import LABELS, explanation_tree

    if (call_id is None) == (case is None):
        raise SettingsError("name a call, or one of the rule's cases with --case")
    if language not in LABELS:
        raise SettingsError(f"explanations are in {', '.join(LABELS)}; {language!r} is none of them")
    if case is not None:
        document = _explained_case(settings_of(prepare=False), rule, case)
    else:
        document = _explained_call(settings_of(data_dir=data), rule, str(call_id))
    if as_json:
        print_json(document)
    else:
        show_table(explanation_tree(document, language))


def print_schema() -> None:
    """Print the JSON Schema of packs, for editors that complete them."""
    from qa_scoring.published_schema import published_schema

    print_json(published_schema())


def print_page() -> None:
    """Print all norms of all desks as a page for monitors (Markdown, in Chinese)."""
    from hotline.norms_page import norms_page

    typer.echo(norms_page(load_packs(settings_of(prepare=False).packs_dir)), nl=False)


def _explained_case(settings: Settings, rule: str, case_id: str) -> dict[str, Any]:
    from qa_scoring.explaining import explain

    case = _chosen(settings, rule, case_id)[0]
    pack = case.pack_of(load_packs(settings.packs_dir))
    return {"case": case.case, "expected": case.expected.value, **explain(case.conversation, pack, rule)}


def _explained_call(settings: Settings, rule: str, call_id: str) -> dict[str, Any]:
    """With the packs as they are now and the newest transcript, as a new judgement of the call would."""
    from hotline.judging import conversation_of
    from hotline.parts import read_parts
    from ledger import calls, judgements
    from qa_scoring.explaining import explain

    ledger = open_ledger(settings)
    with ledger.reading() as session:
        call = calls.get_call(session, call_id)
        recording = judgements.get_recording(session, call_id)
        newest = judgements.newest_transcript(session, call_id)
        own = read_parts(session, call)[0]
    if newest is None:
        raise NotFound(f"call {call_id} has no transcript yet; `hotline show {call_id}` says why")
    conversation = conversation_of(own, recording, newest[1])
    pack = load_packs(settings.packs_dir).of(conversation)
    return {"call": call_id, **explain(conversation, pack, rule)}


def _heard(settings: Settings, cases: list[RuleCase]) -> list[RuleCase]:
    """All of them with words."""
    from hotline.audio_cases import AudioCases

    audio = AudioCases(settings)
    return [audio.heard(case) for case in cases]


def _chosen(settings: Settings, rule: str | None, case: str | None, *, audio: bool = False) -> list[RuleCase]:
    """Cases by rule and id. Raises NotFound where there are none."""
    folder: Path | None = settings.packs_dir / "cases" if settings.packs_dir else None
    every = rule_cases(folder) + (audio_cases(folder) if audio else ())
    found = [each for each in every if rule in {None, each.rule} and case in {None, each.case}]
    if found or not (rule or case):
        return found
    rules = {each.rule for each in every}
    if rule and rule not in rules:
        raise NotFound(f"there are no cases of the rule {rule!r}{_hint(rule, rules)}")
    names = {each.case for each in every if rule in {None, each.rule}}
    raise NotFound(f"there is no case {case!r}{_hint(str(case), names)}")


def _hint(name: str, names: set[str]) -> str:
    return nearest(name, names) or f"; there are {', '.join(sorted(names)) or 'none'}"
