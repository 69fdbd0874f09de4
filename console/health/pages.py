"""`/healthz` and `/metrics`."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from console.context import Here
from console.health import service
from console.signin.visitors import signed_in

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter()


@router.get("/healthz")
def healthz(console: Here) -> JSONResponse:
    """200 if all is well, else 503."""
    health = service.look(console.ledger)
    return JSONResponse(health.model_dump(), status_code=200 if health.ok else 503)


@router.get("/metrics")
def metrics(request: Request, console: Here) -> PlainTextResponse:
    """Figures for Prometheus: without a sign-in only on this machine."""
    if not _is_from_here(request):
        signed_in(request, console)
    return PlainTextResponse(service.metrics_text(console.ledger), media_type=METRICS_TYPE)


def _is_from_here(request: Request) -> bool:
    """A proxy on this machine makes everybody look local: what it forwards is not from here."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
