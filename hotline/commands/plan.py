"""Commands that look at the plan: `plan walk`, `plan draw`."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from hotline.commands.options import AsJson, PlanFile, language_named, print_json, say, settings_of
from hotline.plans import plan_of
from ledger.errors import MissingAsset, SettingsError, StorageError
from sip_config.drawing import draw as dot_of
from sip_config.plan import Plan
from sip_config.walk import Moment, walk

_SENTENCES = {
    "key": "presses {detail}",
    "silence": "presses nothing",
    "language": "hears {detail} from now on",
    "collected": "{detail} = {text}",
    "ticket_state": "hears how far the ticket of the line is, where it has one ({detail})",
    "closed": "desk {detail} ({text}) is closed",
    "desk": "waits for an operator of desk {detail} ({text})",
    "voicemail": "leaves a message for desk {detail} ({text})",
    "call_back": "asks to be called back by desk {detail} ({text})",
    "end": "the call ends",
}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    plan = typer.Typer(no_args_is_help=True, help="The plan without a phone: walk through it, draw it.")
    plan.command("walk")(walk_plan)
    plan.command("draw")(draw_plan)
    app.add_typer(plan, name="plan")


def walk_plan(
    number: Annotated[str, typer.Argument(help="The number that is dialled, e.g. 114.")],
    keys: Annotated[
        str,
        typer.Option("--keys", help="What is pressed, a comma for each pause: 1,63012345#,1"),
    ] = "",
    language: Annotated[
        str | None, typer.Option("--language", help="zh, yue or en. [default: the number's]")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="When, e.g. 2026-10-01T09:00. [default: all desks are open]")
    ] = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Print what a caller hears who presses these keys, until a desk or the end."""
    loaded = plan_of(settings_of(prepare=False, plan=plan))
    chosen = language_named(language) if language else None
    way = list(walk(loaded, number, _bursts(keys), language=chosen, at=_moment(at, loaded)))
    if as_json:
        print_json([asdict(moment) for moment in way])
    else:
        say("\n".join(_told(moment) for moment in way))


def draw_plan(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="An .svg or .png file. [default: print Graphviz's DOT]"),
    ] = None,
    plan: PlanFile = None,
) -> None:
    """Draw numbers, menus, keys, desks and overflow (needs Debian's graphviz for a file)."""
    picture = dot_of(plan_of(settings_of(prepare=False, plan=plan)))
    if output is None:
        say(picture.rstrip())
    else:
        render_dot(picture, output)


def render_dot(picture: str, output: Path) -> None:
    """DOT as an SVG or PNG file. Raises SettingsError, MissingAsset, StorageError."""
    kind = output.suffix.removeprefix(".").lower()
    if kind not in {"svg", "png"}:
        raise SettingsError(f"{output} is neither .svg nor .png; name the file with one of them")
    program = shutil.which("dot")
    if program is None:
        raise MissingAsset("drawing needs Graphviz's `dot`: run `apt-get install graphviz`")
    done = subprocess.run([program, f"-T{kind}"], input=picture.encode(), capture_output=True, check=True)
    try:
        output.write_bytes(done.stdout)
    except OSError as error:
        raise StorageError(f"cannot write {output}: {error.strerror}; choose another file with -o") from error


def _told(moment: Moment) -> str:
    if moment.kind == "says":
        return f"hears    {moment.detail}: {moment.text or '(music)'}"
    sentence = _SENTENCES[moment.kind].format(detail=moment.detail, text=moment.text)
    return f"{'caller' if moment.kind in {'key', 'silence'} else '':<8} {sentence}"


def _bursts(keys: str) -> list[str]:
    bursts = [burst.strip() for burst in keys.split(",")]
    strange = sorted({key for burst in bursts for key in burst} - set("0123456789*#"))
    if strange:
        raise SettingsError(f"--keys: {''.join(strange)!r} is on no telephone; keys are 0 to 9, # and *")
    return bursts


def _moment(at: str | None, plan: Plan) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise SettingsError(f"--at {at!r} is no time; write it like 2026-10-01T09:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(plan.prompts.timezone))
