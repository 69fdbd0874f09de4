"""One call of the test phone, as its user sees it: status, speech, keys, timings, the end."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import structlog
from sipmessage import Headers, Request, Response

from callers import in_dialog
from callers.call_media import CallMedia
from callers.codec import Codec, Samples
from callers.dtmf import INFO_TYPE, HeardKey, KeyMethod, KeyPress, check_keys, info_body
from callers.errors import CallOver, CallRefused, NoAnswer, PhoneError
from callers.g711 import CODECS
from callers.heard_audio import Slots
from callers.resent_answer import ResentAnswer
from callers.sdp import Description, answer, common_codec, offer
from callers.sip_agent import SipAgent
from callers.sip_dialog import Dialog
from callers.sip_message import ALLOW
from callers.sip_transactions import ServerTransaction
from callers.sip_transport import SocketAddress

log = structlog.get_logger(__name__)
DEFAULT_CODECS = (CODECS["PCMA"], CODECS["PCMU"])


class CallEnd(StrEnum):
    """How a call ended, seen from this phone."""

    NEAR_HUNG_UP = "near_hung_up"
    FAR_HUNG_UP = "far_hung_up"
    REFUSED = "refused"
    CANCELLED = "cancelled"  # given up before the answer, by whoever called
    FAILED = "failed"  # no answer to what was sent, or audio that cannot be agreed on


class PhoneCall(ABC):
    """Base of outgoing and incoming calls. Waits raise NoAnswer or NotHeard in time, CallOver at the end."""

    def __init__(self, agent: SipAgent, host: str, codecs: tuple[Codec, ...] = DEFAULT_CODECS) -> None:
        self.agent = agent
        self.media = CallMedia(host)
        self.local = offer(host, self.media.socket.port, codecs)
        self.offered = codecs
        self.status = 0  # the newest SIP status of the call
        self.statuses: list[int] = []
        self.remote_headers = Headers()  # of the INVITE that came, or of the newest response
        self.end: CallEnd | None = None
        self.refusal: CallRefused | None = None
        self.dialog: Dialog | None = None
        self.resent: ResentAnswer | None = None  # our 200, until its ACK comes
        self.offer_in_answer = False  # our 200 carried the offer, so the ACK carries the answer
        self.inviting = False  # an INVITE of ours has no final response yet
        self.peer: SocketAddress = ("", 0)  # where its signalling is
        self.invite_to_ok_s: float | None = None
        self.talking = False
        self._news = asyncio.Event()

    # -- waiting for signalling

    async def answered(self, timeout_s: float = 30.0) -> None:
        """Wait for the answer. Raises CallRefused, CallOver, NoAnswer."""
        await self._until(lambda: self.talking or self.end is not None, timeout_s, "was not answered")
        if self.refusal is not None:
            raise self.refusal
        if not self.talking and self.media.answered_s is None:
            raise CallOver(f"the call ended before it was answered: {self.end}")

    async def ended(self, timeout_s: float = 30.0) -> CallEnd:
        """Wait for the end and tell whose doing it was. Raises NoAnswer."""
        await self._until(lambda: self.end is not None, timeout_s, "did not end")
        assert self.end is not None
        return self.end

    async def wait_for_status(self, status: int, timeout_s: float = 10.0) -> None:
        """Wait for a SIP status, e.g. 180. Raises NoAnswer, CallOver."""
        await self._until(
            lambda: status in self.statuses or self.end is not None, timeout_s, f"has no {status}"
        )
        if status not in self.statuses:
            raise CallOver(f"the call ended as {self.end} without the status {status}")

    async def _until(self, happened: Callable[[], bool], timeout_s: float, missing: str) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while not happened():
                    await self._news.wait()
        except TimeoutError as error:
            raise NoAnswer(f"the call {missing} within {timeout_s:g} s; is the far end well?") from error

    def tell(self) -> None:
        """Something about the call changed: wake who waits for it."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    # -- what the user does

    async def play(self, samples: Samples) -> None:
        """Say samples (int16, 8 kHz); returns when the last has been sent."""
        await self.media.play(samples)

    async def pause(self, duration_s: float) -> None:
        """Be silent for so long, counted in sent slots."""
        await self.media.pause(duration_s)

    async def send_digits(self, digits: str, by: KeyMethod = "rfc4733", *, press_ms: int = 100) -> None:
        """Press keys one after the other. Raises UnknownKey, CallOver, PhoneError."""
        for key in check_keys(digits):
            press = KeyPress(key=key, duration_ms=press_ms)
            if by == "info":
                await self._send_info(press)
            elif self.media.can_press():
                await self.media.press(press)
            else:
                raise PhoneError("the far end takes no telephone-events; send the digits by 'info'")

    async def _send_info(self, press: KeyPress) -> None:
        response = await self.ask("INFO", info_body(press), INFO_TYPE)
        if response.code >= 300:
            raise PhoneError(f"the far end refused an INFO with {response.code}; send digits by 'rfc4733'")
        await self.media.pause(press.pause_ms / 1000)

    async def hang_up(self) -> None:
        """End the call, whatever state it is in; harmless where it has ended."""
        if self.end is not None:
            return
        if not self.talking:
            await self._give_up()
            return
        if self.resent is not None:
            await self.resent.acknowledged()  # 15: no BYE before the ACK
        if self.end is not None:
            return
        self.finish(CallEnd.NEAR_HUNG_UP, keep_dialog=True)
        try:
            await self.ask("BYE")
        except NoAnswer as error:
            log.warning("bye_unanswered", error=str(error))
        finally:
            self.forget()

    def vanish(self) -> None:
        """Be gone without a word, as a phone that loses power: what comes of the call hears 481."""
        self.finish(CallEnd.NEAR_HUNG_UP)

    @abstractmethod
    async def _give_up(self) -> None:
        """End a call that has not been answered."""

    async def hold(self) -> None:
        """Ask the far end to send nothing (re-INVITE with sendonly). Raises CallRefused, NoAnswer."""
        await in_dialog.reinvite(self, "sendonly")

    async def resume(self) -> None:
        """Take the far end back from hold. Raises CallRefused, NoAnswer."""
        await in_dialog.reinvite(self, "sendrecv")

    # -- what the user hears

    def heard(self) -> Samples:
        """All that was heard since the answer, losses as silence."""
        return self.media.heard.audio(self.media.until_s)

    async def wait_for_speech(self, timeout_s: float = 10.0) -> None:
        """Wait until somebody speaks from now on."""
        await self.media.hear_speech(timeout_s)

    async def wait_for_quiet(self, quiet_s: float = 0.5, timeout_s: float = 30.0) -> None:
        """Wait until it has been quiet for `quiet_s` from now on."""
        await self.media.hear_quiet(quiet_s, timeout_s)

    async def wait_for_tone(self, hz: float, timeout_s: float = 5.0) -> None:
        """Wait for a tone of 100 ms."""
        await self.media.hear_tone(hz, timeout_s)

    async def wait_for_digits(self, count: int, timeout_s: float = 5.0) -> list[HeardKey]:
        """Wait until the far end has pressed `count` keys in all."""
        return await self.media.hear_keys(count, timeout_s)

    @property
    def digits(self) -> str:
        """The keys that the far end pressed."""
        return "".join(heard.key for heard in self.media.keys.keys)

    @property
    def first_audio_s(self) -> float | None:
        """From the 200 to the first RTP packet that is not silent; 0 where it came with the 200."""
        first_s, answered_s = self.media.heard.first_audible_s, self.media.answered_s
        return None if first_s is None or answered_s is None else max(0.0, first_s - answered_s)

    @property
    def talked_s(self) -> float:
        """From the answer to the end, or until now."""
        return 0.0 if self.media.answered_s is None else self.media.until_s - self.media.answered_s

    def slots(self) -> Slots:
        """How late every 20 ms slot was."""
        return self.media.slots()

    def record_to(self, folder: Path) -> tuple[Path, Path]:
        """Write said.wav and heard.wav with one timeline, from the answer on."""
        return self.media.record_to(folder)

    @property
    def sip_call_id(self) -> str | None:
        """The Call-ID, by which others know this call."""
        return self.dialog.call_id if self.dialog else self.remote_headers.get("Call-ID")

    # -- what signalling does (used by the modules of this phone)

    def note_status(self, code: int, headers: Headers) -> None:
        """Remember a status and the headers it came with."""
        self.status = code
        self.statuses.append(code)
        self.remote_headers = headers
        self.tell()

    def establish(self, dialog: Dialog) -> None:
        """Take the requests of `dialog` from now on."""
        self.dialog = dialog
        self.agent.dialogs[dialog.key] = self

    def begin(self) -> None:
        """The call is answered and the codec known: audio starts."""
        self.talking = True
        self.media.start(self.local.codecs[0])
        self.tell()

    def accept_offer(self, theirs: Description) -> None:
        """Answer their offer in `self.local`. Raises BadDescription."""
        self.local = answer(theirs, self.local, self.offered)
        self.media.connect(theirs, self.local.codecs[0])

    def accept_answer(self, theirs: Description) -> None:
        """Use the codec that they chose. Raises BadDescription."""
        codec = common_codec(theirs, self.offered)
        self.media.connect(theirs, codec)
        self.local = replace(self.local, codecs=(codec,))

    async def ask(self, method: str, body: bytes = b"", content_type: str = "") -> Response:
        """Send a request in the dialog. Raises NoAnswer, CallOver."""
        if self.dialog is None:
            raise CallOver("there is no conversation yet; wait for `call.answered()`")
        request = self.dialog.request(method, self.agent.address)
        request.headers.add("Contact", self.agent.contact())
        request.headers.add("Allow", ALLOW)
        if body:
            request.headers.add("Content-Type", content_type)
            request.body = body
        response = await self.agent.ask(request, self.agent.address_of(self.dialog, self.peer))
        self.dialog.local_sequence = max(self.dialog.local_sequence, response.cseq.sequence)
        return response

    def take_request(self, request: Request, transaction: ServerTransaction | None) -> None:
        """A request in the dialog."""
        in_dialog.take(self, request, transaction)

    def finish(self, end: CallEnd, *, keep_dialog: bool = False) -> None:
        """The call is over; only the first end counts."""
        if self.end is not None:
            return
        self.end, self.talking = end, False
        self.media.close()
        if self.resent is not None:
            self.resent.stop()
        if not keep_dialog:
            self.forget()
        self.tell()

    def hung_up_by_far_end(self) -> None:
        """A BYE came."""
        self.finish(CallEnd.FAR_HUNG_UP)

    def fail_without_ack(self) -> None:
        """No ACK came for our answer: say BYE and be done."""
        if self.dialog is not None and self.end is None:
            bye = self.dialog.request("BYE", self.agent.address)
            self.agent.start(bye, self.agent.address_of(self.dialog, self.peer), lambda _: None)
        self.finish(CallEnd.FAILED)

    def forget(self) -> None:
        """Take no more requests."""
        if self.dialog is not None:
            self.agent.dialogs.pop(self.dialog.key, None)
