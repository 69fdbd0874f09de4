"""Requests inside a call (RFC 3261 sections 12 to 15): BYE, INFO, re-INVITE and UPDATE, both ways."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from sipmessage import Request, Response

from callers.codec import Codec
from callers.dtmf import INFO_TYPE
from callers.errors import CallOver, CallRefused, NoAnswer
from callers.resent_answer import ResentAnswer
from callers.sdp import BadDescription, parse_body, to_body
from callers.sip_message import ALLOW, new_response, response_address
from callers.sip_transactions import ServerTransaction

if TYPE_CHECKING:
    from callers.phone_call import PhoneCall

log = structlog.get_logger(__name__)
SDP_TYPE = "application/sdp"


def take(call: PhoneCall, request: Request, transaction: ServerTransaction | None) -> None:
    """Answer a request of the far end in the call's dialog."""
    assert call.dialog is not None
    if transaction is None:
        _take_ack(call, request)
    elif request.cseq.sequence < call.dialog.remote_sequence:
        transaction.answer(500)  # 12.2.2: out of order
    else:
        call.dialog.remote_sequence = request.cseq.sequence
        _answer(call, request, transaction)


def _answer(call: PhoneCall, request: Request, transaction: ServerTransaction) -> None:
    match request.method:
        case "BYE":
            transaction.answer(200)
            call.hung_up_by_far_end()
        case "INFO":
            _take_info(call, request, transaction)
        case "INVITE":
            _take_reinvite(call, request, transaction)
        case "UPDATE":
            _take_update(call, request, transaction)
        case "OPTIONS":
            transaction.answer(200, Allow=ALLOW, Accept=SDP_TYPE)
        case _:
            transaction.answer(405, Allow=ALLOW)


def _take_ack(call: PhoneCall, ack: Request) -> None:
    if call.resent is None or not call.resent.is_open:
        return
    call.resent.stop()
    if ack.body and call.offer_in_answer:
        try:
            call.accept_answer(parse_body(ack.body))
        except BadDescription as error:
            log.warning("answer_in_ack_unusable", error=str(error))
    call.tell()


def _take_info(call: PhoneCall, request: Request, transaction: ServerTransaction) -> None:
    content_type = str(request.headers.get("Content-Type") or "").split(";")[0].strip().lower()
    understood = content_type == INFO_TYPE and call.media.keys.take_info(request.body)
    if understood or not request.body:
        transaction.answer(200)
    else:
        transaction.answer(415, Accept=INFO_TYPE)


def _take_reinvite(call: PhoneCall, request: Request, transaction: ServerTransaction) -> None:
    if call.inviting:
        transaction.answer(491)  # 14.2: both sides invite at once
        return
    if call.resent is not None and call.resent.is_open:
        transaction.answer(500, Retry_After="1")
        return
    if _renegotiate(call, request, transaction):
        response = with_description(call, new_response(request, 200))
        transaction.respond(response)
        resend(call, response, request)


def _take_update(call: PhoneCall, request: Request, transaction: ServerTransaction) -> None:
    if call.inviting:
        transaction.answer(491)
    elif _renegotiate(call, request, transaction):
        response = new_response(request, 200)
        transaction.respond(with_description(call, response) if request.body else response)


def _renegotiate(call: PhoneCall, request: Request, transaction: ServerTransaction) -> bool:
    assert call.dialog is not None
    call.offer_in_answer = not request.body
    if request.body:
        try:
            call.accept_offer(parse_body(request.body))
        except BadDescription as error:
            log.info("renegotiation_refused", error=str(error))
            transaction.answer(488)  # the session goes on as it was
            return False
    call.dialog.refresh_target(request)
    return True


def with_description(call: PhoneCall, response: Response) -> Response:
    """Put our Contact and our current session description into a 200 to INVITE."""
    response.headers.set("Contact", call.agent.contact())
    response.headers.set("Allow", ALLOW)
    response.headers.set("Content-Type", SDP_TYPE)
    response.body = to_body(call.local)
    return response


def resend(call: PhoneCall, response: Response, request: Request) -> None:
    """Repeat a 200 until its ACK; without one the call ends, as 13.3.1.4 asks."""

    def lost() -> None:
        log.warning("answer_not_acknowledged", call_id=request.call_id)
        call.fail_without_ack()

    call.resent = ResentAnswer(call.agent.layer, response, response_address(request), lost)


async def reinvite(call: PhoneCall, direction: str, codecs: tuple[Codec, ...] | None = None) -> None:
    """Offer the stream once more: another direction, other codecs, the port of now.

    Raises CallRefused, NoAnswer, CallOver.
    """
    if call.dialog is None or not call.talking:
        raise CallOver("there is no conversation: the call is not answered yet, or over")
    before = call.local
    call.local = replace(
        before,
        direction=direction,
        codecs=codecs or before.codecs,
        port=call.media.socket.port,
        version=before.version + 1,
    )
    request = call.dialog.request("INVITE", call.agent.address)
    request.headers.add("Contact", call.agent.contact())
    request.headers.add("Allow", ALLOW)
    request.headers.add("Content-Type", SDP_TYPE)
    request.body = to_body(call.local)
    response = await _final_of_invite(call, request)
    if response.code >= 300:
        call.local = before
        raise CallRefused(response.code, response.phrase)
    call.dialog.refresh_target(response)
    call.accept_answer(parse_body(response.body))


async def _final_of_invite(call: PhoneCall, request: Request) -> Response:
    """Send a re-INVITE; every 2xx of it gets its ACK, also the repeated ones."""
    final: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()

    def take_response(response: Response | None) -> None:
        if response is not None and response.code < 200:
            return
        if response is not None and response.code < 300:
            acknowledge(call, request)
        if not final.done():
            final.set_result(response)

    assert call.dialog is not None
    call.inviting = True
    try:
        call.agent.start(request, call.agent.address_of(call.dialog, call.peer), take_response)
        response = await final
    finally:
        call.inviting = False
    if response is None:
        raise NoAnswer("no answer to a re-INVITE; is the far end still there?")
    return response


def acknowledge(call: PhoneCall, invite: Request) -> None:
    """Send the ACK of a 2xx to `invite`."""
    assert call.dialog is not None
    ack = call.dialog.ack(invite, call.agent.address)
    call.agent.transport.send(ack, call.agent.address_of(call.dialog, call.peer))
