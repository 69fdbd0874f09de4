"""A call that comes to this phone: ring, answer, reject (RFC 3261 section 13.3)."""

from __future__ import annotations

import structlog
from sipmessage import Address, Request

from callers import in_dialog
from callers.codec import Codec
from callers.errors import CallOver
from callers.phone_call import DEFAULT_CODECS, CallEnd, PhoneCall
from callers.sdp import parse_body
from callers.sip_agent import SipAgent
from callers.sip_dialog import Dialog
from callers.sip_message import new_response, new_tag, response_address
from callers.sip_transactions import ServerTransaction

log = structlog.get_logger(__name__)


class IncomingCall(PhoneCall):
    """Handed to `Phone.on_invite`. Raises BadDescription where its offer has no audio for us."""

    def __init__(
        self,
        agent: SipAgent,
        host: str,
        transaction: ServerTransaction,
        codecs: tuple[Codec, ...] = DEFAULT_CODECS,
    ) -> None:
        super().__init__(agent, host, codecs)
        self._transaction = transaction
        self._invite: Request = transaction.request
        self._tag = new_tag()
        self.peer = response_address(self._invite)
        self.remote_headers = self._invite.headers
        self.offer_in_answer = not self._invite.body
        try:
            if self._invite.body:
                self.accept_offer(parse_body(self._invite.body))
        except Exception:
            self.media.close()
            raise
        self.establish(Dialog.of_callee(self._invite, self._tag))
        transaction.on_cancel = self._cancelled

    @property
    def caller_number(self) -> str | None:
        """Who calls: P-Asserted-Identity (RFC 3325), which a trusted exchange writes, else From."""
        asserted = self._invite.headers.getlist("P-Asserted-Identity")
        for value in (*asserted, self._invite.headers["From"]):
            try:
                return Address.parse_many(value)[0].uri.user
            except ValueError as error:
                log.info("identity_unreadable", value=value, error=str(error))
        return None

    @property
    def dialled(self) -> str | None:
        """The user part of the address that was called."""
        return self._invite.uri.user

    async def ring(self) -> None:
        """Send 180. Raises CallOver."""
        self._still_ringing()
        response = new_response(self._invite, 180, tag=self._tag)
        response.headers.add("Contact", self.agent.contact())
        self._transaction.respond(response)
        self.note_status(180, self._invite.headers)

    async def answer(self) -> None:
        """Send 200 and talk. Raises CallOver."""
        self._still_ringing()
        response = in_dialog.with_description(self, new_response(self._invite, 200, tag=self._tag))
        self._transaction.respond(response)
        in_dialog.resend(self, response, self._invite)
        self.note_status(200, self._invite.headers)
        self.begin()

    async def reject(self, status: int = 486, phrase: str | None = None) -> None:
        """Refuse the call. Raises CallOver."""
        self._still_ringing()
        self._transaction.answer(status, phrase, tag=self._tag)
        self.note_status(status, self._invite.headers)
        self.finish(CallEnd.REFUSED)

    async def _give_up(self) -> None:
        await self.reject(480)

    def _cancelled(self) -> None:
        if self.end is not None or self.talking:
            return  # 9.2: too late, the answer is on its way
        self._transaction.answer(487, tag=self._tag)
        self.finish(CallEnd.CANCELLED)

    def _still_ringing(self) -> None:
        if self.end is not None:
            raise CallOver(f"the call is over ({self.end}); it can no longer be answered or refused")
        if self.talking:
            raise CallOver("the call was answered already; hang up instead")
