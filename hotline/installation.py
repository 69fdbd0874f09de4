"""What processes an installation consists of, and the environment that carries its settings to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.children import GRACE_S, Child, Program
from hotline.lines import is_behind_edge
from ledger.settings import Settings
from sip_config import Plan


def installation(settings: Settings, plan: Plan) -> tuple[Sequence[Child], Mapping[str, str]]:
    """The children for a supervisor, and their environment.

    A machine that has an edge elsewhere runs lines only.
    """
    stop_lines_s = settings.drain_s + GRACE_S
    children: list[Child] = []
    if settings.lines:
        children.append(
            Program(
                name="lines",
                arguments=["hotline.processes.lines"],
                grace_s=stop_lines_s,
                stops_first=True,
                hears_hangup=True,
            )
        )
    if settings.edge is None:
        if is_behind_edge(settings, plan):
            children.append(Program(name="edge", arguments=["hotline.processes.edge"], starts_last=True))
        children.append(Program(name="worker", arguments=["hotline.processes.worker"], hears_hangup=True))
        children.append(Program(name="archivist", arguments=["hotline.processes.archivist"]))
        children.append(Program(name="console", arguments=["hotline.processes.console"]))
        if plan.canary and plan.canary.calls_a_day:
            children.append(Program(name="canary", arguments=["hotline.processes.canary"], starts_last=True))
    return children, environment_of(settings)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as HOTLINE_ variables, so that every process has the same ones.

    Keys given in the environment are in every child's environment already.
    """
    values = settings.model_dump(mode="json", exclude_none=True, exclude={"recording_key"})
    return {f"HOTLINE_{name.upper()}": str(value) for name, value in values.items()}
