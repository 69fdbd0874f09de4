"""Brings events to webhooks: signed, again and again until they arrive or are given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import structlog

from ledger.database import UNWRITABLE, Ledger
from ledger.errors import HotlineError
from ledger.webhooks import DeliveryState, Parcel, note_try, take_due

LOOK_EVERY_S = 2.0
AT_ONCE = 8  # parcels of one look, which lasts as long as its slowest receiver
TIMEOUT_S = 10.0  # of a receiver that says nothing
SECRET_PREFIX = "whsec_"  # noqa: S105 - what the specification puts before a secret

log = structlog.get_logger(__name__)


class Courier:
    """A thread beside the console. Several may run: each takes what no other has."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to look for what is due."""
        self._thread.start()

    def stop(self) -> None:
        """End after the parcels that are under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client,
            ThreadPoolExecutor(AT_ONCE) as porters,
        ):
            while not self._stopped.is_set():
                try:
                    sent = self._round(client, porters)
                except (
                    HotlineError,
                    *UNWRITABLE,
                ) as error:  # the ledger is away: nothing is lost, it is all in there
                    log.warning("courier_waits", error=str(error))
                    sent = 0
                if sent < AT_ONCE:
                    self._stopped.wait(LOOK_EVERY_S)

    def _round(self, client: httpx.Client, porters: ThreadPoolExecutor) -> int:
        with self._ledger.transaction() as session:
            parcels = take_due(session, limit=AT_ONCE)
        list(porters.map(lambda parcel: self._bring(client, parcel), parcels))
        return len(parcels)

    def _bring(self, client: httpx.Client, parcel: Parcel) -> None:
        arrived, said = send(client, parcel)
        with self._ledger.transaction() as session:
            state = note_try(session, parcel.id, arrived=arrived, said=said)
        told = log.info if arrived else log.warning
        told("webhook_told", delivery=parcel.id, tries=parcel.tries + 1, state=state, said=said)
        if state is DeliveryState.FAILED:
            log.error("webhook_given_up", delivery=parcel.id, said=said)


def send(client: httpx.Client, parcel: Parcel) -> tuple[bool, str]:
    """Whether it arrived (any 2xx), and what the receiver or the network said."""
    try:
        content, headers = parcel.body.encode(), headers_of(parcel)
        with client.stream("POST", parcel.url, content=content, headers=headers) as answer:  # nobody reads it
            return answer.is_success, f"HTTP {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return False, f"{type(error).__name__}: {error}"


def headers_of(parcel: Parcel, at_s: float | None = None) -> dict[str, str]:
    """Id, moment and signature as the Standard Webhooks specification has them."""
    moment = str(int(time.time() if at_s is None else at_s))
    number = f"msg_{parcel.id}"
    return {
        "content-type": "application/json",
        "user-agent": "hotline",
        "webhook-id": number,
        "webhook-timestamp": moment,
        "webhook-signature": _signature(parcel.secret, (number, moment, parcel.body)),
    }


def _signature(secret: str, signed: Sequence[str]) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, ".".join(signed).encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
