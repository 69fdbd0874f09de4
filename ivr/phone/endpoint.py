"""The phone of one line process: pjsip's endpoint, its transports, its one account."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pjsua2 as pj
import structlog

from ivr.phone.audio import CallAudio
from ivr.phone.leg import Leg
from ivr.phone.players import Players
from ivr.sip_loop import SipSelector
from ledger.errors import PortTaken
from recorder.capture import Capture

LEGS_A_PROCESS = 4  # compiled into the wheel (PJSUA_MAX_CALLS), whatever maxCalls says
CODECS = {"PCMA/8000/1": 255, "PCMU/8000/1": 254, "G722/16000/1": 253}  # all others are switched off

LONGEST_NUMBER, LONGEST_CALL_ID = 64, 255  # what the ledger keeps of them
JITTER_MS = 60  # what the jitter buffer absorbs before anything is heard or recorded as a gap

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """An INVITE that has come in."""

    leg: Leg | None  # None where pjsip itself has refused it for want of a leg
    number: str  # the user part of the Request-URI: what was dialled
    caller: str | None  # the caller's number: P-Asserted-Identity, else From
    sip_call_id: str

    @property
    def is_present(self) -> bool:
        """Whether the caller still has one of the line's legs."""
        return self.leg is not None and not self.leg.is_over


class _Account(pj.Account):  # type: ignore[misc]  # pjsua2 has no types
    def __init__(self, on_invite: Callable[[Incoming], None]) -> None:
        super().__init__()
        self._on_invite = on_invite

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        leg = Leg(self, prm.callId)
        self._on_invite(read_invite(prm.rdata.wholeMsg, leg))


class _Endpoint(pj.Endpoint):  # type: ignore[misc]
    def __init__(self, on_invite: Callable[[Incoming], None]) -> None:
        super().__init__()
        self._on_invite = on_invite

    def onRejectedIncomingCall(self, prm: pj.OnRejectedIncomingCallParam) -> None:  # noqa: N802
        self._on_invite(read_invite(prm.rdata.wholeMsg, None))


class _Log(pj.LogWriter):  # type: ignore[misc]
    def write(self, entry: pj.LogEntry) -> None:
        report = log.warning if entry.level <= 2 else log.debug
        report("pjsip", said=entry.msg.strip())


