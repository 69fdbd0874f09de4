"""`/metrics`."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client.exposition import choose_encoder
from sqlalchemy.exc import SQLAlchemyError

from console.context import Here
from console.health.service import LEDGER_GONE
from console.metrics.collector import LedgerCollector
from console.signin.insiders import Insider

log = structlog.get_logger(__name__)

router = APIRouter()


@router.get("/metrics")
def metrics(request: Request, console: Here, _insider: Insider) -> Response:
    """The text format that the asker prefers; 503 while the ledger cannot be read."""
    collector = LedgerCollector(console.settings, console.ledger, console.switchboard, console.zone)
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    try:
        return Response(encode(collector), media_type=media_type)
    except SQLAlchemyError as error:
        log.error("metrics_blind", error=str(error))  # noqa: TRY400 - the database's words are enough
        return PlainTextResponse(LEDGER_GONE, status_code=503)
