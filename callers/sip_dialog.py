"""A SIP dialog (RFC 3261 section 12): tags, sequence numbers, route set and remote target."""

from __future__ import annotations

from dataclasses import dataclass

from sipmessage import URI, Address, Request, Response

from callers.sip_message import new_request, tag_of
from callers.sip_transport import SocketAddress

DialogKey = tuple[str, str, str]  # Call-ID, our tag, their tag


@dataclass(kw_only=True, slots=True)
class Dialog:
    """One side's view of a dialog."""

    call_id: str
    local: str  # our From in requests, with our tag
    remote: str  # our To in requests, with their tag
    local_sequence: int
    remote_sequence: int
    remote_target: URI  # their Contact
    routes: tuple[Address, ...]  # in the order in which our requests pass them

    @property
    def key(self) -> DialogKey:
        """What a request in this dialog is found by."""
        return self.call_id, tag_of(self.local) or "", tag_of(self.remote) or ""

    @classmethod
    def of_caller(cls, invite: Request, response: Response) -> Dialog:
        """The dialog that a response with a To tag makes (12.1.2)."""
        routes = response.record_route
        return cls(
            call_id=invite.call_id,
            local=invite.headers["From"],
            remote=response.headers["To"],
            local_sequence=invite.cseq.sequence,
            remote_sequence=0,
            remote_target=_contact(response) or invite.uri,
            routes=tuple(reversed(routes)),
        )

    @classmethod
    def of_callee(cls, invite: Request, tag: str) -> Dialog:
        """The dialog that we make by answering with `tag` (12.1.1)."""
        remote = invite.headers["From"]
        return cls(
            call_id=invite.call_id,
            local=f"{invite.headers['To']};tag={tag}",
            remote=remote,
            local_sequence=0,
            remote_sequence=invite.cseq.sequence,
            remote_target=_contact(invite) or Address.parse(remote).uri,
            routes=tuple(invite.record_route),
        )

    def refresh_target(self, message: Request | Response) -> None:
        """Follow the far end to the Contact that it gives now (12.2)."""
        self.remote_target = _contact(message) or self.remote_target

    def request(self, method: str, sent_by: SocketAddress) -> Request:
        """The next request in this dialog (12.2.1.1)."""
        self.local_sequence += 1
        return self._request(method, self.local_sequence, sent_by)

    def ack(self, invite: Request, sent_by: SocketAddress) -> Request:
        """The ACK of a 2xx (13.2.2.4): a transaction of its own with the INVITE's number."""
        return self._request("ACK", invite.cseq.sequence, sent_by)

    def next_hop(self) -> URI:
        """Whose address the request goes to: the first route, else the remote target."""
        return self.routes[0].uri if self.routes else self.remote_target

    def _request(self, method: str, sequence: int, sent_by: SocketAddress) -> Request:
        target, routes = self.remote_target, [str(route) for route in self.routes]
        if self.routes and "lr" not in self.routes[0].uri.parameters:  # a strict router, RFC 2543
            target, routes = self.routes[0].uri, [*routes[1:], f"<{self.remote_target}>"]
        request = new_request(
            method,
            target,
            sent_by=sent_by,
            from_=self.local,
            to=self.remote,
            call_id=self.call_id,
            sequence=sequence,
        )
        if routes:
            request.headers.setlist("Route", routes)
        return request


def _contact(message: Request | Response) -> URI | None:
    contacts = message.contact
    return contacts[0].uri if contacts else None
