"""`/healthz` and `/readyz`."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from console.context import Here
from console.health import service
from console.signin.insiders import Insider

router = APIRouter()


@router.get("/healthz")
def healthz(console: Here) -> JSONResponse:
    """200 while the console lives, else 503. Anybody may ask."""
    health = service.look(console.ledger)
    return JSONResponse(health.model_dump(), status_code=200 if health.ok else 503)


@router.get("/readyz")
def readyz(console: Here, _insider: Insider) -> JSONResponse:
    """200 while the next caller would be answered and recorded, else 503 with what is wrong."""
    readiness = service.look_whole(console.settings, console.ledger, console.switchboard.sip)
    return JSONResponse(readiness.model_dump(), status_code=200 if readiness.ok else 503)
