"""Commands for agreement: `rounds new`, `rounds list`, `rounds show`, `rounds close`, `agreement`."""

from __future__ import annotations

import getpass
import re
import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from console.rounds import service
from console.rounds.schemas import RoundView, round_document
from console.rounds.wording import KINDS
from hotline.agreement_tables import report_view
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from hotline.rounds import Wish, order_of
from hotline.tables import show_table
from ledger import blind_rounds
from ledger.clock import now
from ledger.database import open_ledger
from ledger.states import RoundKind
from qa_scoring import load_packs

MOST_SEED = 2**31
TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
RoundId = Annotated[
    int, typer.Argument(metavar="ROUND", help="The round's number, from `hotline rounds list`.")
]
MaybeRound = Annotated[int | None, typer.Argument(metavar="[ROUND]", help="Only this round.")]
Names = Annotated[list[str], typer.Option("--raters", help="Who judges: names, several with commas.")]
Calls = Annotated[list[str], typer.Option("--calls", help="What is judged: ids, several with commas.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        no_args_is_help=True, help="Rounds in which several people judge the same calls blind."
    )
    group.command("new")(new)
    group.command("list")(list_all)
    group.command("show")(show)
    group.command("close")(close)
    app.add_typer(group, name="rounds")
    app.command()(agreement)


def new(
    calls: Calls,
    raters: Names,
    kind: Annotated[RoundKind, typer.Option("--kind")] = RoundKind.DOUBLE,
    expert: Annotated[
        str | None, typer.Option("--expert", help="Whose reviews a calibration is held against.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What people see. [default: kind and day]")
    ] = None,
    repeat_share: Annotated[
        float | None,
        typer.Option("--repeat-share", min=0, max=1, help="Judged twice by each. [default: calibration 0.1]"),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="[default: drawn, and printed]")] = None,
    opens: Annotated[
        datetime | None, typer.Option("--opens", formats=TIMES, help="UTC. [default: now]")
    ] = None,
    closes: Annotated[
        datetime | None, typer.Option("--closes", formats=TIMES, help="UTC. [default: when it is closed]")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Begin a round: each call is judged by two, or in a calibration every call by everybody."""
    settings = settings_of(data_dir=data)
    ledger, at = open_ledger(settings), now()
    wish = Wish(
        title=title or f"{KINDS[kind]} {at:%Y-%m-%d}",
        kind=kind,
        call_ids=_each(calls),
        raters=_each(raters),
        expert=expert,
        repeat_share=_share(kind, repeat_share),
        seed=secrets.randbelow(MOST_SEED) if seed is None else seed,
        made_by=getpass.getuser(),
        opens_at=_utc(opens) or at,
        closes_at=_utc(closes),
    )
    with ledger.transaction() as session:
        round_id = blind_rounds.add_round(session, order_of(session, load_packs(settings.packs_dir), wish))
        view, looked = (
            service.open_view(session, None, round_id),
            blind_rounds.looked_before(session, round_id),
        )
    if as_json:
        print_json({**round_document(view).model_dump(mode="json"), "looked_before": looked})
        return
    say(_line(view))
    for name, call_ids in looked.items():
        say(f"{name} has looked at {len(call_ids)} of these calls before: {', '.join(call_ids)}")


def list_all(data: Data = None, as_json: AsJson = False) -> None:
    """List the rounds, the newest first."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        views = service.list_views(session, None)
    if as_json:
        print_json([round_document(view).model_dump(mode="json") for view in views])
    else:
        say("\n".join(map(_line, views)) or "no rounds yet")


def show(round_id: RoundId, data: Data = None, as_json: AsJson = False) -> None:
    """Show who is how far in a round; never what was judged."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        view = service.open_view(session, None, round_id)
    if as_json:
        print_json(round_document(view).model_dump(mode="json"))
        return
    say(_line(view))
    for person in view.people:
        say(f"{person.user}: {person.done} of {person.due}")


def close(round_id: RoundId, data: Data = None) -> None:
    """End a round: nothing is taken any more, and everybody sees the calls again as they are."""
    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        service.close(session, round_id, by=getpass.getuser())
    say(f"round {round_id} is closed; `hotline agreement {round_id}` shows what it gave")


def agreement(
    round_id: MaybeRound = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=TIMES, help="Reviews submitted since (UTC).")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=TIMES, help="Reviews submitted before (UTC).")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Of the intervals. [default: the round's, or 0]")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show how far people agree with each other, with the expert, the machine and themselves.

    Of one round, or of all reviews in a time. Calls that somebody still judges are left out.
    """
    ledger = open_ledger(settings_of(data_dir=data))
    with ledger.reading() as session:
        drawn = 0 if round_id is None else blind_rounds.get_round(session, round_id).seed
        report = service.agreement_of(
            session,
            round_id=round_id,
            since=_utc(since),
            until=_utc(until),
            seed=drawn if seed is None else seed,
        )
    if as_json:
        print_json(report.document)
    else:
        show_table(report_view(report))


def _each(given: list[str]) -> list[str]:
    """What was named, with commas or blanks between, each once."""
    return list(dict.fromkeys(name for text in given for name in re.split(r"[,，\s]+", text) if name))


def _share(kind: RoundKind, given: float | None) -> float:
    if given is not None:
        return given
    return 0.1 if kind is RoundKind.CALIBRATION else 0.0


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _line(view: RoundView) -> str:
    found = view.round
    state = "closed" if view.is_closed else "open" if view.is_open else "not open yet"
    return (
        f"round {found.id}: {found.title} ({found.kind}), {view.calls} calls, "
        f"{view.done} of {view.due} reviews in, {state}, seed {found.seed}"
    )
