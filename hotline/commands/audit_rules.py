"""Commands about how far rules can be trusted: `rules audit`, `standings`, `reinstate`, `case-from`."""

from __future__ import annotations

import getpass
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from hotline.appealed_case import write_case
from hotline.auditing import Evidence, canary_evidence, labelled_evidence, people_evidence
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from hotline.error_report import NO_NUMBER, ErrorReport, misses_table, report_table
from hotline.standing import EVIDENCE_DAYS, decide, reinstate
from hotline.tables import show_table
from ledger import rule_audits
from ledger.clock import now
from ledger.database import Ledger, open_ledger
from ledger.errors import NotFound, SettingsError
from ledger.judged_findings import get_judged
from ledger.rule_audits import Standing
from ledger.settings import Settings
from ledger.states import EvidenceSource, Verdict
from qa_scoring import load_packs
from qa_scoring.pack_files import Packs

Rule = Annotated[str, typer.Argument(help="The rule's id.")]


def add_to_rules(rules: typer.Typer) -> None:
    """Add these commands to `hotline rules`."""
    rules.command("audit")(audit)
    rules.command("standings")(standings)
    rules.command("reinstate")(reinstate_rule)
    rules.command("case-from")(case_from)


def audit(
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule.")] = None,
    source: Annotated[
        list[EvidenceSource] | None, typer.Option("--source", help="Only this source. [default: all]")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="Name every call that a rule misjudged.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Let rules that err too often stop deducting, and others deduct.")
    ] = False,
    days: Annotated[
        int, typer.Option("--days", min=1, help="How far back canaries and people speak.")
    ] = EVIDENCE_DAYS,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Measure every rule's error: precision, recall, cannot-tell rate, with 95 % intervals (Wilson).

    Three sources are told apart and never added up: labelled dialogues, canary calls, people's decisions. The
    first run hears the labelled dialogues, which takes minutes; later ones remember what was heard.
    """
    settings = settings_of(data_dir=data)
    packs, since = load_packs(settings.packs_dir), now() - timedelta(days=days)
    _refuse_unknown(packs, rule)
    wanted = source or list(EvidenceSource)
    labelled = [_hear_labelled(settings, packs)] if EvidenceSource.LABELLED in wanted else []
    ledger = open_ledger(settings)
    with ledger.reading() as session:
        evidence = [*_kept_evidence(session, wanted, since), *labelled]
    changed = _decided(ledger, packs, evidence) if apply else []
    with ledger.reading() as session:
        report = ErrorReport.of(packs, evidence, rule_audits.standings(session), rule=rule)
    if as_json:
        print_json({"since": since.isoformat(timespec="seconds"), "changed": len(changed), **report.document})
        return
    show_table(report_table(report))
    for why in report.why_not:
        say(f"{NO_NUMBER} {why}")
    if misses:
        show_table(misses_table(report))
    for each in changed:
        say(f"{each.pack}: {each.rule} is {each.state} now ({each.why})")


def standings(data: Data = None, as_json: AsJson = False) -> None:
    """How far each rule is trusted, since when, and on what that rests."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        found = rule_audits.standings(session)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    table = Table("pack", "rule", "content", "state", "since", "from", "right of fails", "bound", "by", "why")
    for each in found:
        bound = "" if each.lower_bound is None else f"{each.lower_bound:.3f} of {each.precision_floor:g}"
        table.add_row(
            *(each.pack, each.rule, each.rule_hash, each.state, f"{each.since:%Y-%m-%d %H:%M}"),
            *(each.source or "", f"{each.rightly}/{each.flagged}", bound, each.decided_by, each.why),
        )
    show_table(table)


def reinstate_rule(
    rule: Rule,
    pack: Annotated[str, typer.Option("--pack", help="The pack's id.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for whoever asks later.")],
    by: Annotated[str | None, typer.Option("--by", help="Who wants it. [default: your login name]")] = None,
    data: Data = None,
) -> None:
    """Let a suspended rule deduct again; only what is told from now on counts. The audit log keeps why."""
    if not why.strip():
        raise SettingsError("--why is empty; say why, for the audit log")
    settings = settings_of(data_dir=data)
    found = load_packs(settings.packs_dir).by_id(pack)
    with open_ledger(settings).transaction() as session:
        reinstate(session, found, rule, by=by or getpass.getuser(), why=why.strip())
    say(f"{pack}: {rule} deducts again")


def case_from(
    finding: Annotated[
        int, typer.Argument(help="The finding's number, from its address on the call's page.")
    ],
    expect: Annotated[
        Verdict | None, typer.Option("--expect", help="What is right. [default: as people decided]")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="What makes it tricky. [default: their comment]")] = "",
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder of the packs. [default: HOTLINE_PACKS_DIR]")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a case of its rule of a finding that was wrong, so that mending the rule mends this for ever.

    Adds the stretch of the call, numbers and addresses hidden, to cases/RULE.yaml, and says whether the rule
    still errs there.
    """
    settings = settings_of(data_dir=data)
    folder = to or settings.packs_dir
    if folder is None:
        raise SettingsError("name the folder of your packs with --to or HOTLINE_PACKS_DIR")
    packs = load_packs(folder)
    with open_ledger(settings).reading() as session:
        judged = get_judged(session, finding)
    written = write_case(judged, packs, folder, expect=expect, why=why.strip())
    if as_json:
        print_json(written.document)
        return
    result = written.result
    state = "it passes already" if result.is_right else "the rule errs there until it is mended"
    say(f"{written.path}: {written.case}: expected {result.expected}, got {result.got}: {state}")


def _decided(ledger: Ledger, packs: Packs, evidence: list[Evidence]) -> list[Standing]:
    with ledger.transaction() as session:
        return decide(session, packs, evidence)


def _kept_evidence(session: Session, wanted: Collection[EvidenceSource], since: datetime) -> list[Evidence]:
    """What the ledger knows."""
    kept = {EvidenceSource.PEOPLE: people_evidence, EvidenceSource.CANARY: canary_evidence}
    return [gather(session, since) for source, gather in kept.items() if source in wanted]


def _hear_labelled(settings: Settings, packs: Packs) -> Evidence:
    """What the labelled calls show as the installed recogniser hears them: the half that nobody tunes by."""
    from hotline.labelled import labelled_conversations

    heard = labelled_conversations("judge", settings=settings, packs=packs)
    return labelled_evidence(packs, ((each.conversation, each.call.truth, each.call.id) for each in heard))


def _refuse_unknown(packs: Packs, rule: str | None) -> None:
    known = dict.fromkeys(each for pack in packs.packs for each in pack.fingerprints)
    if rule is not None and rule not in known:
        raise NotFound(f"no pack has a rule {rule!r}; rules are {', '.join(known)}")
