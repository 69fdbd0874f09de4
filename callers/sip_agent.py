"""A SIP user agent's core: finds the dialog of a request, answers what has none, sends with digest."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

import structlog
from sipmessage import URI, Address, Request, Response

from callers.digest import Credentials, authorization, strongest_challenge
from callers.sip_dialog import Dialog, DialogKey
from callers.sip_message import ALLOW, METHODS, new_request, new_tag, renew, tag_of
from callers.sip_transactions import ClientTransaction, ServerTransaction, Timers, TransactionLayer
from callers.sip_transport import SipTransport, SocketAddress, UdpWire, is_numeric, resolve

log = structlog.get_logger(__name__)


class DialogUser(Protocol):
    """Who takes the requests of a dialog."""

    def take_request(self, request: Request, transaction: ServerTransaction | None) -> None:
        """A request in the dialog; an ACK has no transaction."""


class SipAgent:
    """One address, one socket, any number of dialogs."""

    def __init__(
        self,
        *,
        user: str,
        display: str = "",
        credentials: Credentials | None = None,
        timers: Timers | None = None,
        wire: UdpWire | None = None,
        on_invite: Callable[[Request, ServerTransaction], None],
    ) -> None:
        self.user = user
        self.display = display
        self.credentials = credentials
        self.timers = timers or Timers()
        self.dialogs: dict[DialogKey, DialogUser] = {}
        self.transport = SipTransport(wire or UdpWire(), lambda message, _: self.layer.handle(message))
        self.layer = TransactionLayer(self.transport, self.timers, self._on_request)
        self._on_invite = on_invite
        self._resolved: dict[str, SocketAddress] = {}

    async def open(self, host: str, port: int) -> None:
        """Bind. Raises PortTaken."""
        await self.transport.open(host, port)

    def close(self) -> None:
        """End all transactions and give the port back."""
        self.layer.close()
        self.transport.close()
        self.dialogs.clear()

    @property
    def address(self) -> SocketAddress:
        """Where we are reached."""
        return self.transport.address

    def contact(self, user: str | None = None) -> str:
        """Our Contact."""
        host, port = self.address
        return f"<{URI(scheme='sip', user=user or self.user, host=host, port=port)}>"

    def identity(self, user: str | None = None, display: str | None = None) -> Address:
        """Who we say we are: our own user and display name, unless others are given."""
        host, port = self.address
        uri = URI(scheme="sip", user=user or self.user, host=host, port=port)
        return Address(uri=uri, name=self.display if display is None else display)

    def new_call_id(self) -> str:
        """A Call-ID that nobody can guess."""
        return f"{secrets.token_hex(12)}@{self.address[0]}"

    def new_outside(
        self, method: str, target: URI, *, from_: Address, to: Address, call_id: str | None = None
    ) -> Request:
        """A request outside any dialog."""
        return new_request(
            method,
            target,
            sent_by=self.address,
            from_=f"{from_};tag={new_tag()}",
            to=str(to),
            call_id=call_id or self.new_call_id(),
            sequence=1,
        )

    async def locate(self, uri: URI) -> SocketAddress:
        """Where `uri` is; names are looked up once. Raises PhoneError."""
        if str(uri) not in self._resolved:
            self._resolved[str(uri)] = await resolve(uri)
        return self._resolved[str(uri)]

    def address_of(self, dialog: Dialog, otherwise: SocketAddress) -> SocketAddress:
        """Where the dialog's next request goes; `otherwise` for a name that was never looked up."""
        hop = dialog.next_hop()
        host = hop.host.strip("[]")
        if is_numeric(host):
            return host, hop.port or 5060
        return self._resolved.get(str(hop), otherwise)

    def start(
        self, request: Request, address: SocketAddress, on_response: Callable[[Response | None], None]
    ) -> ClientTransaction:
        """Send a request."""
        return self.layer.start(request, address, on_response)

    async def ask(self, request: Request, address: SocketAddress) -> Response:
        """Send a request other than INVITE, with digest where it is asked for. Raises NoAnswer."""
        response = await self.layer.ask(request, address)
        again = self.authorized(request, response)
        return await self.layer.ask(again, address) if again else response

    def authorized(self, request: Request, response: Response) -> Request | None:
        """The request once more with credentials; None where that would be of no use."""
        name = {401: "Authorization", 407: "Proxy-Authorization"}.get(response.code)
        if name is None or self.credentials is None or request.headers.get(name) is not None:
            return None
        challenge = strongest_challenge(response)
        if challenge is None:
            return None
        again = renew(request, request.cseq.sequence + 1)
        value = authorization(challenge, self.credentials, method=request.method, uri=str(request.uri))
        again.headers.set(name, value)
        return again

    def _on_request(self, request: Request, transaction: ServerTransaction | None) -> None:
        local_tag = tag_of(request.headers["To"])
        if request.method == "CANCEL" and transaction is not None:
            self._cancel(request, transaction)
        elif local_tag is not None:
            self._in_dialog(request, transaction, local_tag)
        elif transaction is not None:
            self._outside(request, transaction)

    def _in_dialog(self, request: Request, transaction: ServerTransaction | None, local_tag: str) -> None:
        key = (request.call_id, local_tag, tag_of(request.headers["From"]) or "")
        user = self.dialogs.get(key)
        if user is not None:
            user.take_request(request, transaction)
        elif transaction is not None:
            transaction.answer(481)

    def _cancel(self, request: Request, transaction: ServerTransaction) -> None:
        invite = self.layer.invite_of(request)
        transaction.answer(200 if invite else 481, tag=new_tag())
        if invite is not None and invite.on_cancel is not None:
            invite.on_cancel()

    def _outside(self, request: Request, transaction: ServerTransaction) -> None:
        if request.headers.getlist("Require"):
            transaction.answer(420, tag=new_tag(), Unsupported=", ".join(request.require))
        elif request.method == "INVITE":
            transaction.answer(100)
            self._on_invite(request, transaction)
        elif request.method == "OPTIONS":
            transaction.answer(200, tag=new_tag(), Allow=ALLOW, Accept="application/sdp")
        elif request.method in METHODS:
            transaction.answer(481, tag=new_tag())
        else:
            transaction.answer(405, tag=new_tag(), Allow=ALLOW)
