"""Commands for samples: `sample draw`, `list`, `show`, `repeat`, `assign`, `estimate`, `size`."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.reporting import Basis

DAY = ["%Y-%m-%d"]
DrawId = Annotated[int, typer.Argument(metavar="DRAW", help="The draw's number, from `hotline sample list`.")]
SamplePlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="The sampling plan, a YAML file.")]
Seed = Annotated[
    str | None,
    typer.Option("--seed", help="Any text, e.g. from dice thrown in public. [default: by chance, and told]"),
]
First = Annotated[datetime | None, typer.Option("--from", formats=DAY, help="The window's first day.")]
End = Annotated[
    datetime | None, typer.Option("--to", formats=DAY, help="The day after the window's last day.")
]
Names = Annotated[
    list[str] | None,
    typer.Option("--monitor", help="Hand out to this user, again for more. [default: all monitors]"),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    sample = typer.Typer(no_args_is_help=True, help="Random samples of calls, and what they say of all.")
    sample.command("draw")(draw)
    sample.command("list")(list_draws)
    sample.command("show")(show)
    sample.command("repeat")(repeat)
    sample.command("assign")(assign)
    sample.command("estimate")(estimate)
    sample.command("size")(size)
    app.add_typer(sample, name="sample")


def draw(
    sample_plan: SamplePlanFile,
    seed: Seed = None,
    first: First = None,
    end: End = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Draw, tell, and keep nothing.")] = False,
    hand_out: Annotated[
        bool, typer.Option("--assign", help="Hand the calls to the monitors at once.")
    ] = False,
    monitor: Names = None,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Freeze the frame, draw from it, and keep both, so that anybody can draw the same again."""
    from hotline import sampling
    from hotline.sample_documents import strata_table
    from hotline.tables import show_table
    from ledger.database import open_ledger
    from qa_scoring.sampling import load_sample_plan

    wanted = load_sample_plan(sample_plan)
    window = sampling.window_of(wanted, first.date() if first else None, end.date() if end else None)
    settings = settings_of(data_dir=data, plan=plan)
    ledger = open_ledger(settings)
    with ledger.reading() as session:
        taken = sampling.take(session, settings, wanted, seed=sampling.checked_seed(seed), window=window)
    draw_id, hands = None, {}
    if not dry_run:
        with ledger.transaction() as session:
            draw_id = sampling.keep(session, taken, getpass.getuser())
            hands = _deal(session, draw_id, DrawPart.MONITORS, monitor) if hand_out else {}
    if as_json:
        print_json(sampling.taken_document(taken, draw_id, hands))
        return
    show_table(strata_table(sampling.strata_documents(taken)))
    say(sampling.taken_sentence(taken, draw_id))
    _say_hands(hands)


def list_draws(data: Data = None, as_json: AsJson = False) -> None:
    """List the draws, newest first."""
    from hotline.sample_documents import draws_table, head_document
    from hotline.tables import show_table
    from ledger import samples
    from ledger.database import open_ledger

    with open_ledger(settings_of(data_dir=data)).reading() as session:
        found = samples.list_draws(session)
    if as_json:
        print_json([head_document(one) for one in found])
    else:
        show_table(draws_table(found))


