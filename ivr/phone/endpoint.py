"""The phone of one line process: pjsip's endpoint, its transports, its one account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pjsua2 as pj
import structlog

from ivr.phone.audio import CallAudio
from ivr.phone.connections import Connections, Door
from ivr.phone.incoming import Incoming, read_invite
from ivr.phone.jitter import set_jitter_buffer
from ivr.phone.leg import Leg
from ivr.phone.nameservers import nameservers
from ivr.phone.players import Players
from ivr.phone.sieve import Sieve
from ivr.phone.turnstile import Turnstile, account_without_audio
from ivr.sip_loop import MENU_PACE_S, TALK_PACE_S, SipSelector
from ledger.errors import PortTaken
from ledger.quiet import STANDARD_OUTPUT, quiet
from recorder.capture import Capture
from sip_config.edge_settings import Srtp

LEGS_A_PROCESS = 4  # compiled into the wheel (PJSUA_MAX_CALLS), whatever maxCalls says
CODECS = {"PCMA/8000/1": 255, "PCMU/8000/1": 254, "G722/16000/1": 253}  # all others are switched off

_SRTP_USE = {
    "off": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "required": pj.PJMEDIA_SRTP_MANDATORY,
}

log = structlog.get_logger(__name__)


class _Account(pj.Account):  # type: ignore[misc]  # pjsua2 has no types
    def __init__(self, on_invite: Callable[[Incoming], None]) -> None:
        super().__init__()
        self._on_invite = on_invite

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        leg = Leg(self, prm.callId)
        self._on_invite(read_invite(prm.rdata.wholeMsg, leg))

    def onIncomingSubscribe(self, prm: pj.OnIncomingSubscribeParam) -> None:  # noqa: N802
        """Left alone, pjsip accepts, and sends NOTIFY to whatever Contact a stranger has given."""
        prm.code = pj.PJSIP_SC_BAD_EVENT


class _Nobody(_Account):
    """Whom INVITEs are for that come too fast. One without an offer gets this far, and must be refused."""

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        invite = read_invite(prm.rdata.wholeMsg, Leg(self, prm.callId))
        self._on_invite(replace(invite, refused_with=pj.PJSIP_SC_INTERNAL_SERVER_ERROR))


class _Endpoint(pj.Endpoint):  # type: ignore[misc]
    def __init__(self, on_invite: Callable[[Incoming], None]) -> None:
        super().__init__()
        self._on_invite = on_invite
        self.connections: Connections | None = None
        self.turnstile = Turnstile()
        self.nobody: pj.Account | None = None  # takes the INVITEs that come too fast

    def onSelectAccount(self, prm: pj.OnSelectAccountParam) -> None:  # noqa: N802
        """A request has come; of an INVITE pjsip opens the audio next."""
        if self.nobody and prm.rdata.wholeMsg.startswith("INVITE") and not self.turnstile.lets_in():
            prm.accountIndex = self.nobody.getId()

    def onTransportState(self, prm: pj.OnTransportStateParam) -> None:  # noqa: N802
        """A TCP connection has come or gone."""
        if self.connections and prm.type == "TCP":
            self.connections.note(prm.hnd, prm.state)

    def onRejectedIncomingCall(self, prm: pj.OnRejectedIncomingCallParam) -> None:  # noqa: N802
        invite = read_invite(prm.rdata.wholeMsg, None)
        self._on_invite(replace(invite, refused_with=int(prm.statusCode)))


class _Log(pj.LogWriter):  # type: ignore[misc]
    def write(self, entry: pj.LogEntry) -> None:
        report = log.warning if entry.level <= 2 else log.debug
        report("pjsip", said=entry.msg.strip())


@dataclass(frozen=True, kw_only=True)
class PhoneSettings:
    """Where a line's phone listens, and how it reaches operators."""

    host: str
    port: int  # 0: any free one, by UDP only: the edge stands before us
    operator_uri: Callable[[str], str]  # what is dialled for an operator's number
    rtp_ports: tuple[int, int]  # first and last
    behind_edge: bool  # then it says which operator calls; strangers who come directly may not
    srtp: Srtp = "off"


