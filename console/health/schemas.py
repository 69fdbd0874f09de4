"""What `/healthz` and `/readyz` answer."""

from __future__ import annotations

from pydantic import BaseModel


class Health(BaseModel):
    """`ok` is true only if the ledger can be read; `problems` says in sentences what is wrong."""

    ok: bool
    ledger: bool
    problems: list[str]


class Readiness(BaseModel):
    """`ok` is true only if every check is; each that is not has its sentence in `problems`."""

    ok: bool
    checks: dict[str, bool]  # ledger, lines, sip, pipeline, disk
    problems: list[str]
    warnings: list[str] = []  # what will be a problem soon: 200 all the same
