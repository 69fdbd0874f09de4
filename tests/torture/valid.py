"""RFC 4475, 3.1.1: strange and yet well formed. A 400 would mean that we cannot read SIP."""

from __future__ import annotations

from tests.torture.message import SILENCE, UNDERSTOOD, Torture, torture
from tests.torture.text import Aim, assemble, invite, offer, request, response, token


@torture(
    "wsinv", "folded lines, compact and mixed-case names, space around separators, empty values", 200, 486
)
def wsinv(aim: Aim) -> bytes:
    """The number is one of ours: it must be answered or found busy."""
    body = offer(aim)
    own = aim.own_host_port
    lines = [
        f"TO :\r\n <{aim.uri}>   ",
        f'from   : "Li\\\\ \\"114\\" \\t"  \r\n\t <sip:13800000009@{own}>  ;\r\n  tag = {aim.id}',
        "MaX-fOrWaRdS: 0068",
        f"i: {aim.call_id}",
        f"l: {len(body)}",
        "cseq: 0009\r\n  INVITE",
        f"Via  : SIP  /   2.0\r\n /{aim.transport}\r\n    {own};branch=\r\n z9hG4bK{token()};rport",
        "s :",
        "NewFangled:  newfangled value\r\n continued newfangled value",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;",
        "Content-Type: application/sdp",
        f"v:  SIP  / 2.0  / {aim.transport}  192.0.2.2;\r\n  branch = z9hG4bKaa,"
        "\r\n SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKbb",
        f'm:"Quoted string \\"\\"" <sip:13800000009@{own}> ; newparam =\r\n      newvalue ;'
        "\r\n  secondparam ; q = 0.33",
    ]
    return assemble(f"INVITE {aim.uri};unknownparam SIP/2.0", lines, body)


@torture(
    "intmeth", "every character that a method, a header name and a user part may have", 405, 501, UNDERSTOOD
)
def intmeth(aim: Aim) -> bytes:
    """A method that nobody knows, of strange characters."""
    method = "!odd-Method0123456789_*+`.%really'~"
    user = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
    return request(
        aim,
        method,
        uri=f"sip:{user}@{aim.host_port}",
        change={
            "To": f'"BEL:\x07 NUL:\\\x00 DEL:\\\x7f" <sip:{user}@{aim.host_port}>',
            "From": f"token1~` token2'+_ token3*%!.- <sip:mundane@{aim.own_host_port}>"
            f";fromParam''~+*_!.-%=\"\u0440\u0430\u0431\";tag={aim.id}",
        },
        extra=("extensionHeader-!.%*+_`'~: \ufeff\u5927\u505c\u96fb",),
    )


@torture("esc01", "percent escapes in a Request-URI, %31%31%34 being 114", 200, 486)
def esc01(aim: Aim) -> bytes:
    """RFC 3261, 19.1.4: an escaped unreserved character is the character."""
    return invite(aim, uri=f"sip:%31%31%34@{aim.host_port}", change={"To": f"<sip:11%34@{aim.host_port}>"})


@torture("escnull", "the octet 0 as an escape in URIs", UNDERSTOOD)
def escnull(aim: Aim) -> bytes:
    """A name with %00 must not be cut short."""
    user = f"<sip:null-%00-null@{aim.host_port}>"
    contacts = f"<sip:%00@{aim.own_host_port}>, <sip:%00%00@{aim.own_host_port}>"
    return request(
        aim,
        "REGISTER",
        uri=f"sip:{aim.host_port}",
        change={"To": user, "From": f"{user};tag={aim.id}", "Contact": contacts},
    )


@torture(
    "esc02", "a percent sign that is no escape: RE%47IST%45R is a method of its own", 405, 501, UNDERSTOOD
)
def esc02(aim: Aim) -> bytes:
    """Nothing may be registered by it."""
    return request(
        aim,
        "RE%47IST%45R",
        uri=f"sip:{aim.host_port}",
        change={"From": f'"%Z%45" <sip:resource@{aim.own_host_port}>;tag={aim.id}'},
    )


@torture("lwsdisp", "no space between display name and <", 200, UNDERSTOOD)
def lwsdisp(aim: Aim) -> bytes:
    """Legal since the display name is a token."""
    return request(aim, "OPTIONS", change={"From": f"caller<sip:caller@{aim.own_host_port}>;tag={aim.id}"})


@torture("longreq", "long values in every header, and many Vias", 200, 486, 413, 513)
def longreq(aim: Aim) -> bytes:
    """About 4 KB: what fits a datagram must be read."""
    long = "really" * 20
    vias = [f"Via: SIP/2.0/TCP sip{n}.example.com;branch=z9hG4bK{n}" for n in range(33, 0, -1)]
    return invite(
        aim,
        uri=f"sip:114@{aim.host_port};unknown{long}param",
        change={
            "To": f'"I have a{long}long name" <{aim.uri}>;unknown{long}=very{long}value',
            "From": f"<sip:{'long' * 15}@{aim.own_host_port}>;tag=12{'9824' * 30}{aim.id};unknown{long}=1",
            "Call-ID": f"longreq.one{long}longcallid.{aim.call_id}",
        },
        extra=(*vias, f"Unknown-{long}-Header: unknown-{long}-value"),
    )


@torture("dblreq", "a second request behind the end of the first, in one datagram", UNDERSTOOD)
def dblreq(aim: Aim) -> bytes:
    """By UDP what follows the first must be ignored; by TCP it is the next message."""
    first = request(aim, "REGISTER", uri=f"sip:{aim.host_port}")
    return first + invite(aim, change={"Call-ID": f"second-{aim.call_id}"})


@torture("semiuri", "a semicolon within the user part", 200, UNDERSTOOD)
def semiuri(aim: Aim) -> bytes:
    """It is no URI parameter."""
    return request(aim, "OPTIONS", uri=f"sip:user;par=u%40example.net@{aim.host_port}")


@torture("transports", "Vias of every transport, unknown ones too", 200)
def transports(aim: Aim) -> bytes:
    """Only the first is ours to read."""
    kinds = ("SCTP", "TLS", "UNKNOWN", "TCP")
    vias = [f"Via: SIP/2.0/{kind} t{n}.example.com;branch=z9hG4bK{n}" for n, kind in enumerate(kinds)]
    return request(aim, "OPTIONS", extra=tuple(vias))


@torture("mpart01", "a multipart body with octets of every kind", UNDERSTOOD)
def mpart01(aim: Aim) -> bytes:
    """A signed text message."""
    boundary = "7a9cbec02ceef655"
    body = (
        f"--{boundary}\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n"
        f"--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += bytes(range(256)) * 4 + f"\r\n--{boundary}--".encode()
    kind = f'multipart/signed;protocol="application/pkcs7-signature";micalg=sha1;boundary={boundary}'
    return request(aim, "MESSAGE", body=body, content_type=kind)


@torture("unreason", "a response whose reason phrase is UTF-8", SILENCE)
def unreason(aim: Aim) -> bytes:
    """It answers nothing that was asked."""
    return response(aim, "SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e")


@torture("noreason", "a response with an empty reason phrase", SILENCE)
def noreason(aim: Aim) -> bytes:
    """The space behind the status is there."""
    return response(aim, "SIP/2.0 100 ")


VALID: tuple[Torture, ...] = (
    wsinv,
    intmeth,
    esc01,
    escnull,
    esc02,
    lwsdisp,
    longreq,
    dblreq,
    semiuri,
    transports,
    mpart01,
    unreason,
    noreason,
)
