"""SIP transactions over UDP (RFC 3261 section 17, with the Accepted states of RFC 6026)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from sipmessage import Request, Response

from callers.errors import NoAnswer
from callers.sip_message import ack_of_refusal, branch_of, new_response, response_address, top_via
from callers.sip_transport import SipTransport, SocketAddress

Key = tuple[str, str, str]  # branch, sent-by, method


@dataclass(frozen=True, kw_only=True, slots=True)
class Timers:
    """The base timers of RFC 3261 table 4."""

    t1_s: float = 0.5  # an estimate of the round trip
    t2_s: float = 4.0  # the longest pause between retransmissions
    t4_s: float = 5.0  # how long a message may stay on its way

    @property
    def give_up_s(self) -> float:
        """Timers B, F, H, and as long as D, J, L and M."""
        return 64 * self.t1_s


class State(Enum):
    """How far a transaction is."""

    TRYING = auto()  # also Calling
    PROCEEDING = auto()
    ACCEPTED = auto()  # 2xx to INVITE
    COMPLETED = auto()
    CONFIRMED = auto()
    TERMINATED = auto()


class _Transaction:
    """Timers that all end when the transaction does."""

    def __init__(self, layer: TransactionLayer, key: Key, request: Request, address: SocketAddress) -> None:
        self.layer, self.key, self.request, self.address = layer, key, request, address
        self.state = State.TRYING
        self._resend_timer: asyncio.TimerHandle | None = None
        self._end_timer: asyncio.TimerHandle | None = None
        self._pause_s = layer.timers.t1_s

    def _resend_later(self, message: Request | Response, longest_s: float) -> None:
        def resend() -> None:
            self.layer.transport.send(message, self.address)
            self._pause_s = min(2 * self._pause_s, longest_s)
            self._resend_later(message, longest_s)

        loop = asyncio.get_running_loop()
        self._resend_timer = loop.call_later(self._pause_s, resend)

    def _stop_resending(self) -> None:
        if self._resend_timer is not None:
            self._resend_timer.cancel()
            self._resend_timer = None

    def _end_after(self, delay_s: float, act: Callable[[], None]) -> None:
        if self._end_timer is not None:
            self._end_timer.cancel()
        self._end_timer = asyncio.get_running_loop().call_later(delay_s, act)

    def terminate(self) -> None:
        """Stop all timers and be forgotten."""
        self.state = State.TERMINATED
        self._stop_resending()
        if self._end_timer is not None:
            self._end_timer.cancel()
        self.layer.forget(self)


class ClientTransaction(_Transaction):
    """A request that we sent. `on_response(None)` means that nothing came in time."""

    def __init__(
        self,
        layer: TransactionLayer,
        request: Request,
        address: SocketAddress,
        on_response: Callable[[Response | None], None],
    ) -> None:
        super().__init__(layer, (branch_of(request), "", request.method), request, address)
        self._on_response = on_response
        self._is_invite = request.method == "INVITE"
        longest_s = layer.timers.give_up_s if self._is_invite else layer.timers.t2_s
        layer.transport.send(request, address)
        self._resend_later(request, longest_s)
        self._end_after(layer.timers.give_up_s, self._give_up)

    def _give_up(self) -> None:
        self.terminate()
        self._on_response(None)

    def receive(self, response: Response) -> None:
        """Take a response; each one but repeated refusals is handed up."""
        if response.code < 200:
            self._receive_provisional(response)
        elif self._is_invite:
            self._receive_final_of_invite(response)
        else:
            self._receive_final(response)

    def _receive_provisional(self, response: Response) -> None:
        if self.state not in (State.TRYING, State.PROCEEDING):
            return
        self.state = State.PROCEEDING
        if self._is_invite:
            self._stop_resending()  # 17.1.1.2: from here on the far end answers for it
            if self._end_timer is not None:
                self._end_timer.cancel()
        else:
            self._pause_s = self.layer.timers.t2_s
        self._on_response(response)

    def _receive_final_of_invite(self, response: Response) -> None:
        self._stop_resending()
        if response.code < 300:
            self.state = State.ACCEPTED
            self._end_after(self.layer.timers.give_up_s, self.terminate)
            self._on_response(response)  # repeated 2xx too: each must be acknowledged again
            return
        self.layer.transport.send(ack_of_refusal(self.request, response), self.address)
        if self.state in (State.TRYING, State.PROCEEDING):
            self.state = State.COMPLETED
            self._end_after(self.layer.timers.give_up_s, self.terminate)
            self._on_response(response)

    def _receive_final(self, response: Response) -> None:
        if self.state is State.COMPLETED:
            return
        self._stop_resending()
        self.state = State.COMPLETED
        self._end_after(self.layer.timers.t4_s, self.terminate)
        self._on_response(response)


class ServerTransaction(_Transaction):
    """A request that came to us."""

    def __init__(self, layer: TransactionLayer, key: Key, request: Request) -> None:
        super().__init__(layer, key, request, response_address(request))
        self.on_cancel: Callable[[], None] | None = None
        self._is_invite = request.method == "INVITE"
        self._last: Response | None = None

    def respond(self, response: Response) -> None:
        """Send a response; it is repeated for every repeated request, and a refusal until its ACK."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return
        self._last = response
        self.layer.transport.send(response, self.address)
        if response.code < 200:
            self.state = State.PROCEEDING
        elif self._is_invite and response.code < 300:
            self.state = State.ACCEPTED
            self._end_after(self.layer.timers.give_up_s, self.terminate)
        else:
            self.state = State.COMPLETED
            self._end_after(self.layer.timers.give_up_s, self.terminate)
            if self._is_invite:
                self._resend_later(response, self.layer.timers.t2_s)

    def answer(self, code: int, phrase: str | None = None, *, tag: str | None = None, **headers: str) -> None:
        """Respond with a status and headers; `Retry_After` becomes Retry-After."""
        response = new_response(self.request, code, phrase, tag=tag)
        for name, value in headers.items():
            response.headers.add(name.replace("_", "-"), value)
        self.respond(response)

    def receive_again(self) -> None:
        """The request came once more: our answer was lost."""
        if self._last is not None and self.state is not State.CONFIRMED:
            self.layer.transport.send(self._last, self.address)

    def receive_ack(self) -> None:
        """The ACK of a refusal: stop repeating it."""
        if self.state is State.COMPLETED:
            self._stop_resending()
            self.state = State.CONFIRMED
            self._end_after(self.layer.timers.t4_s, self.terminate)


