"""The scripted test phone: our own SIP user agent, which shares no code with the lines it tests.

async with Phone(user="13800000001") as phone:
    call = await phone.dial("sip:114@127.0.0.1:5060")
    await call.answered(10)
    await call.wait_for_speech(5)
    await call.send_digits("1")
    await call.hang_up()
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self

import structlog
from sipmessage import URI, Address, Request

from callers.codec import Codec
from callers.digest import Credentials
from callers.errors import PhoneError
from callers.incoming_call import IncomingCall
from callers.outgoing_call import OutgoingCall
from callers.phone_call import DEFAULT_CODECS, PhoneCall
from callers.registration import Registration
from callers.sdp import BadDescription
from callers.sip_agent import SipAgent
from callers.sip_message import new_tag
from callers.sip_transactions import ServerTransaction, Timers
from callers.sip_transport import SocketAddress, UdpWire
from ledger.errors import HotlineError

log = structlog.get_logger(__name__)
CLOSING_S = 2.0  # how long the far ends may take to answer our BYEs when the phone is closed


class Phone:
    """A phone on one UDP port, with any number of calls at once. Use it as `async with`.

    `on_invite` is called for every call that comes; without it they are answered 480. Errors in it
    that are no HotlineError are raised when the phone is closed: nothing is swallowed.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        user: str = "13800000001",
        display: str = "",
        *,
        password: str | None = None,
        codecs: tuple[Codec, ...] = DEFAULT_CODECS,
        any_user: bool = False,  # take calls for every user part, not only our own
        timers: Timers | None = None,
        wire: UdpWire | None = None,
    ) -> None:
        self.on_invite: Callable[[IncomingCall], Awaitable[None]] | None = None
        self.user = user
        self._host, self._port = host, port
        self._codecs, self._any_user = codecs, any_user
        self.agent = SipAgent(
            user=user,
            display=display,
            credentials=None if password is None else Credentials(user=user, password=password),
            timers=timers,
            wire=wire,
            on_invite=self._invited,
        )
        self._calls: list[PhoneCall] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[Exception] = []
        self._registration: Registration | None = None

    async def __aenter__(self) -> Self:
        await self.agent.open(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave()
        if self._failures and error is None:
            raise ExceptionGroup("a call that came to the phone failed", self._failures)

    @property
    def address(self) -> SocketAddress:
        """Where the phone listens."""
        return self.agent.address

    @property
    def uri(self) -> str:
        """What others dial to reach this phone."""
        return self.agent.contact().strip("<>")

    @property
    def calls(self) -> tuple[PhoneCall, ...]:
        """Calls that have not ended."""
        self._calls = [call for call in self._calls if call.end is None]
        return tuple(self._calls)

    async def dial(
        self,
        target: str,
        *,
        user: str | None = None,
        display: str | None = None,
        headers: Mapping[str, str] | None = None,
        sip_call_id: str | None = None,
    ) -> PhoneCall:
        """Send an INVITE and return at once; `await call.answered()` waits. Raises PhoneError.

        `user` is another number to call from than the phone's own; `headers` go into the INVITE; without
        a `sip_call_id` one is drawn.
        """
        to = Address(uri=_parse(target))
        address = await self.agent.locate(to.uri)
        call = OutgoingCall(self.agent, self.address[0], self._codecs)
        self._calls = [*self.calls, call]
        call.place(to, self._identity(user, display), address, headers or {}, sip_call_id)
        return call

    async def register(self, registrar: str, *, expires_s: int = 300) -> None:
        """Register at `sip:host:port` and stay registered until closed. Raises RegistrationRefused."""
        uri = _parse(registrar)
        registration = Registration(self.agent, uri, await self.agent.locate(uri))
        await registration.start(expires_s)
        self._registration = registration

    async def unregister(self) -> None:
        """Take the registration back."""
        if self._registration is not None:
            registration, self._registration = self._registration, None
            await registration.stop()

    def _identity(self, user: str | None, display: str | None) -> Address:
        if self._registration is not None and user is None:
            return Address(uri=self._registration.identity.uri, name=display or self.agent.display)
        return self.agent.identity(user, display)

    def _invited(self, request: Request, transaction: ServerTransaction) -> None:
        if not self._any_user and request.uri.user != self.user:
            transaction.answer(404, tag=new_tag())
        elif self.on_invite is None:
            transaction.answer(480, tag=new_tag())
        else:
            self._take_call(transaction)

    def _take_call(self, transaction: ServerTransaction) -> None:
        try:
            call = IncomingCall(self.agent, self.address[0], transaction, self._codecs)
        except BadDescription as error:
            log.info("offer_refused", error=str(error))
            transaction.answer(488, tag=new_tag())
            return
        self._calls = [*self.calls, call]
        task = asyncio.create_task(self._serve(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, call: IncomingCall) -> None:
        assert self.on_invite is not None
        try:
            await self.on_invite(call)
        except HotlineError as error:
            log.warning("call_left", call_id=call.sip_call_id, error=str(error))
            await call.hang_up()
        except Exception as error:
            self._failures.append(error)
            await call.hang_up()
            raise
        finally:
            if call.end is None and not call.talking:
                await call.reject(480)

    async def _leave(self) -> None:
        goodbyes = [call.hang_up() for call in self.calls]
        if self._registration is not None:
            goodbyes.append(self.unregister())
        try:
            async with asyncio.timeout(CLOSING_S):
                for outcome in await asyncio.gather(*goodbyes, return_exceptions=True):
                    if isinstance(outcome, Exception):
                        log.warning("goodbye_failed", error=str(outcome))
        except TimeoutError:
            log.warning("goodbyes_unanswered", count=len(goodbyes))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in self.calls:
            call.media.close()
        self.agent.close()


def _parse(uri: str) -> URI:
    try:
        return URI.parse(uri)
    except ValueError as error:
        raise PhoneError(f"{uri!r} is no SIP address; write it like sip:114@127.0.0.1:5060") from error
