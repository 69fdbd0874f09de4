"""Keeping a phone registered (RFC 3261 section 10), with digest and refreshed in time."""

from __future__ import annotations

import asyncio

import structlog
from sipmessage import URI, Address, CSeq, Request, Response

from callers.errors import PhoneError, RegistrationRefused
from callers.sip_agent import SipAgent
from callers.sip_message import renew
from callers.sip_transport import SocketAddress

log = structlog.get_logger(__name__)


class Registration:
    """One binding at one registrar. All its requests share a Call-ID and count on (10.2)."""

    def __init__(self, agent: SipAgent, registrar: URI, address: SocketAddress) -> None:
        self._agent = agent
        self._address = address
        self.identity = Address(
            uri=URI(scheme="sip", user=agent.user, host=registrar.host, port=registrar.port)
        )
        self._last: Request = agent.new_outside("REGISTER", registrar, from_=self.identity, to=self.identity)
        self._last.headers.add("Contact", agent.contact())
        self._task: asyncio.Task[None] | None = None

    async def start(self, expires_s: int) -> None:
        """Register and keep registered. Raises RegistrationRefused, NoAnswer."""
        granted_s = await self._register(expires_s)
        self._task = asyncio.create_task(self._keep(expires_s, granted_s))

    async def stop(self) -> None:
        """Take the binding away. Raises RegistrationRefused, NoAnswer."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            await self._register(0)

    async def _keep(self, expires_s: int, granted_s: float) -> None:
        while True:
            await asyncio.sleep(granted_s / 2)
            try:
                granted_s = await self._register(expires_s)
            except PhoneError as error:
                log.warning("registration_lost", error=str(error))

    async def _register(self, expires_s: int) -> float:
        response = await self._ask(expires_s)
        if response.code == 423:  # the registrar wants longer ones
            response = await self._ask(int(response.headers.get("Min-Expires") or expires_s))
        if response.code >= 300:
            raise RegistrationRefused(
                f"the registrar refused {self._agent.user!r} with {response.code} {response.phrase}; "
                "check the user name and the password"
            )
        return self._granted_s(response, expires_s)

    async def _ask(self, expires_s: int) -> Response:
        request = renew(self._last, self._last.cseq.sequence + 1)
        for name in ("Authorization", "Proxy-Authorization"):
            request.headers.remove(name)
        request.headers.set("Expires", str(expires_s))
        response = await self._agent.ask(request, self._address)
        self._last.cseq = CSeq(sequence=response.cseq.sequence, method="REGISTER")
        return response

    def _granted_s(self, response: Response, asked_s: int) -> float:
        ours = [c for c in response.contact if f"<{c.uri}>" == self._agent.contact()]
        told = ours[0].parameters.get("expires") if ours else response.headers.get("Expires")
        return float(told) if told else float(asked_s)
