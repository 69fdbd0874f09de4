"""SIP messages: datagrams read strictly enough to be safe, requests and responses built (RFC 3261)."""

from __future__ import annotations

import re
import secrets

from sipmessage import URI, Address, CSeq, Message, Request, Response, Via

MAX_FORWARDS = "70"
USER_AGENT = "hotline-test-phone"
BRANCH_COOKIE = "z9hG4bK"  # RFC 3261, 8.1.1.7
METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "UPDATE")
ALLOW = ", ".join(METHODS)
PHRASES = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    415: "Unsupported Media Type",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}

_FOLDED = re.compile(rb"\r\n[ \t]+")
_SPACE_BEFORE_COLON = re.compile(rb"(\r\n[^:\s]+)[ \t]+:")


class BadMessage(ValueError):
    """The datagram is no SIP message that can be answered."""


def parse_message(datagram: bytes) -> Request | Response:
    """A datagram as a message whose first Via, From, To, Call-ID and CSeq are sound. Raises BadMessage."""
    head, blank, body = datagram.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not blank:
        raise BadMessage("no empty line after the header")
    head = _SPACE_BEFORE_COLON.sub(rb"\1:", _FOLDED.sub(b" ", head))
    try:
        message = Message.parse(head + blank + body)
        _check_header(message)
        message.body = _exact_body(message, body)
    except (ValueError, KeyError) as error:
        raise BadMessage(str(error) or type(error).__name__) from error
    return message


def _check_header(message: Request | Response) -> None:
    top_via(message)
    if not message.call_id or not message.cseq.method:
        raise BadMessage("empty Call-ID or CSeq")
    if isinstance(message, Request) and message.cseq.method != message.method:
        raise BadMessage("CSeq names another method")
    for name in ("From", "To"):
        Address.parse(message.headers[name])
    for name in ("Contact", "Record-Route"):
        for value in message.headers.getlist(name):
            Address.parse_many(value)


def _exact_body(message: Message, body: bytes) -> bytes:
    length = message.content_length
    if length is None:
        return body
    if not 0 <= length <= len(body):
        raise BadMessage(f"Content-Length {length}, but {len(body)} bytes came")
    return body[:length]


def to_datagram(message: Request | Response) -> bytes:
    """The message as bytes, with the length of its body."""
    message.headers.set("Content-Length", str(len(message.body)))
    return bytes(message)


def top_via(message: Message) -> Via:
    """The first Via. Raises ValueError or KeyError."""
    return Via.parse_many(" ".join(message.headers["Via"].split()))[0]


def branch_of(message: Message) -> str:
    """The branch of the first Via; empty where an old peer sends none."""
    return top_via(message).parameters.get("branch") or ""


def tag_of(address: str) -> str | None:
    """The tag in a From or To value."""
    return Address.parse(address).parameters.get("tag")


def number_of(address: str) -> str | None:
    """The user part of a name-addr: `sip:8001@host` and `tel:8001` give 8001."""
    return Address.parse(address).uri.user


def new_branch() -> str:
    """A branch that names one transaction, here and everywhere."""
    return BRANCH_COOKIE + secrets.token_hex(8)


def new_tag() -> str:
    """A dialog's tag."""
    return secrets.token_hex(6)


def new_request(
    method: str, uri: URI, *, sent_by: tuple[str, int], from_: str, to: str, call_id: str, sequence: int
) -> Request:
    """A request with everything that RFC 3261 8.1.1 asks for and a branch of its own."""
    request = Request(method, uri)
    host, port = sent_by
    request.headers.add("Via", f"SIP/2.0/UDP {host}:{port};branch={new_branch()};rport")
    request.headers.add("Max-Forwards", MAX_FORWARDS)
    request.headers.add("From", from_)
    request.headers.add("To", to)
    request.headers.add("Call-ID", call_id)
    request.cseq = CSeq(sequence=sequence, method=method)
    request.headers.add("User-Agent", USER_AGENT)
    return request


def renew(request: Request, sequence: int) -> Request:
    """The same request as a new transaction: another branch and CSeq, everything else as it was."""
    again = Request(request.method, request.uri, request.body)
    for name in request.headers.keys():  # noqa: SIM118 - Headers is no mapping
        again.headers.setlist(name, list(request.headers.getlist(name)))
    via = top_via(request)
    again.headers.set("Via", str(_with_branch(via, new_branch())))
    again.cseq = CSeq(sequence=sequence, method=request.method)
    return again


def cancel_of(invite: Request) -> Request:
    """The CANCEL of a pending INVITE (9.1): same branch, same CSeq number, same route."""
    return _beside(invite, "CANCEL", invite.headers["To"])


def ack_of_refusal(invite: Request, response: Response) -> Request:
    """The ACK of a final response other than 2xx (17.1.1.3): the INVITE's own branch."""
    return _beside(invite, "ACK", response.headers["To"])


def _beside(invite: Request, method: str, to: str) -> Request:
    request = Request(method, invite.uri)
    request.headers.add("Via", invite.headers["Via"])
    request.headers.add("Max-Forwards", MAX_FORWARDS)
    request.headers.add("From", invite.headers["From"])
    request.headers.add("To", to)
    request.headers.add("Call-ID", invite.call_id)
    request.cseq = CSeq(sequence=invite.cseq.sequence, method=method)
    if routes := invite.headers.getlist("Route"):
        request.headers.setlist("Route", list(routes))
    return request


def _with_branch(via: Via, branch: str) -> Via:
    parameters = via.parameters.replace(branch=branch)
    return Via(transport=via.transport, host=via.host, port=via.port, parameters=parameters)


def new_response(
    request: Request, code: int, phrase: str | None = None, *, tag: str | None = None
) -> Response:
    """A response to `request` (8.2.6); `tag` is put on To where it has none and the code is above 100."""
    response = Response(code, phrase or PHRASES.get(code, "Answer"))
    response.headers.setlist("Via", list(request.headers.getlist("Via")))
    if routes := request.headers.getlist("Record-Route"):
        response.headers.setlist("Record-Route", list(routes))
    to = request.headers["To"]
    if code > 100 and tag and tag_of(to) is None:
        to = f"{to};tag={tag}"
    response.headers.add("From", request.headers["From"])
    response.headers.add("To", to)
    response.headers.add("Call-ID", request.call_id)
    response.headers.add("CSeq", request.headers["CSeq"])
    response.headers.add("User-Agent", USER_AGENT)
    return response


def stamp_source(request: Request, source: tuple[str, int]) -> None:
    """Write `received` and `rport` into the first Via, as RFC 3261 18.2.1 and RFC 3581 ask."""
    vias = [
        via for value in request.headers.getlist("Via") for via in Via.parse_many(" ".join(value.split()))
    ]
    changes: dict[str, str | None] = {}
    if vias[0].host != source[0]:
        changes["received"] = source[0]
    if "rport" in vias[0].parameters:
        changes |= {"received": source[0], "rport": str(source[1])}
    first = Via(
        transport=vias[0].transport,
        host=vias[0].host,
        port=vias[0].port,
        parameters=vias[0].parameters.replace(**changes),
    )
    request.headers.setlist("Via", [str(via) for via in (first, *vias[1:])])


def response_address(request: Request) -> tuple[str, int]:
    """Where a response goes (18.2.2): the Via's received and rport, else its host and port."""
    via = top_via(request)
    host = via.parameters.get("received") or via.host
    port = via.parameters.get("rport") or via.port or 5060
    return host, int(port)