class LinePhone:
    """Answers and places calls for one process. `on_invite` is called on the loop's thread."""

    def __init__(self, host: str, port: int, silence: Path, on_invite: Callable[[Incoming], None]) -> None:
        self.host, self.port, self._silence = host, port, silence
        self._on_invite = on_invite
        self._leaving: set[asyncio.Future[None]] = set()
        self._players = Players(silence.with_suffix(""))

    def start(self, selector: SipSelector) -> None:
        """Open the port and start answering. Raises PortTaken."""
        self._endpoint = _Endpoint(self._on_invite)
        with _standard_output_closed():
            self._endpoint.libCreate()
        self._log = _Log()
        self._endpoint.libInit(self._config())
        self._open_transports()
        self._endpoint.audDevManager().setNullDev()
        self._endpoint.libStart()
        self._choose_codecs()
        self._account = _Account(self._on_invite)
        self._account.create(self._account_config())
        selector.handle_events = self._handle_events

    def _handle_events(self, wait_ms: int) -> None:
        self._endpoint.libHandleEvents(wait_ms)

    def _config(self) -> pj.EpConfig:
        config = pj.EpConfig()
        config.uaConfig.threadCnt = 0  # every callback comes on the thread that handles events
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = LEGS_A_PROCESS
        config.uaConfig.userAgent = "Hotline"
        config.logConfig.level, config.logConfig.consoleLevel = 2, 0
        config.logConfig.msgLogging = 0
        config.logConfig.writer = self._log
        media = config.medConfig
        media.clockRate = media.sndClockRate = 8000
        media.ecTailLen = 0
        media.noVad = True
        media.jbInit = media.jbMinPre = JITTER_MS
        media.jbMaxPre = 5 * JITTER_MS
        return config

    def _open_transports(self) -> None:
        config = pj.TransportConfig()
        config.port, config.boundAddress = self.port, self.host
        try:
            self._transport_ids = [
                self._endpoint.transportCreate(kind, config)
                for kind in (pj.PJSIP_TRANSPORT_UDP, pj.PJSIP_TRANSPORT_TCP)
            ]
        except pj.Error as error:
            raise PortTaken(
                f"SIP cannot listen on {self.host}:{self.port} ({error.reason.strip()}); "
                "stop the program that does, or choose another with --sip-port or listen.port in the plan"
            ) from error

    def _choose_codecs(self) -> None:
        for codec in self._endpoint.codecEnum2():
            self._endpoint.codecSetPriority(codec.codecId, CODECS.get(codec.codecId, 0))

    def _account_config(self) -> pj.AccountConfig:
        config = pj.AccountConfig()
        config.idUri = f"sip:hotline@{self.host}:{self.port}"
        config.sipConfig.transportId = self._transport_ids[0]
        config.mediaConfig.transportConfig.boundAddress = self.host
        config.mediaConfig.transportConfig.publicAddress = self.host if self.host != "0.0.0.0" else ""  # noqa: S104
        return config

    def dial(self, uri: str, *, caller: str | None, call_id: str) -> Leg | None:
        """INVITE an operator, who sees the caller's number (RFC 3325) and the call's id.

        None where not even an INVITE can be sent: no way to the address, or no leg is free.
        """
        leg = Leg(self._account)
        shown = f"sip:{caller or 'anonymous'}@{self.host}"
        headers = {"P-Asserted-Identity": f"<{shown}>", "X-Hotline-Call": call_id}
        try:
            leg.invite(uri, headers, from_uri=shown)
        except pj.Error as error:
            leg.forget()
            log.warning("dial_failed", call_id=call_id, uri=uri, cause=error.reason.strip())
            return None
        return leg

    def listen_to(self, leg: Leg, capture: Capture) -> CallAudio:
        """The audio of an answered caller, captured from now on."""
        return CallAudio(leg, capture, self._players, self._silence)

    def dismiss(self, leg: Leg) -> None:
        """Hang up, and keep the leg until the other side has confirmed it."""
        leg.hang_up()
        task = asyncio.ensure_future(_forget_when_gone(leg))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def stop(self) -> None:
        """Hang up whatever is left and close the port."""
        self._account.shutdown()
        self._players.close()
        self._endpoint.libDestroy()


@contextmanager
def _standard_output_closed() -> Iterator[None]:
    """Before it knows our log writer, pjlib prints its greetings to standard output."""
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


async def _forget_when_gone(leg: Leg) -> None:
    await leg.gone.wait()
    leg.forget()


def read_invite(message: str, leg: Leg | None) -> Incoming:
    """The dialled number, the caller's number and the Call-ID of an INVITE as it came over the wire."""
    lines = message.splitlines()
    headers = dict(_header(line) for line in lines[1:] if ":" in line)
    identity = headers.get("p-asserted-identity") or headers.get("from") or headers.get("f") or ""
    sip_call_id = headers.get("call-id") or headers.get("i") or ""
    return Incoming(
        leg=leg,
        number=_user_part(lines[0].split(" ")[1]),
        caller=_user_part(identity) or None,
        sip_call_id=sip_call_id[:LONGEST_CALL_ID],
    )


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _user_part(address: str) -> str:
    """The user of a SIP or tel URI, in a header or bare, without parameters."""
    _, bracket, inside = address.rpartition("<")  # a display name may say anything
    uri = inside.partition(">")[0] if bracket else address
    scheme, _, rest = uri.strip().partition(":")
    user, at, _ = rest.partition("@")
    if not at and scheme.lower() != "tel":
        return ""  # a host alone
    return user.partition(";")[0][:LONGEST_NUMBER]
