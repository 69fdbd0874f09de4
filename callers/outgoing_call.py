"""A call that this phone places: INVITE, its answers, ACK, CANCEL (RFC 3261 sections 9 and 13)."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from sipmessage import Address, Request, Response

from callers import in_dialog
from callers.errors import CallRefused, NoAnswer
from callers.phone_call import CallEnd, PhoneCall
from callers.sdp import BadDescription, parse_body, to_body
from callers.sip_dialog import Dialog
from callers.sip_message import ALLOW, cancel_of, tag_of
from callers.sip_transport import SocketAddress

log = structlog.get_logger(__name__)
SILENT_T1 = 2  # so long a cancelled INVITE is waited for that has had no response at all
GIVE_UP_T1 = 64  # a CANCEL must have ended its INVITE in this many T1 (9.1)


class OutgoingCall(PhoneCall):
    """Made by `Phone.dial`."""

    _invite: Request
    _began_s: float
    _cancelling = False
    _cancelled = False

    def place(
        self,
        target: Address,
        from_: Address,
        address: SocketAddress,
        headers: Mapping[str, str],
        sip_call_id: str | None = None,
    ) -> None:
        """Send the INVITE."""
        self.peer = address
        invite = self.agent.new_outside("INVITE", target.uri, from_=from_, to=target, call_id=sip_call_id)
        invite.headers.add("Contact", self.agent.contact(from_.uri.user))
        invite.headers.add("Allow", ALLOW)
        for name, value in headers.items():
            invite.headers.add(name, value)
        invite.headers.add("Content-Type", in_dialog.SDP_TYPE)
        invite.body = to_body(self.local)
        self._began_s = time.monotonic()
        self._send(invite)

    @property
    def sip_call_id(self) -> str:
        """The INVITE's Call-ID, also where nobody has said a word yet."""
        return self._invite.headers["Call-ID"]

    def _send(self, invite: Request) -> None:
        self._invite, self.inviting = invite, True
        self.agent.start(invite, self.peer, lambda response: self._take(invite, response))

    def _take(self, invite: Request, response: Response | None) -> None:
        if response is None:
            self._refuse(408, "no answer came", CallEnd.FAILED)
        elif response.code < 200:
            self._take_provisional(response)
        elif response.code < 300:
            self._take_answer(invite, response)
        elif self.end is None:
            self._take_refusal(invite, response)

    def _take_provisional(self, response: Response) -> None:
        if self.talking or self._cancelled:
            return
        self.note_status(response.code, response.headers)
        if self._cancelling:
            self._send_cancel()  # 9.1: a CANCEL may only follow a provisional response
        elif response.body:
            self._hear_early(response)

    def _hear_early(self, response: Response) -> None:
        try:
            self.accept_answer(parse_body(response.body))
        except BadDescription:
            return  # the answer that counts is the one in the 200

    def _take_answer(self, invite: Request, response: Response) -> None:
        if self.dialog is not None:
            self._take_other_answer(invite, response)
            return
        self.inviting = False
        self.invite_to_ok_s = time.monotonic() - self._began_s
        self.establish(Dialog.of_caller(invite, response))
        in_dialog.acknowledge(self, invite)
        self.note_status(response.code, response.headers)
        self._begin_talking(response)

    def _begin_talking(self, response: Response) -> None:
        try:
            self.accept_answer(parse_body(response.body))
        except BadDescription as error:
            self._leave(CallEnd.FAILED)
            self.refusal = CallRefused(488, str(error))
            self.tell()
            return
        if self._cancelling or self.end is not None:
            self._leave(CallEnd.CANCELLED)  # the answer and our CANCEL crossed
            return
        self.begin()

    def _take_other_answer(self, invite: Request, response: Response) -> None:
        """A repeated 200 needs its ACK again; one of another fork is let go (13.2.2.4)."""
        assert self.dialog is not None
        if tag_of(response.headers["To"]) == tag_of(self.dialog.remote):
            in_dialog.acknowledge(self, invite)
            return
        other = Dialog.of_caller(invite, response)
        address = self.agent.address_of(other, self.peer)
        self.agent.transport.send(other.ack(invite, self.agent.address), address)
        self.agent.start(other.request("BYE", self.agent.address), address, lambda _: None)

    def _take_refusal(self, invite: Request, response: Response) -> None:
        again = self.agent.authorized(invite, response)
        if again is not None and not self._cancelling:
            self._send(again)
            return
        self.note_status(response.code, response.headers)
        ours = self._cancelling and response.code == 487
        self._refuse(response.code, response.phrase, CallEnd.CANCELLED if ours else CallEnd.REFUSED)

    def _refuse(self, status: int, phrase: str, end: CallEnd) -> None:
        self.inviting = False
        if self.end is None:
            self.refusal = CallRefused(status, phrase)
        self.finish(end)

    def _leave(self, end: CallEnd) -> None:
        assert self.dialog is not None
        bye = self.dialog.request("BYE", self.agent.address)
        self.agent.start(bye, self.agent.address_of(self.dialog, self.peer), lambda _: None)
        self.finish(end)
        self.forget()

    async def _give_up(self) -> None:
        """CANCEL, and see it through. A far end that is wholly silent is not waited for any longer.

        Should it speak up after all, its ringing is still cancelled and its answer met with BYE.
        """
        self._cancelling = True
        if any(100 <= status < 200 for status in self.statuses):
            self._send_cancel()
        t1_s = self.agent.timers.t1_s
        try:
            await self._until(
                lambda: self._cancelled or self.end is not None, SILENT_T1 * t1_s, "was not heard of"
            )
            await self._until(lambda: self.end is not None, GIVE_UP_T1 * t1_s, "was not ended")
        except NoAnswer as error:
            log.info("cancelled_unheard", error=str(error))
            self.finish(CallEnd.CANCELLED)

    def _send_cancel(self) -> None:
        self._cancelled = True
        self.agent.start(cancel_of(self._invite), self.peer, lambda _: None)
        self.tell()