class TransactionLayer:
    """Matches messages to transactions and hands new requests and ACKs of 2xx up."""

    def __init__(
        self,
        transport: SipTransport,
        timers: Timers,
        on_request: Callable[[Request, ServerTransaction | None], None],
    ) -> None:
        self.transport = transport
        self.timers = timers
        self._on_request = on_request
        self._clients: dict[Key, ClientTransaction] = {}
        self._servers: dict[Key, ServerTransaction] = {}

    def start(
        self, request: Request, address: SocketAddress, on_response: Callable[[Response | None], None]
    ) -> ClientTransaction:
        """Send a request in a transaction of its own."""
        transaction = ClientTransaction(self, request, address, on_response)
        self._clients[transaction.key] = transaction
        return transaction

    async def ask(self, request: Request, address: SocketAddress) -> Response:
        """Send a request other than INVITE and wait for its final response. Raises NoAnswer."""
        final: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()

        def take(response: Response | None) -> None:
            if not final.done() and (response is None or response.code >= 200):
                final.set_result(response)

        self.start(request, address, take)
        response = await final
        if response is None:
            raise NoAnswer(f"no answer to {request.method} from {address[0]}:{address[1]}; is it running?")
        return response

    def handle(self, message: Request | Response) -> None:
        """Take a message from the wire."""
        if isinstance(message, Response):
            client = self._clients.get((branch_of(message), "", message.cseq.method))
            if client is not None:
                client.receive(message)
            return
        method = "INVITE" if message.method == "ACK" else message.method
        key = _server_key(message, method)
        known = self._servers.get(key)
        if message.method == "ACK":
            self._handle_ack(message, known)
        elif known is not None:
            known.receive_again()
        else:
            self._servers[key] = server = ServerTransaction(self, key, message)
            self._on_request(message, server)

    def _handle_ack(self, ack: Request, known: ServerTransaction | None) -> None:
        if known is None or known.state is State.ACCEPTED:
            self._on_request(ack, None)  # of a 2xx: belongs to the dialog
        else:
            known.receive_ack()

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means (9.2)."""
        return self._servers.get(_server_key(cancel, "INVITE"))

    def forget(self, transaction: _Transaction) -> None:
        """Drop a transaction that ended."""
        table: dict[Key, ClientTransaction] | dict[Key, ServerTransaction]
        table = self._clients if isinstance(transaction, ClientTransaction) else self._servers
        if table.get(transaction.key) is transaction:
            del table[transaction.key]

    def close(self) -> None:
        """End every transaction at once."""
        for transaction in [*self._clients.values(), *self._servers.values()]:
            transaction.terminate()


def _server_key(request: Request, method: str) -> Key:
    via = top_via(request)
    return via.parameters.get("branch") or request.call_id, f"{via.host}:{via.port}", method
