"""RFC 4475, 3.1.2: broken messages. They are refused or dropped, and where they are read, read safely."""

from __future__ import annotations

from tests.torture.message import REFUSED, SILENCE, Torture, torture
from tests.torture.text import Aim, invite, offer, request, response

TOLERATED = (200, 404, 486)  # an element may mend what is clear
HUGE = "36893488147419103232"  # beyond 64 bits


@torture("badinv01", "separators without anything between them", REFUSED, SILENCE)
def badinv01(aim: Aim) -> bytes:
    """In Via and Contact."""
    return invite(
        aim,
        change={"Via": f"{aim.via};;,;,,", "Contact": f'"Li" <sip:li@{aim.own_host_port}>;;;;'},
    )


@torture("clerr", "Content-Length beyond the end of the message", REFUSED, SILENCE)
def clerr(aim: Aim) -> bytes:
    """By TCP the rest may yet come: then nothing is answered."""
    return invite(aim, change={"Content-Length": "9999"})


@torture("ncl", "a negative Content-Length", REFUSED, SILENCE)
def ncl(aim: Aim) -> bytes:
    """No length at all."""
    return invite(aim, change={"Content-Length": "-999"})


@torture("scalar02", "numbers that fit no machine word, in a request", REFUSED, SILENCE)
def scalar02(aim: Aim) -> bytes:
    """CSeq, Max-Forwards and Expires."""
    return request(
        aim,
        "REGISTER",
        uri=f"sip:{aim.host_port}",
        change={
            "CSeq": f"{HUGE} REGISTER",
            "Max-Forwards": "300",
            "Expires": f"1{'0' * 40}",
            "Contact": f"<sip:li@{aim.own_host_port}>;expires=280297596632815",
        },
    )


@torture("scalarlg", "numbers that fit no machine word, in a response", SILENCE)
def scalarlg(aim: Aim) -> bytes:
    """Also in Retry-After and Warning."""
    return response(
        aim,
        "SIP/2.0 503 Service Unavailable",
        {"CSeq": f"{HUGE} INVITE", "Retry-After": "949302838503028349304023988", "Warning": '1812 x "y"'},
    )


@torture("quotbal", "a quotation that does not end", REFUSED, SILENCE)
def quotbal(aim: Aim) -> bytes:
    """In the display name of To."""
    return invite(aim, change={"To": f'"Mr. J. User <{aim.uri}>'})


@torture("ltgtruri", "<> around the Request-URI", REFUSED, SILENCE)
def ltgtruri(aim: Aim) -> bytes:
    """Only headers have them."""
    return invite(aim, uri=f"<{aim.uri}>")


@torture("lwsruri", "a space within the Request-URI", REFUSED, SILENCE)
def lwsruri(aim: Aim) -> bytes:
    """Before a parameter."""
    return invite(aim, uri=f"{aim.uri}; lr")


@torture("lwsstart", "several spaces between the parts of the request line", REFUSED, SILENCE, TOLERATED)
def lwsstart(aim: Aim) -> bytes:
    """Clear enough, if not right."""
    return invite(aim, uri=f" {aim.uri} ")


@torture("trws", "spaces behind the version", REFUSED, SILENCE, TOLERATED)
def trws(aim: Aim) -> bytes:
    """Of a request line."""
    return request(aim, "OPTIONS", version="SIP/2.0  ")


@torture("escruri", "headers within the Request-URI", REFUSED, SILENCE, TOLERATED)
def escruri(aim: Aim) -> bytes:
    """The Route in it must not be followed."""
    return invite(aim, uri=f"{aim.uri}?Route=%3Csip:{aim.foreign}%3E")


@torture("baddate", "a time zone other than GMT", REFUSED, SILENCE, TOLERATED)
def baddate(aim: Aim) -> bytes:
    """Nobody here reads Date."""
    return invite(aim, change={"Date": "Fri, 01 Jan 2010 16:00:00 EST"})


@torture("regbadct", "a Contact with headers in its URI and no <>", REFUSED, SILENCE)
def regbadct(aim: Aim) -> bytes:
    """Where the URI ends cannot be told."""
    contact = f"sip:user@{aim.own_host_port}?Route=%3Csip:{aim.foreign}%3E"
    return request(aim, "REGISTER", uri=f"sip:{aim.host_port}", change={"Contact": contact})


@torture("badaspec", "spaces within an addr-spec", REFUSED, SILENCE, TOLERATED)
def badaspec(aim: Aim) -> bytes:
    """Between the brackets."""
    return request(aim, "OPTIONS", change={"To": f'"Li, Wei" < {aim.uri} >'})


@torture("baddn", "a display name that is neither quoted nor of tokens", REFUSED, SILENCE, TOLERATED)
def baddn(aim: Aim) -> bytes:
    """With a comma."""
    return request(aim, "OPTIONS", change={"From": f"Li, Wei <sip:li@{aim.own_host_port}>;tag={aim.id}"})


@torture("badvers", "a version of SIP that does not exist", 505, SILENCE, REFUSED)
def badvers(aim: Aim) -> bytes:
    """Seven."""
    return request(aim, "OPTIONS", version="SIP/7.0", change={"Via": aim.via.replace("SIP/2.0", "SIP/7.0")})


@torture("mismatch01", "CSeq names another method", REFUSED, SILENCE)
def mismatch01(aim: Aim) -> bytes:
    """OPTIONS that says INVITE: no call may come of it."""
    return request(aim, "OPTIONS", change={"CSeq": "8 INVITE"})


@torture("mismatch02", "an unknown method, and CSeq names a known one", REFUSED, SILENCE)
def mismatch02(aim: Aim) -> bytes:
    """NEWMETHOD that says INVITE, with an offer."""
    return request(aim, "NEWMETHOD", change={"CSeq": "8 INVITE"}, body=offer(aim))


@torture("bigcode", "a status beyond 32 bits", SILENCE)
def bigcode(aim: Aim) -> bytes:
    """It is no 4 by overflow."""
    return response(aim, "SIP/2.0 4294967301 better not break the receiver")


BROKEN: tuple[Torture, ...] = (
    badinv01,
    clerr,
    ncl,
    scalar02,
    scalarlg,
    quotbal,
    ltgtruri,
    lwsruri,
    lwsstart,
    trws,
    escruri,
    baddate,
    regbadct,
    badaspec,
    baddn,
    badvers,
    mismatch01,
    mismatch02,
    bigcode,
)
