"""Commands that play a hotline: `demo` and `loadtest`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.commands.options import AsJson, Data, print_json, say
from hotline.logs import set_up_logs
from ledger.clock import now
from ledger.settings import Settings, load_settings

SPARE_LINES = 1  # a place is free again only when the caller's BYE has been answered


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(demo)
    app.command()(loadtest)


def demo(
    calls: Annotated[int, typer.Option("--calls", min=1, max=1000, help="Synthetic callers.")] = 6,
    once: Annotated[
        bool, typer.Option("--once", help="End after the table; else serve the console.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Run a whole hotline on loopback: callers and operators speak over real SIP and RTP.

    Every call is answered, recorded, transcribed by Vosk and scored; the table compares the flags with
    what the dialogues' authors put into them. Exit status 0 only if every call was scored.
    """
    from hotline.demo import show_demo

    settings = _stand_settings(data, "demo")
    whole = asyncio.run(show_demo(settings, calls, once=once, as_json=as_json))
    if not whole:
        raise typer.Exit(1)


def loadtest(
    callers: Annotated[int, typer.Option("--callers", min=1, max=1000, help="Callers at once.")],
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=3600, help="How long.")],
    target: Annotated[
        str | None,
        typer.Option("--target", help="sip:114@HOST:PORT; default: a fleet of its own on loopback."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Load a hotline with the test phone and measure answers and lateness at the caller.

    Exit status 1 where a call stayed unaccounted for.
    """
    document = asyncio.run(_loadtest(target, callers, seconds, data))
    if as_json:
        print_json(document)
    else:
        say("\n".join(f"{name}: {value}" for name, value in document.items()))
    if document["unaccounted"]:
        raise typer.Exit(1)


async def _loadtest(target: str | None, callers: int, seconds: float, data: Path | None) -> dict[str, Any]:
    from callers.load import run_load
    from hotline.stand import open_stand
    from ivr.line import CALLERS_A_LINE

    if target:
        set_up_logs(load_settings().log_level)
        return asdict(await run_load(target, callers=callers, seconds=seconds))
    lines = ceil(callers / CALLERS_A_LINE) + SPARE_LINES
    async with open_stand(_stand_settings(data, "loadtest", lines=lines)) as stand:
        report = await run_load(f"sip:114@{stand.sip_uri}", callers=callers, seconds=seconds)
    return asdict(report)


def _stand_settings(data: Path | None, kind: str, **options: object) -> Settings:
    from hotline.stand import settle

    base = load_settings(data_dir=data)
    set_up_logs("warning" if base.log_level == "info" else base.log_level)
    folder = base.data_dir if data else base.data_dir / kind / f"{now():%Y%m%d-%H%M%S}"
    quiet = {"log_level": "warning"} if base.log_level == "info" else {}
    return settle(folder, **options).model_copy(update=quiet)