class LinePhone:
    """Answers and places calls for one process. `on_invite` is called on the loop's thread."""

    def __init__(self, settings: PhoneSettings, silence: Path, on_invite: Callable[[Incoming], None]) -> None:
        self._settings, self.host, self.port = settings, settings.host, settings.port
        self._silence, self._take_invite = silence, on_invite
        self._legs: dict[Leg, float] = {}  # each with the pace that it needs
        self._leaving: set[asyncio.Future[None]] = set()
        self._players = Players(silence.with_suffix(""))

    def start(self, selector: SipSelector) -> None:
        """Open the port and start answering. Raises PortTaken."""
        self._selector = selector
        self._endpoint = _Endpoint(self._on_invite)
        with quiet(STANDARD_OUTPUT):  # before it knows our log writer, pjlib prints its greetings there
            self._endpoint.libCreate()
        self._log = _Log()
        self._endpoint.libInit(self._config())
        self._sieve = None if self._settings.behind_edge else Sieve()  # an edge refuses the same, and answers
        self._open_transports()
        self._endpoint.audDevManager().setNullDev()
        self._endpoint.libStart()
        self._choose_codecs()
        self._account = _Account(self._on_invite)
        self._account.create(self._account_config())
        self._nobody = _Nobody(self._on_invite)
        self._nobody.create(account_without_audio(self._transport_ids[0]))
        self._endpoint.nobody = self._nobody
        selector.handle_events = self._handle_events

    def _handle_events(self, wait_ms: int) -> int:
        return int(self._endpoint.libHandleEvents(wait_ms))

    def _on_invite(self, invite: Incoming) -> None:
        if invite.leg:
            self._keep(invite.leg, MENU_PACE_S)
        self._take_invite(invite)

    def _keep(self, leg: Leg, pace_s: float) -> None:
        self._legs[leg] = pace_s
        self._selector.pace_s = min(self._legs.values())

    def _forget(self, leg: Leg) -> None:
        leg.forget()
        self._legs.pop(leg, None)
        self._selector.pace_s = min(self._legs.values(), default=None)

    def _config(self) -> pj.EpConfig:
        config = pj.EpConfig()
        config.uaConfig.threadCnt = 0  # every callback comes on the thread that handles events
        config.uaConfig.mainThreadOnly = True
        for server in nameservers():
            config.uaConfig.nameserver.push_back(server)
        config.uaConfig.maxCalls = LEGS_A_PROCESS
        config.uaConfig.userAgent = "Hotline"
        config.logConfig.level, config.logConfig.consoleLevel = 2, 0
        config.logConfig.msgLogging = 0
        config.logConfig.writer = self._log
        media = config.medConfig
        media.hasIoqueue = False  # RTP is received with SIP, on the loop's thread and at its pace:
        media.threadCnt = 0  # pjmedia's own thread would wake a hundred times a second even in an idle line
        media.clockRate = media.sndClockRate = 8000
        media.ecTailLen = 0
        media.noVad = True
        set_jitter_buffer(media)
        return config

    def _open_transports(self) -> None:
        config = pj.TransportConfig()
        config.port, config.boundAddress = self.port, self.host
        try:
            self._transport_ids = [self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, config)]
            if self.port:
                self._transport_ids.append(self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_TCP, config))
        except pj.Error as error:
            raise PortTaken(
                f"SIP cannot listen on {self.host}:{self.port} ({error.reason.strip()}); "
                "stop the program that does, or choose another with --sip-port or listen.port in the plan"
            ) from error
        local_address = self._endpoint.transportGetInfo(self._transport_ids[0]).localAddress
        self.port = int(local_address.rpartition(":")[2])
        if self._endpoint.transportGetInfo(self._transport_ids[-1]).type == pj.PJSIP_TRANSPORT_TCP:
            self._endpoint.connections = Connections(Door(self.port), self._endpoint.transportShutdown)

    def _choose_codecs(self) -> None:
        for codec in self._endpoint.codecEnum2():
            self._endpoint.codecSetPriority(codec.codecId, CODECS.get(codec.codecId, 0))

    def _account_config(self) -> pj.AccountConfig:
        config = pj.AccountConfig()
        config.idUri = f"sip:hotline@{self.host}:{self.port}"
        config.sipConfig.transportId = self._transport_ids[0]
        config.mediaConfig.transportConfig.boundAddress = self.host
        config.mediaConfig.transportConfig.publicAddress = self.host if self.host != "0.0.0.0" else ""  # noqa: S104
        first, last = self._settings.rtp_ports
        audio = config.mediaConfig.transportConfig
        # At random: in order, the next call gets the ports of one that died, whose caller still sends there;
        # pjsip would take that caller for the new one and send the new one's audio to a stranger.
        audio.port, audio.portRange, audio.randomizePort = first, last - first, True
        config.mediaConfig.srtpUse = _SRTP_USE[self._settings.srtp]
        config.mediaConfig.srtpSecureSignaling = 0  # TLS is the edge's: the keys travel inside the house only
        return config

    def ring_operator(self, number: str, *, caller: str | None, call_id: str) -> Leg | None:
        """INVITE an operator, who sees the caller's number (RFC 3325) and the call's id.

        None where not even an INVITE can be sent: no way to the address, or no leg is free.
        """
        uri = self._settings.operator_uri(number)
        headers = {"X-Hotline-Call": call_id}
        return self._invite(uri, shown=caller or "anonymous", headers=headers, pace_s=TALK_PACE_S)

    def call_out(self, uri: str, *, shown: str, talks: bool = False) -> Leg | None:
        """INVITE somebody outside, who sees the number `shown` and talks to a person. None as above."""
        return self._invite(uri, shown=shown, headers={}, pace_s=TALK_PACE_S if talks else MENU_PACE_S)

    def _invite(self, uri: str, *, shown: str, headers: dict[str, str], pace_s: float) -> Leg | None:
        if not self._endpoint.turnstile.lets_in():
            log.warning("dial_put_off", uri=uri, **headers)
            return None
        leg = Leg(self._account)
        self._keep(leg, pace_s)
        address = f"sip:{shown}@{self.host}"
        try:
            leg.invite(uri, {"P-Asserted-Identity": f"<{address}>", **headers}, from_uri=address)
        except pj.Error as error:
            self._forget(leg)
            log.warning("dial_failed", uri=uri, cause=error.reason.strip(), **headers)
            return None
        return leg

    def listen_to(self, leg: Leg, capture: Capture | None) -> CallAudio:
        """The audio of an answered caller, captured from now on unless `capture` is None."""
        return CallAudio(leg, capture, self._players, self._silence, lambda: self._selector.read_at_s)

    def dismiss(self, leg: Leg) -> None:
        """Hang up, and keep the leg until the other side has confirmed it."""
        leg.hang_up()
        task = asyncio.ensure_future(self._forget_when_gone(leg))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _forget_when_gone(self, leg: Leg) -> None:
        await leg.gone.wait()
        self._forget(leg)

    def stop(self) -> None:
        """Hang up whatever is left and close the port."""
        for account in (self._account, self._nobody):
            account.shutdown()
        self._players.close()
        self._endpoint.libDestroy()
