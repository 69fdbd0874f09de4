"""Events reach webhooks: signed, again until they arrive, and told once for each flag."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from standardwebhooks import Webhook, WebhookVerificationError

from hotline.courier import Courier
from ledger import calls, judgements, webhooks
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Scorecard, Transcript
from ledger.states import Origin
from ledger.tables import DeliveryRow
from ledger.webhooks import DeliveryState, Event, Parcel

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DRIPS = 100


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent, and answers with the statuses that it was told, then with 204."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.came = threading.Semaphore(0)
        self.drips = False  # an answer without an end
        self.dripped = 0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers.items()), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("location", "http://127.0.0.1:9/")
        self.end_headers()
        if self.server.drips:
            self._drip()
        self.server.came.release()

    def _drip(self) -> None:
        """Until nobody listens any more, for five seconds at most."""
        with suppress(ConnectionError):
            while self.server.dripped < DRIPS:
                self.wfile.write(b".")
                self.server.dripped += 1
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program that is told."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def courier(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Courier]:
    """One that looks often and tries again at once."""
    monkeypatch.setattr("hotline.courier.LOOK_EVERY_S", 0.02)
    monkeypatch.setattr("ledger.webhooks.RETRY_AFTER_S", (0.0, 0.0))
    made = Courier(ledger)
    made.start()
    yield made
    made.stop()


def judge(ledger: Ledger, call_id: str, *flags: str) -> None:
    """A call's scorecard, as the pipeline leaves it."""
    heard = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=())
    with ledger.transaction() as session:
        number = judgements.save_transcript(session, call_id, heard)
        card = Scorecard(pack="p", pack_version="1", score=70.0, flags=flags, findings=())
        judgements.save_scorecard(session, call_id, number, card)


def add(ledger: Ledger, call_id: str, origin: Origin = Origin.SIP) -> None:
    """A call."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", origin=origin, caller="13800000001")


def hook(ledger: Ledger, url: str, *events: Event) -> int:
    """A webhook."""
    with ledger.transaction() as session:
        return webhooks.add_webhook(session, url=url, secret=SECRET, events=events, by="root")


def states(ledger: Ledger) -> list[str]:
    """How far the deliveries are, the oldest first."""
    with ledger.reading() as session:
        return [one.state for one in reversed(webhooks.list_deliveries(session, limit=50))]


def test_a_flag_is_told_once_and_signed(ledger: Ledger, receiver: Receiver, courier: Courier) -> None:
    """The specification's own library finds the signature right; no words, no number; not told twice."""
    hook(ledger, receiver.url, Event.FLAGGED)
    hook(ledger, receiver.url, Event.APPEALED)
    add(ledger, "a")
    add(ledger, "canary", Origin.CANARY)
    judge(ledger, "a")
    judge(ledger, "canary", "greeting")
    judge(ledger, "a", "greeting")
    judge(ledger, "a", "greeting")
    judge(ledger, "a")
    assert receiver.came.acquire(timeout=10)
    courier.stop()
    assert len(receiver.got) == 1
    headers, body = receiver.got[0]
    checked = Webhook(SECRET).verify(body.decode(), headers)
    assert checked == json.loads(body)
    assert checked["type"] == "call.flagged"
    assert (checked["data"]["call_id"], checked["data"]["flags"]) == ("a", ["greeting"])
    assert b"13800000001" not in body
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.decode().replace("greeting", "closing"), headers)
    assert states(ledger) == ["done"]


def test_a_ledger_that_is_away_ends_nobody_s_work(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that was started anew, or a busy one: the courier looks again."""
    away = [OperationalError("SELECT", {}, Exception("database is locked"))]

    def take(session: Session, *, limit: int) -> list[Parcel]:
        if away:
            raise away.pop()
        return webhooks.take_due(session, limit=limit)

    monkeypatch.setattr("hotline.courier.take_due", take)
    monkeypatch.setattr("hotline.courier.LOOK_EVERY_S", 0.02)
    hook(ledger, receiver.url, Event.FLAGGED)
    add(ledger, "a")
    judge(ledger, "a", "greeting")
    courier = Courier(ledger)
    courier.start()
    assert receiver.came.acquire(timeout=10)
    courier.stop()
    assert states(ledger) == ["done"]


def test_an_answer_without_an_end_holds_nobody_up(
    ledger: Ledger, receiver: Receiver, courier: Courier
) -> None:
    """Its status says all; what follows is not read."""
    receiver.drips, receiver.statuses = True, [200]
    hook(ledger, receiver.url, Event.FLAGGED)
    add(ledger, "a")
    judge(ledger, "a", "greeting")
    assert receiver.came.acquire(timeout=10)
    courier.stop()
    assert receiver.dripped < DRIPS
    assert states(ledger) == ["done"]


def test_it_is_tried_again_with_the_same_id_and_given_up(
    ledger: Ledger, receiver: Receiver, courier: Courier
) -> None:
    """A 500 and a redirect are no arrival; after the last try the page says so and can send again."""
    number = hook(ledger, receiver.url, Event.FLAGGED)
    receiver.statuses = [500, 302]
    add(ledger, "a")
    judge(ledger, "a", "greeting")
    for _ in range(3):
        assert receiver.came.acquire(timeout=10)
    courier.stop()
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert states(ledger) == ["done"]
    with ledger.transaction() as session:
        [delivery] = webhooks.list_deliveries(session, limit=5)
        webhooks.send_again(session, delivery.id)
        for expected in (DeliveryState.DUE, DeliveryState.DUE, DeliveryState.FAILED):
            assert webhooks.note_try(session, delivery.id, arrived=False, said="HTTP 500") is expected
        webhooks.stop_webhook(session, number)


def test_a_stopped_webhook_is_told_nothing(ledger: Ledger) -> None:
    """Not even what was written down while somebody stopped it."""
    number = hook(ledger, "http://127.0.0.1:9/", Event.FLAGGED)
    add(ledger, "a")
    judge(ledger, "a", "greeting")
    with ledger.transaction() as session:
        webhooks.stop_webhook(session, number)
        [delivery] = webhooks.list_deliveries(session, limit=5)
        session.get_one(DeliveryRow, delivery.id).state = DeliveryState.DUE
    with ledger.transaction() as session:
        assert webhooks.take_due(session, limit=5) == []
    assert states(ledger) == ["failed"]


def test_nobody_takes_what_another_is_bringing(ledger: Ledger) -> None:
    """A parcel is leased; after the lease of one that died it is due again."""
    hook(ledger, "http://127.0.0.1:9/", Event.FLAGGED)
    add(ledger, "a")
    judge(ledger, "a", "greeting")
    with ledger.transaction() as session:
        [parcel] = webhooks.take_due(session, limit=5)
    with ledger.transaction() as session:
        assert webhooks.take_due(session, limit=5) == []
        session.get_one(DeliveryRow, parcel.id).next_at = now() - timedelta(seconds=1)
    with ledger.transaction() as session:
        assert [one.id for one in webhooks.take_due(session, limit=5)] == [parcel.id]
