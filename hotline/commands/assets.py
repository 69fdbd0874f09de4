"""Commands for models and prompts: `models list/install/compose/verify`, `prompts render/check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from asr_models.store import InstalledModel, install, list_assets, require, verify
from hotline.commands.options import AsJson, PlanFile, language_named, print_json, say, settings_of
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from ledger.settings import Settings
from sip_config import check_prompts

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="[default: the plan's recognisers]")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    models = typer.Typer(
        no_args_is_help=True, help="Speech models and voices: list, install, compose, verify."
    )
    models.command("list")(list_models)
    models.command("install")(install_models)
    models.command("compose")(compose_models)
    models.command("verify")(verify_models)
    app.add_typer(models, name="models")
    prompts = typer.Typer(no_args_is_help=True, help="What callers hear: render texts to audio, check them.")
    prompts.command("render")(render)
    prompts.command("check")(check)
    app.add_typer(prompts, name="prompts")


def list_models(as_json: AsJson = False) -> None:
    """List the catalogue and what of it is on this machine."""
    settings = settings_of(prepare=False)
    states = list_assets(settings.models_dir)
    serves = Recognisers(settings, plan_of(settings)).serves()
    if as_json:
        print_json(
            [
                {
                    "name": status.asset.name,
                    "kind": status.asset.kind,
                    "language": status.asset.language,
                    "licence": status.asset.licence,
                    "size_bytes": status.asset.size_bytes or None,
                    "sha256": status.asset.sha256,
                    "sources": sorted({str(one) for file in status.asset.files for one in file.sources}),
                    "serves": serves.get(status.asset.name, []),
                    "state": status.state,
                    "path": str(status.path),
                    "problems": list(status.problems),
                }
                for status in states
            ]
        )
        return
    for status in states:
        asset = status.asset
        size = f"{asset.size_bytes / 1e6:7.1f} MB" if asset.size_bytes else "not pinned"
        what = f"{asset.name:<28} {asset.kind:<11} {asset.language:<6} {size}  {status.state:<9}"
        say(f"{what}  {', '.join(serves.get(asset.name, []))}".rstrip())


def install_models(
    names: Names = None,
    from_dir: Annotated[
        Path | None, typer.Option("--from", help="A folder with the files, brought by hand, or the one file.")
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", help="Of a file that the catalogue does not pin: the hash that you trust."),
    ] = None,
) -> None:
    """Install a model: from a folder, or from its sources in turn; its hash is checked.

    A download that broke off goes on where it stopped. Several models stand side by side; which one hears
    whom is in the plan (`recognisers`).
    """
    settings = settings_of(prepare=False)
    for name in names or _named(settings):
        with _Bar() as bar:
            path = install(name, settings.models_dir, from_dir=from_dir, sha256=sha256, progress=bar.report)
        say(f"{name}: {path}")
        _hint_at_composing(require(name, settings.models_dir))


def compose_models(names: Names = None) -> None:
    """Compose small models' graphs before anything is heard: it halves the work of all transcribing.

    A minute, 5 GB of memory and 1.3 GB of disk for each model; once, and again after an upgrade.
    """
    from transcriber.kept_graph import compose_model, is_small

    settings = settings_of(prepare=False)
    for name in names or _named(settings):
        model = require(name, settings.models_dir)
        if is_small(model):
            say(f"{name}: composing takes about a minute")
            say(f"{name}: {compose_model(model)}")
        else:
            say(f"{name}: nothing to compose")


def _hint_at_composing(model: InstalledModel) -> None:
    from transcriber.kept_graph import is_composed, is_small

    if is_small(model) and not is_composed(model):
        say(f"`hotline models compose {model.name}` halves what hearing costs: a minute, 5 GB of memory")


def verify_models(names: Names = None) -> None:
    """Hash every file of an installed model again. Exit status 2 where one has changed."""
    settings = settings_of(prepare=False)
    problems = [
        problem for name in names or _named(settings) for problem in verify(name, settings.models_dir)
    ]
    say("\n".join(problems) or "verified: every file is the one that was pinned")
    if problems:
        raise typer.Exit(2)


def _named(settings: Settings) -> list[str]:
    return Recognisers(settings, plan_of(settings)).all_named()


def render(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of prompts or dialogues. [default: our own]")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="Of the folder's own texts; its subfolders say theirs.")
    ] = "zh",
    dialogues: Annotated[bool, typer.Option("--dialogues", help="Test dialogues, not prompts.")] = False,
) -> None:
    """Render texts that changed to audio (needs the `render` extra and the voices' models).

    Each new file is given to the recogniser; texts that it does not understand are named: reword them.
    """
    from asr_models.voice import ASSET, ENGLISH_ASSET, Voice
    from callers.dialogue import STANDARD
    from hotline.ear import Ear
    from hotline.render import render_all_prompts, render_dialogues
    from sip_config.prompts import PROMPTS_HOME
    from transcriber.decoder import Decoder

    settings = settings_of(prepare=False)
    voice = Voice(*(require(name, settings.models_dir).path for name in (ASSET, ENGLISH_ASSET)))
    ear = Ear(Decoder(require(settings.model, settings.models_dir)))
    with _Bar() as bar:
        if dialogues:
            report = render_dialogues(folder or STANDARD, voice, bar.report, listener=ear)
        else:
            spoken = language_named(language)
            report = render_all_prompts(
                folder or PROMPTS_HOME, voice, bar.report, language=spoken, listener=ear
            )
    for misheard in report.misheard:
        say(f"{misheard.path.name}: {misheard.text!r} is heard as {misheard.heard!r}; reword it")
    say(f"rendered {len(report.rendered)}, unchanged {len(report.kept)}, removed {len(report.removed)}")


def check(plan: PlanFile = None) -> None:
    """Check that every prompt's audio belongs to its text. Exit status 2 where one does not."""
    problems = check_prompts(plan_of(settings_of(prepare=False, plan=plan)))
    say("\n".join(problems) or "every prompt's audio belongs to its text")
    if problems:
        raise typer.Exit(2)


class _Bar:
    """A progress bar on standard error."""

    def __enter__(self) -> _Bar:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, transient=True)
        self._progress.console.stderr = True
        self._task: TaskID = self._progress.add_task("", total=None)
        self._progress.start()
        return self

    def report(self, done_bytes: int, total_bytes: int | None, what: str) -> None:
        self._progress.update(self._task, completed=done_bytes, total=total_bytes, description=what)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
