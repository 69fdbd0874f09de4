"""RFC 4475, 3.2 to 3.4: transactions, what a request asks for, and the SIP of 1999."""

from __future__ import annotations

from tests.torture.message import REFUSED, SILENCE, UNDERSTOOD, Torture, torture
from tests.torture.text import Aim, assemble, invite, request, response

UNKNOWN_SCHEME = "nobodyknowsthisscheme:opaque"


@torture("badbranch", "a branch that says nothing behind its cookie", 200, REFUSED, SILENCE)
def badbranch(aim: Aim) -> bytes:
    """z9hG4bK alone."""
    via = f"SIP/2.0/{aim.transport} {aim.own_host_port};rport;branch=z9hG4bK"
    return request(aim, "OPTIONS", change={"Via": via})


@torture("insuf", "an INVITE without From, To and Call-ID", REFUSED, SILENCE)
def insuf(aim: Aim) -> bytes:
    """There is no dialog to be had."""
    return invite(aim, change={"From": None, "To": None, "Call-ID": None})


@torture("unkscm", "a Request-URI of an unknown scheme", 416, 200, UNDERSTOOD, 400, SILENCE)
def unkscm(aim: Aim) -> bytes:
    """416, or whatever else; not a call."""
    return request(aim, "OPTIONS", uri=UNKNOWN_SCHEME, change={"To": f"<{UNKNOWN_SCHEME}>"})


@torture("novelsc", "a Request-URI of a known scheme that is not SIP's", 416, 200, UNDERSTOOD, 400, SILENCE)
def novelsc(aim: Aim) -> bytes:
    """soap.beep has a host in it."""
    return request(aim, "OPTIONS", uri=f"soap.beep://{aim.foreign}:3002")


@torture("unksm2", "unknown schemes in To, From and Contact", REFUSED, SILENCE, 200)
def unksm2(aim: Aim) -> bytes:
    """To is an isbn, From a web page."""
    return request(
        aim,
        "REGISTER",
        uri=f"sip:{aim.host_port}",
        change={
            "To": "isbn:2983792873",
            "From": f"<http://www.example.com>;tag={aim.id}",
            "Contact": "<name:Li_Wei>",
        },
    )


@torture("bext01", "extensions that nobody has, in Require and Proxy-Require", 420, (401, 403, 405, 407))
def bext01(aim: Aim) -> bytes:
    """They may not be passed over."""
    return request(
        aim,
        "OPTIONS",
        extra=(
            "Require: nothingSupportsThis, nothingSupportsThisEither",
            "Proxy-Require: noProxiesSupportThis",
        ),
    )


@torture("invut", "an INVITE whose body is of an unknown type", 415, (401, 403, 404, 407, 488))
def invut(aim: Aim) -> bytes:
    """No offer that can be read."""
    return invite(
        aim, body=b'<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n', content_type="application/unknown"
    )


@torture("regaut01", "credentials of an unknown scheme", 401, 407, REFUSED)
def regaut01(aim: Aim) -> bytes:
    """They are none."""
    credentials = "NoOneKnowsThisScheme opaque-data=here"
    return request(aim, "REGISTER", uri=f"sip:{aim.host_port}", change={"Authorization": credentials})


@torture("multi01", "two values of every header that may have one", REFUSED, SILENCE)
def multi01(aim: Aim) -> bytes:
    """Which of them is meant cannot be told."""
    return invite(
        aim,
        extra=(
            "CSeq: 59 INVITE",
            f"Call-ID: other-{aim.call_id}",
            f"From: <sip:other@{aim.foreign}>;tag=other",
            f"To: <sip:other@{aim.foreign}>",
            "Max-Forwards: 5",
        ),
    )


@torture("mcl01", "two Content-Lengths that differ", REFUSED, SILENCE)
def mcl01(aim: Aim) -> bytes:
    """By TCP, where the next message begins cannot be told."""
    return (
        request(aim, "OPTIONS", change={"Content-Length": "13"}, extra=("Content-Length: 5",))
        + b"There's no way"
    )


@torture("bcast", "a response whose Via is the broadcast address", SILENCE)
def bcast(aim: Aim) -> bytes:
    """It is not for us, and it must not be sent on."""
    via = f"SIP/2.0/{aim.transport} 255.255.255.255;branch=z9hG4bK1saber23"
    return response(aim, "SIP/2.0 200 OK", {"Via": via})


@torture("zeromf", "Max-Forwards of 0", 200, 483)
def zeromf(aim: Aim) -> bytes:
    """Whom it has reached may answer it; nobody sends it on."""
    return request(aim, "OPTIONS", change={"Max-Forwards": "0"})


@torture("cparam01", "a parameter of the Contact, without <>", UNDERSTOOD)
def cparam01(aim: Aim) -> bytes:
    """It belongs to the header."""
    contact = f"sip:+19725552222@{aim.own_host_port};unknownparam"
    return request(aim, "REGISTER", uri=f"sip:{aim.host_port}", change={"Contact": contact})


@torture("cparam02", "a parameter of the Contact's URI, within <>", UNDERSTOOD)
def cparam02(aim: Aim) -> bytes:
    """It belongs to the URI."""
    contact = f"<sip:+19725552222@{aim.own_host_port};unknownparam>"
    return request(aim, "REGISTER", uri=f"sip:{aim.host_port}", change={"Contact": contact})


@torture("regescrt", "a Contact with an escaped Route in its URI", UNDERSTOOD, SILENCE, 400)
def regescrt(aim: Aim) -> bytes:
    """Nothing may be sent there."""
    contact = f"<sip:user@{aim.own_host_port}?Route=%3Csip:{aim.foreign}%3E>"
    return request(aim, "REGISTER", uri=f"sip:{aim.host_port}", change={"Contact": contact})


@torture("sdp01", "an INVITE that accepts no description of ours", 406, 200, 486, (403, 404, 488))
def sdp01(aim: Aim) -> bytes:
    """406, unless our answer is sent all the same."""
    return invite(aim, extra=("Accept: text/nobodyKnowsThis",))


@torture("inv2543", "an INVITE of RFC 2543: no branch, no tag, no Max-Forwards", 200, 486, REFUSED)
def inv2543(aim: Aim) -> bytes:
    """Old phones speak so."""
    lines = [
        f"Via: SIP/2.0/{aim.transport} {aim.own_host_port}",
        f"From: <sip:13800000009@{aim.own_host_port}>",
        f"To: <{aim.uri}>",
        f"Call-ID: {aim.call_id}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:13800000009@{aim.own_host_port}>",
        "Content-Type: application/sdp",
    ]
    body = invite(aim).partition(b"\r\n\r\n")[2]
    return assemble(f"INVITE {aim.uri} SIP/2.0", [*lines, f"Content-Length: {len(body)}"], body)


UPPER: tuple[Torture, ...] = (
    badbranch,
    insuf,
    unkscm,
    novelsc,
    unksm2,
    bext01,
    invut,
    regaut01,
    multi01,
    mcl01,
    bcast,
    zeromf,
    cparam01,
    cparam02,
    regescrt,
    sdp01,
    inv2543,
)
