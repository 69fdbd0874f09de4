"""`hotline campaigns`: campaigns of call-backs, at the machine."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.table import Table
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from hotline.tables import show_table
from ledger.errors import SettingsError
from ledger.plain_text import text_of

Number = Annotated[int, typer.Argument(help="The campaign's number.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    campaigns = typer.Typer(no_args_is_help=True, help="Campaigns of call-backs (回访).")
    for name, command in (
        ("list", list_all),
        ("make", make),
        ("change", change),
        ("start", start),
        ("pause", pause),
        ("stop", stop),
        ("run", run),
    ):
        campaigns.command(name)(command)
    app.add_typer(campaigns, name="campaigns")


def list_all(data: Data = None, as_json: AsJson = False) -> None:
    """All campaigns with their figures, the newest first."""
    from console.campaigns.schemas import CampaignView, campaign_document
    from desks.campaigns import figures, registry
    from desks.campaigns.states import PersonState
    from ledger.database import open_ledger

    with open_ledger(settings_of(data_dir=data)).reading() as session:
        told = figures.all_figures(session)
        views = [
            CampaignView(campaign=one, figures=told.get(one.id, figures.Figures()), moves=())
            for one in registry.list_all(session)
        ]
    if as_json:
        print_json([campaign_document(view) for view in views])
        return
    table = Table("no.", "name", "kind", "mode", "state", "people", "reached", "in time", "waiting")
    for view in views:
        campaign, counted = view.campaign, view.figures
        waiting = counted.states.get(PersonState.WAITING, 0)
        table.add_row(
            *(str(campaign.id), campaign.name, campaign.kind, campaign.mode, campaign.state),
            *(str(counted.people), str(counted.reached), str(counted.in_time), str(waiting)),
        )
    show_table(table)


def make(
    file: Annotated[
        Path, typer.Argument(help="YAML: name, kind, desk, questions... as docs/campaigns.md has it.")
    ],
    numbers: Annotated[Path | None, typer.Option("--numbers", help="Numbers, one a line, or CSV.")] = None,
    data: Data = None,
    plan: PlanFile = None,
) -> None:
    """Make a campaign with questions of one's own; it calls nobody before it is started."""
    from zoneinfo import ZoneInfo

    from console.campaigns.orders import CampaignOrder, wish_of
    from console.campaigns.spoken import with_languages
    from desks.campaigns import people, registry
    from desks.campaigns.pasted import read_numbers
    from hotline.plans import plan_of
    from ledger.database import open_ledger

    settings = settings_of(data_dir=data, plan=plan)
    loaded = plan_of(settings)
    order = _checked(_read(file), CampaignOrder, str(file))
    wish = wish_of(order, loaded.prompts.timezone)
    loaded.desk(wish.desk)
    pasted = read_numbers(_numbers_in(numbers), ZoneInfo(loaded.prompts.timezone))
    with open_ledger(settings).transaction() as session:
        made = registry.add(session, wish, by=getpass.getuser())
        wanted = with_languages(session, pasted.people)
        added = people.add_people(session, registry.get(session, made), wanted)
        _note(session, made, "made")
    say(f"campaign {made}: {added.added} people; start it with `hotline campaigns start {made}`")
    for bad in pasted.bad:
        say(f"line {bad.line} was not added: {bad.text} ({bad.why})")


def change(
    number: Number,
    file: Annotated[
        Path | None, typer.Argument(help="YAML with what changes, its keys as for `make`.")
    ] = None,
    told: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE, e.g. limit_h=72 or days=[1,2,3].")
    ] = None,
    data: Data = None,
    plan: PlanFile = None,
) -> None:
    """Change a campaign, even while it runs; what is not named stays."""
    from console.campaigns.orders import ChangeOrder, changed_order, wish_of
    from desks.campaigns import changing, registry
    from desks.campaigns.changes import FIXED
    from desks.campaigns.states import CampaignState
    from hotline.plans import plan_of
    from ledger.database import open_ledger

    settings = settings_of(data_dir=data, plan=plan)
    loaded = plan_of(settings)
    wanted = {**(_read(file) if file else {}), **dict(map(_pair, told or []))}
    with open_ledger(settings).transaction() as session:
        campaign = registry.get(session, number)
        order = _checked({**wanted, "version": campaign.version}, ChangeOrder, str(file or "--set"))
        wish = wish_of(changed_order(campaign, order), loaded.prompts.timezone)
        loaded.desk(wish.desk)
        fields = changing.change(session, number, wish, version=campaign.version, by=getpass.getuser())
        changed = registry.get(session, number)
        if changed.state is CampaignState.RUNNING and FIXED & set(fields):
            _check_callable(changed, loaded)
        if fields:
            _note(session, number, "changed", {name: f"{a} → {b}" for name, (a, b) in fields.items()})
    for name, (was, shall) in fields.items():
        say(f"{name}: {was} → {shall}")
    say(f"campaign {number} was changed" if fields else f"campaign {number} is so already")


