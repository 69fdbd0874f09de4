"""One line process: takes INVITEs, serves two callers at a time, drains before it stops."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import structlog

from desks.campaigns.attempts import Attempt
from ivr.books import Books, Opened
from ivr.clerk import ClerkLine
from ivr.feature_code import FeatureCall, wanted_state
from ivr.outbound.dialler import KINDS, Dialler, Outgoing
from ivr.outbound.outbound_books import OutboundBooks, Terms
from ivr.phone import Incoming, Leg, LinePhone, PhoneSettings, write_silence
from ivr.script import CallScript
from ivr.sip_loop import TALK_PACE_S, new_sip_loop
from ivr.taping import Taping
from ledger.clock import now
from ledger.records import Ending
from ledger.signatures import sign
from ledger.states import LineState, Reason, Result
from recorder.capture import Capture
from recorder.room import DiskWatch
from sip_config.plan import Plan

CALLERS_A_LINE = 2  # each may need a second leg for the operator, and a process has four
FOR_WANT_OF_PLACE = (486, 500)  # pjsip's own refusals: no leg is free; legs come too fast (turnstile.py)
MORE_SILENCE_S = 60.0  # than the longest call; it must not end, or its place would not tell what was captured
RETRY_AFTER_S = 5  # what refused callers are told

Script = TypeVar("Script", CallScript, FeatureCall)
log = structlog.get_logger(__name__)


class Line:
    """Everything between INVITE and end for the callers of one process."""

    def __init__(
        self,
        *,
        plan: Plan,
        clerk: ClerkLine,
        name: str,
        phone: PhoneSettings,
        capture_dir: Path,
        disk: DiskWatch,
        drain_s: float,
        on_ready: Callable[[], None],
    ) -> None:
        self._plan, self._name, self._capture_dir = plan, name, capture_dir
        self._settings, self._drain_s, self._disk = phone, drain_s, disk
        self._on_ready = on_ready
        self._books = Books(clerk, sign(name))
        self._outbound_books: OutboundBooks | None = None
        if plan.outbound:
            terms = Terms.of(plan, plan.outbound)
            self._outbound_books = OutboundBooks(self._books, sign(name), terms)
        self._callers: dict[asyncio.Task[None], Incoming | Outgoing] = {}
        self._claimed: Outgoing | None = None  # the place of the call that we place, or look for
        self._refusals: set[asyncio.Task[None]] = set()
        self._draining = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain for `drain_s`; SIGHUP drains until the last call ends.

        Raises PortTaken.
        """
        loop, selector = new_sip_loop()
        asyncio.set_event_loop(loop)
        _collect_on_this_thread_only()
        silence = self._capture_dir / f"{self._name}.silence.wav"
        write_silence(silence, self._plan.limits.longest_call_s + MORE_SILENCE_S)
        self._phone = LinePhone(self._settings, silence, self._take_invite)
        self._phone.start(selector)
        selector.pace_s = TALK_PACE_S  # the clerk's answer is waited for
        loop.run_until_complete(self._open_line())
        selector.pace_s = None
        self._stop = asyncio.Event()
        for ends in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ends, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._renew)
        self._on_ready()
        log.info("line_ready", line=self._name, host=self._phone.host, port=self._phone.port)
        try:
            loop.run_until_complete(self._serve_until_stopped())
        finally:
            self._phone.stop()

    def _renew(self) -> None:
        self._drain_s = self._plan.limits.longest_call_s
        self._stop.set()

    async def _serve_until_stopped(self) -> None:
        dialling = asyncio.create_task(self._call_out())
        await self._stop.wait()
        self._draining = True
        await dialling
        await self._books.line_is(LineState.DRAINING)
        log.info("line_draining", line=self._name, callers=len(self._callers))
        if self._callers:
            await asyncio.wait(self._callers, timeout=self._drain_s)
        for task in self._callers:
            task.cancel()
        await asyncio.gather(*self._callers, *self._refusals, return_exceptions=True)
        await self._books.line_is(LineState.DEAD)
        await self._books.close()

    async def _call_out(self) -> None:
        """Place calls where the plan says how, until the line stops."""
        if self._outbound_books:
            dialler = Dialler(books=self._outbound_books, take_place=self._take_place, hold=self._hold)
            await dialler.run(self._stop)

    def _take_place(self, call_id: str) -> Outgoing | None:
        """One call of ours at a time: at least one place of a line is for callers."""
        if (self._claimed and self._claimed.is_present) or len(self._present()) >= CALLERS_A_LINE:
            return None
        self._claimed = Outgoing(call_id=call_id)
        return self._claimed

    def _hold(self, place: Outgoing, attempt: Attempt) -> None:
        task = asyncio.ensure_future(self._place_call(place, attempt))
        self._callers[task] = place
        task.add_done_callback(self._forget)

    async def _place_call(self, place: Outgoing, attempt: Attempt) -> None:
        assert self._plan.outbound
        assert self._outbound_books
        log.info("call_back_placed", call_id=attempt.call_id, campaign=attempt.campaign.id, line=self._name)
        call = KINDS[attempt.campaign.mode](
            plan=self._plan,
            outbound=self._plan.outbound,
            phone=self._phone,
            books=self._books,
            outbound_books=self._outbound_books,
            attempt=attempt,
        )
        try:
            await call.place(Taping(Capture.of_call(self._capture_dir, attempt.call_id), self._disk))
        finally:
            place.is_present = False

    def _present(self) -> list[Incoming | Outgoing]:
        """Who has one of the line's places."""
        looking = [self._claimed] if self._claimed and self._claimed.is_present else []
        known = [one for one in self._callers.values() if one.is_present and one is not self._claimed]
        return [*looking, *known]

    async def _open_line(self) -> None:
        """Tell the edge, by the ledger, where this line answers."""
        await self._books.open_line(host=self._phone.host, port=self._phone.port, places=CALLERS_A_LINE)

    def _take_invite(self, invite: Incoming) -> None:
        """Pjsip's callback: only starts a task."""
        refusal = self._why_refuse(invite)
        if refusal or invite.leg is None:
            task = asyncio.ensure_future(self._refuse(invite, *(refusal or _refused_by_pjsip(486))))
            self._refusals.add(task)
            task.add_done_callback(self._refusals.discard)
            return
        task = asyncio.ensure_future(self._serve(invite, invite.leg))
        self._callers[task] = invite
        task.add_done_callback(self._forget)

    def _why_refuse(self, invite: Incoming) -> tuple[int, Reason] | None:
        if invite.refused_with is not None:
            return _refused_by_pjsip(invite.refused_with)
        operator = invite.operator if self._settings.behind_edge else None
        if wanted_state(self._plan, invite.number) and operator not in self._plan.operators:
            return 403, Reason.NOT_ALLOWED
        if invite.number not in self._plan.numbers and not wanted_state(self._plan, invite.number):
            return 404, Reason.UNKNOWN_NUMBER
        if self._draining:
            return 503, Reason.DRAINING
        if len(self._present()) >= CALLERS_A_LINE:
            return 486, Reason.LINES_BUSY
        return None

    async def _refuse(self, invite: Incoming, sip_status: int, reason: Reason) -> None:
        call_id = (await self._open_row(invite)).call_id
        if invite.leg:
            retry_after_s = RETRY_AFTER_S if sip_status in {486, 503} else None
            invite.leg.refuse(sip_status, retry_after_s)
            await invite.leg.gone.wait()
            self._phone.dismiss(invite.leg)
        await self._books.ended(call_id, ending=Ending(result=Result.REFUSED, reason=reason), ended_at=now())
        log.info("call_refused", call_id=call_id, number=invite.number, sip_status=sip_status, reason=reason)

    async def _serve(self, invite: Incoming, leg: Leg) -> None:
        opened = await self._open_row(invite)
        call_id, invite = opened.call_id, replace(invite, is_canary=opened.is_canary)
        log.info("call_received", call_id=call_id, number=invite.number, line=self._name)
        try:
            if wanted_state(self._plan, invite.number):
                await self._script(FeatureCall, invite, leg, call_id).serve()
                return
            script = self._script(CallScript, invite, leg, call_id)
            await script.serve(Taping(Capture.of_call(self._capture_dir, call_id), self._disk))
        finally:
            self._phone.dismiss(leg)

    def _script(self, kind: type[Script], invite: Incoming, leg: Leg, call_id: str) -> Script:
        return kind(
            plan=self._plan, phone=self._phone, books=self._books, invite=invite, leg=leg, call_id=call_id
        )

    async def _open_row(self, invite: Incoming) -> Opened:
        return await self._books.open_call(
            hotline=invite.number, caller=invite.caller, sip_call_id=invite.sip_call_id
        )

    def _forget(self, task: asyncio.Task[None]) -> None:
        gc.collect()
        sip_call_id = self._callers.pop(task).sip_call_id
        if not task.cancelled() and task.exception():
            log.error("call_crashed", sip_call_id=sip_call_id, exc_info=task.exception())


def _refused_by_pjsip(sip_status: int) -> tuple[int, Reason]:
    """For want of a leg, for coming too fast, or for a body that is no offer."""
    return sip_status, Reason.LINES_BUSY if sip_status in FOR_WANT_OF_PLACE else Reason.BAD_REQUEST


def _collect_on_this_thread_only() -> None:
    """Python's collector may run on any thread, and pjlib aborts when its objects die on another one.

    So it is off, and runs after each call; what exists by now is left out of its search.
    """
    gc.disable()
    gc.collect()
    gc.freeze()
