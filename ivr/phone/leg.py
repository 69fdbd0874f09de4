"""One leg: a SIP dialog with audio, as the script of a call sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

import pjsua2 as pj
import structlog

from ivr.phone.packets import Packets
from ivr.phone.unread import AudioSocket
from recorder.timeline import Wait

KEYS = frozenset("0123456789*#ABCD")  # of a telephone (RFC 4733, 3.2)

VANISHED = (pj.PJSIP_SC_REQUEST_TIMEOUT, pj.PJSIP_SC_CALL_TSX_DOES_NOT_EXIST)
UNREAD_S = 0.01  # what packets lie unread where it cannot be known: half a pace
BUFFER_FRAME_S, FRAMES_A_PACKET = 0.01, 2  # of pjsip's G.711 and G.722

log = structlog.get_logger(__name__)


class LegEventKind(Enum):
    """What pjsip tells of a leg."""

    RINGING = auto()
    ANSWERED = auto()
    AUDIO_CHANGED = auto()
    DIGIT = auto()
    GONE = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class LegEvent:
    """One callback of pjsip, taken out of it at once."""

    kind: LegEventKind
    digit: str = ""
    sip_status: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamLook:
    """A leg's audio at one moment."""

    wait: Wait  # how long what is captured now has waited
    packets: Packets


class Dialog(pj.Call):  # type: ignore[misc]  # pjsua2 has no types
    """pjsua2's call. Its callbacks only post events.

    pjsip gives the number of an ended call to the next one at once, but the object of the ended call
    keeps it: used or destroyed too late, it hangs up a stranger's call. So `is_over` is set within the
    callback, and `bury` destroys a dialog only while nobody has its number.
    """

    _dead: ClassVar[list[Dialog]] = []

    def __init__(self, account: pj.Account, call_id: int, post: Callable[[LegEvent], None]) -> None:
        super().__init__(account, call_id)
        self._post = post
        self.is_over = False

    def bury(self) -> None:
        """Let go of this dialog as soon as its number is free (isActive asks about the number)."""
        self._post = _ignore  # no cycle: it must be destroyed when it is let go, not by the collector
        Dialog._dead.append(self)
        Dialog._dead[:] = [dialog for dialog in Dialog._dead if dialog.isActive()]

    def onCallState(self, _prm: object) -> None:  # noqa: N802
        """Provisional and final states of the dialog."""
        info = self.getInfo()
        self.is_over = info.state == pj.PJSIP_INV_STATE_DISCONNECTED
        kinds = {
            pj.PJSIP_INV_STATE_EARLY: LegEventKind.RINGING,
            pj.PJSIP_INV_STATE_CONFIRMED: LegEventKind.ANSWERED,
            pj.PJSIP_INV_STATE_DISCONNECTED: LegEventKind.GONE,
        }
        if info.state in kinds:
            self._post(LegEvent(kind=kinds[info.state], sip_status=info.lastStatusCode))

    def onCallMediaState(self, _prm: object) -> None:  # noqa: N802
        """Audio came up, or was renegotiated and may be another conference port now."""
        self._post(LegEvent(kind=LegEventKind.AUDIO_CHANGED))

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802
        """A key, by RFC 4733 or SIP INFO; an INFO may say any octet."""
        if prm.digit in KEYS:
            self._post(LegEvent(kind=LegEventKind.DIGIT, digit=prm.digit))

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        """REFER. Left alone, pjsip calls whatever address the other side names: an open relay."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:  # noqa: N802
        """An INVITE that takes this call's place (RFC 3891). Left alone, pjsip lets it."""
        prm.statusCode = pj.PJSIP_SC_DECLINE


def _ignore(_event: LegEvent) -> None:
    """Nobody listens to a dialog that is buried."""


