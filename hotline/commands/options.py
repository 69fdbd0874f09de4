"""Options that several commands share, and how answers are printed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from typing import Annotated, Any

import typer

from hotline.logs import set_up_logs
from ledger.errors import SettingsError
from ledger.settings import Settings, load_settings, prepare_data_dir
from sip_config.fields import Language
from sip_config.speech import LANGUAGES

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Where everything is kept. [default: ./var, or HOTLINE_DATA_DIR]"),
]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="The plan. [default: the standard plan, or HOTLINE_PLAN]")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else on standard output.")
]


def settings_of(*, prepare: bool = True, **options: Any) -> Settings:
    """Settings from options and the environment, logs set up, the data directory made."""
    settings = load_settings(**options)
    set_up_logs(settings.log_level)
    if prepare:
        prepare_data_dir(settings)
    return settings


def language_named(name: str) -> Language:
    """A language by its code. Raises SettingsError."""
    for language in LANGUAGES:
        if name == language:
            return language
    raise SettingsError(f"{name!r} is no language of ours; choose one of {', '.join(LANGUAGES)}")


def new_password(variable: str, shortest: int) -> str:
    """A password from the environment, else asked for twice. Raises SettingsError for a short one."""
    given = os.environ.get(variable) or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    if len(given) < shortest:
        raise SettingsError(f"the password is too short: use at least {shortest} characters")
    return str(given)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))  # noqa: T201 - the answer


def print_json_list(documents: Iterable[Any]) -> None:
    """One JSON list on standard output, each document as soon as it is there."""
    before = "["
    for document in documents:
        text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
        print(f"{before}\n{indent(text, '  ')}", end="")  # noqa: T201 - the answer
        before = ","
    print("[]" if before == "[" else "\n]")  # noqa: T201 - the answer


def say(text: str = "") -> None:
    """A line of the answer on standard output."""
    print(text)  # noqa: T201 - the answer
