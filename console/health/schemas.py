"""What `/healthz` answers."""

from __future__ import annotations

from pydantic import BaseModel


class Health(BaseModel):
    """`ok` is true only if everything below it is."""

    ok: bool
    ledger: bool  # it can be reached and read