def start(number: Number, data: Data = None, plan: PlanFile = None) -> None:
    """Let a campaign call."""
    from hotline.plans import plan_of

    settings = settings_of(data_dir=data, plan=plan)
    _move(number, "running", data, plan_of(settings))


def pause(number: Number, data: Data = None) -> None:
    """Let a campaign call nobody for now."""
    _move(number, "paused", data)


def stop(number: Number, data: Data = None) -> None:
    """End a campaign for good."""
    _move(number, "stopped", data)


def run(
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take in tickets that wait, settle what dead lines left, give results back: what workers do."""
    import time
    from dataclasses import asdict

    from hotline.call_backs import go_round
    from ledger.database import open_ledger

    ledger = open_ledger(settings_of(data_dir=data))
    while True:
        done = go_round(ledger)
        if as_json:
            print_json(asdict(done))
        else:
            say(f"tickets taken in: {done.taken}, results given back: {done.told}, lost: {done.lost}")
        if once:
            return
        time.sleep(60)


def _move(number: int, state: str, data: Path | None, plan: Any = None) -> None:
    from desks.campaigns import changing, registry
    from desks.campaigns.states import CampaignState
    from ledger.database import open_ledger

    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        campaign = registry.get(session, number)
        if plan is not None:
            _check_callable(campaign, plan)
        changing.move(session, number, CampaignState(state), by=getpass.getuser())
        _note(session, number, state)
        notes = _unspoken(session, campaign, plan) if plan is not None else []
    say(f"campaign {number} is {state}")
    for note in notes:
        say(str(note))


def _check_callable(campaign: Any, plan: Any) -> None:
    if plan.outbound is None:
        raise SettingsError("the plan has no 'outbound': it says where calls go out (docs/plan.md)")
    missing = sorted(campaign.prompts - set(plan.library.ids))
    if missing:
        raise SettingsError(f"there are no prompts {', '.join(missing)}: render them (docs/campaigns.md)")


def _unspoken(session: Any, campaign: Any, plan: Any) -> list[Any]:
    from desks.campaigns.unspoken import unspoken
    from sip_config.speech import LANGUAGES

    said_in: dict[str, Any] = {language: plan.speech.said_in(language) for language in LANGUAGES}
    return unspoken(session, campaign, said_in, plan.prompts.language)


def _numbers_in(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        text = text_of(file.read_bytes())
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}); name a file of numbers") from error
    if text is None:
        raise SettingsError(f"{file} is neither UTF-8 nor GB18030; save it as CSV UTF-8")
    return text


def _read(file: Path) -> Any:
    try:
        document = YAML(typ="safe").load(file.read_text("utf-8"))
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise SettingsError(f"{file} holds no keys with values; write it as docs/campaigns.md shows")
    return document


def _pair(told: str) -> tuple[str, Any]:
    key, sign, value = told.partition("=")
    if not sign:
        raise SettingsError(f"{told!r} sets nothing; write KEY=VALUE, e.g. limit_h=72")
    try:
        return key.strip(), YAML(typ="safe").load(value)
    except YAMLError as error:
        raise SettingsError(f"{told!r} cannot be read: {error}") from error


def _checked(document: Any, shape: Any, source: str) -> Any:
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise SettingsError(f"{source}: {told}") from error


def _note(session: Any, campaign: int, what: str, fields: dict[str, str] | None = None) -> None:
    from ledger.audit import Act, write
    from ledger.audit_actions import AuditAction

    details = {"campaign": str(campaign), "what": what, **(fields or {})}
    write(session, Act(user=getpass.getuser(), action=AuditAction.CAMPAIGN_CHANGED, details=details))