def show(
    draw_id: DrawId,
    frame: Annotated[
        bool, typer.Option("--frame", help="Print the frozen frame; its sha256sum is the frame's hash.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show a draw: what it takes to repeat it, and each call with probability and weight."""
    from hotline.sample_documents import draw_document, sampled_table, strata_table
    from hotline.tables import show_table
    from ledger import samples
    from ledger.database import open_ledger
    from qa_scoring.sampling import Frame

    with open_ledger(settings_of(data_dir=data)).reading() as session:
        kept = samples.get_draw(session, draw_id)
        if frame:
            say(Frame.unpacked(samples.get_frame(session, kept.frame_sha256)).text.removesuffix("\n"))
            return
        calls = samples.sampled_calls(session, draw_id)
    if as_json:
        print_json(draw_document(kept, calls))
        return
    say(f"{kept.title}: {kept.first_day} to before {kept.end_day}, {kept.zone}")
    say(f"seed {kept.seed}   frame {kept.frame_sha256}   by {kept.algorithm}")
    show_table(strata_table(kept.strata))
    show_table(sampled_table(calls))


def repeat(draw_id: DrawId, data: Data = None, as_json: AsJson = False) -> None:
    """Draw again from the frame that is kept and prove that the draw is the same. Exit status 1 if not."""
    from dataclasses import asdict

    from hotline import sampling
    from ledger.database import open_ledger

    with open_ledger(settings_of(data_dir=data)).reading() as session:
        told = sampling.repeat(session, draw_id)
    if as_json:
        print_json({"draw": draw_id, "identical": told.is_identical, **asdict(told)})
    elif told.is_identical:
        say(
            f"draw {draw_id} is identical: the frame has its hash, and the same {told.drawn} calls were drawn"
        )
    else:
        say(f"draw {draw_id} DIFFERS from what is kept: {asdict(told)}")
    if not told.is_identical:
        raise typer.Exit(1)


def assign(
    draw_id: DrawId,
    monitor: Names = None,
    part: Annotated[DrawPart, typer.Option("--part", help="Whose calls.")] = DrawPart.MONITORS,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Hand the calls of a draw that nobody has yet to the monitors, evenly."""
    from ledger.database import open_ledger

    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        hands = _deal(session, draw_id, part, monitor)
    if as_json:
        print_json(hands)
    else:
        _say_hands(hands)


def estimate(
    draw_id: DrawId,
    by: Annotated[
        Basis | None,
        typer.Option(
            "--by", help="Whose judgement. [default: people once a call is checked, else the machine]"
        ),
    ] = None,
    part: Annotated[DrawPart, typer.Option("--part", help="Whose sample.")] = DrawPart.MONITORS,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Estimate all calls of the frame, each team, desk and operator, with 95 % intervals."""
    from hotline.sample_documents import report_document, report_sentences, report_table
    from hotline.tables import show_table
    from ledger import sample_verdicts, samples
    from ledger.database import open_ledger
    from qa_scoring.sampling.reporting import report_on

    with open_ledger(settings_of(data_dir=data)).reading() as session:
        kept, calls = samples.get_draw(session, draw_id), samples.sampled_calls(session, draw_id)
        verdicts = sample_verdicts.verdicts_of_draw(session, draw_id)
    report = report_on(kept, calls, verdicts, part=part, basis=by)
    if as_json:
        print_json(report_document(report))
        return
    show_table(report_table(report))
    say("\n".join(report_sentences(report)))


def size(
    show_below: Annotated[
        float | None, typer.Option("--show-below", min=0, help="Show that a rate lies below this.")
    ] = None,
    per: Annotated[int, typer.Option("--per", min=1, help="The rates are per so many calls.")] = 1,
    true: Annotated[float | None, typer.Option("--true", min=0, help="What the rate may really be.")] = None,
    power: Annotated[
        float, typer.Option("--power", min=0.01, max=0.999, help="The chance of success.")
    ] = 0.8,
    half_width: Annotated[
        float | None, typer.Option("--half-width", min=1e-9, help="An interval of plus and minus this.")
    ] = None,
    share: Annotated[float | None, typer.Option("--share", min=0, help="Of a share of about this.")] = None,
    spread: Annotated[
        float | None,
        typer.Option("--spread", min=1e-9, help="Of a mean; values have this standard deviation."),
    ] = None,
    population: Annotated[int | None, typer.Option("--population", min=1, help="Calls in all.")] = None,
    confidence: Annotated[float, typer.Option("--confidence", min=0.5, max=0.9999)] = 0.95,
    sensitivity: Annotated[float | None, typer.Option("--sensitivity", min=0.01, max=1)] = None,
    specificity: Annotated[float | None, typer.Option("--specificity", min=0.01, max=1)] = None,
    planted: Annotated[
        int, typer.Option("--planted", min=1, help="Planted errors that the machine is tried on.")
    ] = 300,
    as_json: AsJson = False,
) -> None:
    """Say how many calls it takes: for a width, or to show that a rate lies below a bound."""
    from hotline import sample_sizes
    from hotline.tables import show_table

    if show_below is None:
        document = sample_sizes.width_document(
            share=share, spread=spread, half_width=half_width, population=population, confidence=confidence
        )
        print_json(document) if as_json else say(sample_sizes.width_sentence(document))
        return
    wish = sample_sizes.Wish(
        bound=show_below / per,
        per=per,
        true_rate=None if true is None else true / per,
        power=power,
        confidence=confidence,
        population=population,
        sensitivity=sensitivity,
        specificity=specificity,
        planted=planted,
    )
    document = sample_sizes.below_document(wish)
    if as_json:
        print_json({**document, "sentences": list(sample_sizes.below_sentences(wish, document))})
        return
    show_table(sample_sizes.below_table(document))
    say("\n".join(sample_sizes.below_sentences(wish, document)))


def _deal(session: Any, draw_id: int, part: DrawPart, monitor: list[str] | None) -> dict[str, int]:
    from hotline import sampling
    from ledger import samples
    from ledger.errors import SettingsError

    if part is DrawPart.OUTSIDE and not monitor:
        raise SettingsError("say who the outside supervisors are: --monitor NAME, again for each")
    return sampling.hand_out(session, draw_id, part, samples.listeners(session, monitor or ()))


def _say_hands(hands: dict[str, int]) -> None:
    for name, count in hands.items():
        say(f"{count} calls to {name}")