class Leg:
    """A leg of a call. Await `answered`, `gone`, `digits`; call `answer`, `refuse`, `hang_up`."""

    def __init__(self, account: pj.Account, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        self._loop = asyncio.get_running_loop()
        self.answered = asyncio.Event()
        self.gone = asyncio.Event()
        self.rang = False  # a provisional response came for our INVITE
        self.digits: asyncio.Queue[str] = asyncio.Queue()
        self.sip_status = 0  # the last status of the dialog
        self.on_audio_changed: Callable[[], None] = lambda: None
        self._socket: AudioSocket | None = None
        # The leg owns the dialog: what Python collects, pjsip hangs up (pjproject issue 3856).
        self._dialog: Dialog | None = Dialog(account, call_id, self._post)

    def _post(self, event: LegEvent) -> None:
        self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: LegEvent) -> None:
        self.sip_status = event.sip_status or self.sip_status
        match event.kind:
            case LegEventKind.ANSWERED:
                self.answered.set()
            case LegEventKind.GONE:
                self.gone.set()
            case LegEventKind.DIGIT:
                self.digits.put_nowait(event.digit)
            case LegEventKind.AUDIO_CHANGED:
                self._socket = None
                self._listen()
                self.on_audio_changed()
            case LegEventKind.RINGING:
                self.rang = True

    @property
    def is_over(self) -> bool:
        """Whether pjsip has let go of the dialog: known a moment before `gone`."""
        return self._alive is None

    @property
    def sip_call_id(self) -> str:
        """The dialog's Call-ID; empty once it is over."""
        dialog = self._alive
        return str(dialog.getInfo().callIdString) if dialog else ""

    @property
    def vanished(self) -> bool:
        """Whether it is gone without a word: the far end did not answer, or knew of no call."""
        return self.gone.is_set() and self.sip_status in VANISHED

    @property
    def _alive(self) -> Dialog | None:
        """The dialog, unless it is over: then its number may be another call's."""
        return None if self._dialog is None or self._dialog.is_over else self._dialog

    @property
    def audio(self) -> pj.AudioMedia | None:
        """The leg's port on the conference bridge, or None while it has no audio."""
        dialog = self._alive
        try:
            return dialog.getAudioMedia(-1) if dialog else None
        except pj.Error:
            return None  # no audio stream negotiated (yet, or because the other side holds)

    def look(self, at_s: float, read_at_s: float) -> StreamLook | None:
        """How its audio comes just now, at `at_s`; None while nothing comes.

        `read_at_s`: when packets were read last, on the monotonic clock.
        """
        dialog = self._alive
        try:
            told = dialog.getStreamStat(0) if dialog else None
        except pj.Error:
            return None  # no audio stream negotiated
        if not dialog or not told or not told.jbuf.size:
            return None
        if self._socket is None:
            self._socket = AudioSocket(int(dialog.getMedTransportInfo(0).localRtpName.rpartition(":")[2]))
        unread_s = self._socket.unread_s(read_at_s)
        came = told.rtcp.rxStat
        wait = Wait(
            at_s=at_s,
            buffered_s=told.jbuf.size * BUFFER_FRAME_S + (UNREAD_S if unread_s is None else unread_s),
            jitter_s=came.jitterUsec.last * 1e-6,
            steps=told.jbuf.empty + told.jbuf.discard,
        )
        unplayed = told.jbuf.discard // FRAMES_A_PACKET  # came too late, in a crowd, to be heard
        packets = Packets(received=came.pkt - unplayed, lost=came.loss + unplayed)
        return StreamLook(wait=wait, packets=packets)

    def packets_received(self) -> int:
        """Of the stream that the leg has now; 0 without one."""
        dialog = self._alive
        try:
            return int(dialog.getStreamStat(0).rtcp.rxStat.pkt) if dialog else 0
        except pj.Error:
            return 0  # no audio stream negotiated

    def ask_presence(self) -> None:
        """OPTIONS within the dialog; pjsip ends it where the far end knows of none, or does not answer."""
        if dialog := self._alive:
            question = pj.CallSendRequestParam()
            question.method = "OPTIONS"
            try:
                dialog.sendRequest(question)
            except pj.Error as error:  # it ends in this very moment, or another request is under way
                log.info("presence_not_asked", cause=error.info())

    def _listen(self) -> None:
        """Let the null sound device hear it. What nobody takes piles up, and is late from then on."""
        if audio := self.audio:
            audio.startTransmit(pj.Endpoint.instance().audDevManager().getPlaybackDevMedia())

    def invite(self, uri: str, headers: dict[str, str], from_uri: str) -> None:
        """Send INVITE to `uri`. Raises pj.Error where the address is no SIP URI or no leg is free."""
        assert self._dialog is not None
        options = pj.CallOpParam(True)
        options.opt.videoCount = 0
        options.txOption.localUri = from_uri
        for name, value in headers.items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            options.txOption.headers.push_back(header)
        self._dialog.makeCall(uri, options)

    def ring(self) -> None:
        """Send 180."""
        self._send(pj.PJSIP_SC_RINGING)

    def answer(self) -> None:
        """Send 200 with our answer to the offer."""
        self._send(pj.PJSIP_SC_OK)

    def refuse(self, sip_status: int, retry_after_s: int | None = None) -> None:
        """Send a final refusal."""
        headers = {"Retry-After": str(retry_after_s)} if retry_after_s else {}
        self._send(sip_status, headers)

    def hang_up(self, sip_status: int = 0) -> None:
        """BYE, CANCEL or a refusal (603 or `sip_status`), by the dialog's state. Harmless when it is gone."""
        if dialog := self._alive:
            options = pj.CallOpParam(True)
            options.statusCode = sip_status
            dialog.hangup(options)

    async def is_answered(self, wait_s: float | None = None) -> bool:
        """Whether the dialog was confirmed within `wait_s` and before it was gone."""
        waits = {asyncio.create_task(event.wait()) for event in (self.answered, self.gone)}
        try:
            await asyncio.wait(waits, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self.answered.is_set() and not self.gone.is_set()

    def forget_digits(self) -> None:
        """Drop keys that were pressed before a question was asked."""
        while not self.digits.empty():
            self.digits.get_nowait()

    def forget(self) -> None:
        """Give the dialog back to pjsip, once it is gone."""
        dialog, self._dialog = self._dialog, None
        if dialog:
            dialog.bury()

    def _send(self, sip_status: int, headers: dict[str, str] | None = None) -> None:
        dialog = self._alive
        if dialog is None:
            return
        options = pj.CallOpParam(True)
        options.opt.videoCount = 0
        options.statusCode = sip_status
        for name, value in (headers or {}).items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            options.txOption.headers.push_back(header)
        try:
            dialog.answer(options)
        except pj.Error as error:  # the caller cancelled in this very moment, or there is no audio to be had
            log.info("leg_answer_lost", sip_status=sip_status, cause=error.info())
            self.hang_up(pj.PJSIP_SC_INTERNAL_SERVER_ERROR)
