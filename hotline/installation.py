"""What processes an installation consists of, and the environment that carries its settings to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.supervisor import Child
from ledger.settings import Settings


def installation(settings: Settings) -> tuple[Sequence[Child], Mapping[str, str]]:
    """The children for a supervisor, and their environment."""
    children = [
        Child(name="line-1", arguments=["hotline.processes.line", "line-1"]),
        Child(name="worker", arguments=["hotline.processes.worker"]),
        Child(name="console", arguments=["hotline.processes.console"]),
    ]
    return children, environment_of(settings)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as HOTLINE_ variables, so that every process has the same ones."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"HOTLINE_{name.upper()}": str(value) for name, value in values.items()}
