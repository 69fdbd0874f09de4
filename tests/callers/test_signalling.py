"""RFC 3261 in detail: losses, refusals, route sets, requests that belong to nothing, rubbish."""

from __future__ import annotations

import asyncio

import pytest
from wires import LossyWire, RawPeer, header, headers, request_line

from callers.errors import CallRefused
from callers.hearing import tone
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import CallEnd
from callers.sip_transactions import Timers

FAST = Timers(t1_s=0.05, t2_s=0.4, t4_s=0.5)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP {formats}\r\na=rtpmap:8 PCMA/8000\r\n"
)


def answering(phone: Phone) -> asyncio.Queue[IncomingCall]:
    """Let the phone answer every call; the calls come in the queue."""
    calls: asyncio.Queue[IncomingCall] = asyncio.Queue()

    async def take(call: IncomingCall) -> None:
        await call.ring()
        await call.answer()
        calls.put_nowait(call)

    phone.on_invite = take
    return calls


def is_request(method: bytes):
    """Tells a request by its method."""
    return lambda data: data.startswith(method + b" ")


def is_answer_to(method: bytes, status: bytes = b"200"):
    """Tells a response by its status and what it answers."""
    return lambda data: data.startswith(b"SIP/2.0 " + status) and b" " + method + b"\r\n" in data


@pytest.mark.parametrize(
    ("near_loses", "far_loses"),
    [
        (is_request(b"INVITE"), None),
        (is_request(b"ACK"), None),
        (is_request(b"BYE"), None),
        (None, is_answer_to(b"INVITE")),
        (None, is_answer_to(b"BYE")),
    ],
    ids=["INVITE", "ACK", "BYE", "200-of-INVITE", "200-of-BYE"],
)
def test_losses_are_made_good(run, near_loses, far_loses):
    """Whatever datagram of a call is lost twice, it is sent again and the call goes as if nothing were."""

    async def scene():
        near_wire = LossyWire(near_loses or (lambda _: False), times=2)
        far_wire = LossyWire(far_loses or (lambda _: False), times=2)
        async with (
            Phone(user="8001", timers=FAST, wire=far_wire) as far,
            Phone(timers=FAST, wire=near_wire) as near,
        ):
            calls = answering(far)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await calls.get()
            playing = asyncio.create_task(call.play(tone(440, 2)))
            await other.wait_for_tone(440)
            playing.cancel()
            await call.hang_up()
            assert await other.ended(5) == CallEnd.FAR_HUNG_UP
        return len(near_wire.lost) + len(far_wire.lost)

    assert run(scene()) == 2


def test_no_ack_ends_the_call(run):
    """A 200 whose ACK never comes is repeated, and after 64 T1 the called phone says BYE."""

    async def scene():
        deaf = LossyWire(is_request(b"ACK"), times=1000)
        quick = Timers(t1_s=0.01, t2_s=0.08, t4_s=0.1)
        far_wire = LossyWire(lambda _: False)
        async with Phone(user="8001", timers=quick, wire=far_wire) as far, Phone(wire=deaf) as near:
            calls = answering(far)
            call = await near.dial(far.uri)
            other = await calls.get()
            assert await other.ended(5) == CallEnd.FAILED
            assert await call.ended(5) == CallEnd.FAR_HUNG_UP
            assert sum(map(is_answer_to(b"INVITE"), far_wire.sent)) > 3
            assert len(deaf.lost) > 3  # every repeated 200 was acknowledged again

    run(scene())


def test_nobody_there(run):
    """An INVITE that meets silence fails with 408 after 64 T1, not before and not never."""

    async def scene():
        wire = LossyWire(lambda _: False)
        async with RawPeer() as silent, Phone(timers=Timers(t1_s=0.01), wire=wire) as near:
            host, port = silent.address
            call = await near.dial(f"sip:114@{host}:{port}")
            with pytest.raises(CallRefused) as refused:
                await call.answered(5)
            assert refused.value.status == 408
            assert call.end == CallEnd.FAILED
            assert len(wire.sent) in (6, 7)  # at 0, 1, 3, 7, 15, 31 and, if the timers run well, 63 T1

    run(scene())


def test_refusal_is_repeated_until_its_ack(run):
    """A refusal is sent again until its ACK comes."""

    async def scene():
        async with RawPeer() as peer, Phone(user="8001", timers=FAST) as phone:
            phone.on_invite = lambda call: call.reject(486)
            peer.send(_request(peer, "INVITE"), phone.address, SDP.format(port=40000, formats="8"))
            first = await peer.receive("SIP/2.0 486")
            assert await peer.receive("SIP/2.0 486") == first
            peer.send(
                _request(peer, "ACK", to_tag=";tag=" + header(first, "To").split("tag=")[1]), phone.address
            )
            peer.send(_request(peer, "OPTIONS", branch="z9hG4bKlast"), phone.address)
            await peer.receive("SIP/2.0 200")

    run(scene())


def test_every_refusal_is_acknowledged(run):
    """A refusal that comes twice is acknowledged twice, with the INVITE's own branch, and told once."""

    async def scene():
        async with RawPeer() as peer, Phone() as near:
            host, port = peer.address
            call = await near.dial(f"sip:114@{host}:{port}")
            invite = await peer.receive("INVITE")
            for _ in range(2):
                peer.send(_response(invite, "486 Busy Here"), near.address)
                ack = await peer.receive("ACK")
                assert header(ack, "Via") == header(invite, "Via")
            with pytest.raises(CallRefused, match="486"):
                await call.answered(5)
            assert call.statuses == [486]

    run(scene())


def test_route_set_and_remote_target(run):
    """ACK and BYE go to the far end's Contact through its Record-Route, in reversed order."""

    async def scene():
        async with RawPeer() as peer, Phone() as near:
            host, port = peer.address
            call = await near.dial(f"sip:114@{host}:{port}")
            invite = await peer.receive("INVITE")
            peer.send(
                f"""SIP/2.0 200 OK
                Via: {header(invite, "Via")}
                Record-Route: <sip:{host}:{port};lr;hop=2>, <sip:{host}:{port};lr;hop=1>
                From: {header(invite, "From")}
                To: {header(invite, "To")};tag=far
                Call-ID: {header(invite, "Call-ID")}
                CSeq: {header(invite, "CSeq")}
                Contact: <sip:line7@10.1.2.3:5099>
                Content-Type: application/sdp""",
                near.address,
                SDP.format(port=40000, formats="8"),
            )
            await call.answered(5)
            ack = await peer.receive("ACK")
            leaving = asyncio.create_task(call.hang_up())
            bye = await peer.receive("BYE")
            for message in (ack, bye):
                assert request_line(message).split()[1] == "sip:line7@10.1.2.3:5099"
                assert [route.split("hop=")[1] for route in headers(message, "Route")] == ["1>", "2>"]
                assert header(message, "To").endswith(";tag=far")
                assert header(message, "Max-Forwards") == "70"
            assert header(ack, "CSeq").split()[0] == header(invite, "CSeq").split()[0]
            assert int(header(bye, "CSeq").split()[0]) > int(header(ack, "CSeq").split()[0])
            peer.send(_response(bye, "200 OK"), near.address)
            await leaving
            assert call.end == CallEnd.NEAR_HUNG_UP

    run(scene())


def _response(request: str, status: str) -> str:
    names = ("Via", "From", "To", "Call-ID", "CSeq")
    return "\n".join([f"SIP/2.0 {status}", *(f"{name}: {header(request, name)}" for name in names)])


def _request(
    peer: RawPeer, method: str, *, to_tag: str = "", branch: str = "z9hG4bK1", extra: str = ""
) -> str:
    host, port = peer.address
    return f"""{method} sip:8001@127.0.0.1 SIP/2.0
        v: SIP/2.0/UDP {host}:{port};branch={branch};rport
        Max-Forwards: 70
        f: "a caller" <sip:a@b.example>;tag=x
        t: <sip:8001@127.0.0.1>{to_tag}
        i: {branch}@raw
        CSeq: 7 {method}
        m: <sip:a@{host}:{port}>
        {extra}""".rstrip()


@pytest.mark.parametrize(
    ("method", "to_tag", "extra", "status"),
    [
        ("OPTIONS", "", "", 200),
        ("BYE", ";tag=nobody", "", 481),
        ("INFO", ";tag=nobody", "", 481),
        ("CANCEL", "", "", 481),
        ("SUBSCRIBE", "", "", 405),
        ("INVITE", "", "Require: 100rel", 420),
    ],
)
def test_requests_that_belong_to_no_call(run, method, to_tag, extra, status):
    """Each request outside a call gets the status that RFC 3261 asks for, and the same when repeated."""

    async def scene():
        async with RawPeer() as peer, Phone(user="8001") as phone:
            request = _request(peer, method, to_tag=to_tag, extra=extra)
            peer.send(request, phone.address)
            first = await peer.receive("SIP/2.0")
            assert request_line(first).split()[1] == str(status)
            assert f"received={peer.address[0]};" in header(first, "Via") + ";"
            assert f"rport={peer.address[1]}" in header(first, "Via")
            assert "tag=" in header(first, "To")
            peer.send(request, phone.address)
            assert await peer.receive("SIP/2.0") == first

    run(scene())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (SDP.format(port=40000, formats="18").replace("8 PCMA", "18 G729"), "488"),
        ("this is no SDP", "488"),
    ],
)
def test_offer_without_our_codecs(run, body, status):
    """An INVITE that offers no G.711 is refused with 488 and reaches nobody."""

    async def scene():
        async with RawPeer() as peer, Phone(user="8001") as phone:
            calls = answering(phone)
            peer.send(_request(peer, "INVITE", extra="c: application/sdp"), phone.address, body)
            await peer.receive("SIP/2.0 100")
            assert request_line(await peer.receive("SIP/2.0")).split()[1] == status
            assert calls.empty()

    run(scene())


def test_delayed_offer(run):
    """An INVITE without SDP is answered with an offer, and the ACK's answer starts the audio."""

    async def scene():
        async with RawPeer() as peer, Phone(user="8001") as phone:
            calls = answering(phone)
            peer.send(_request(peer, "INVITE"), phone.address)
            ok = await peer.receive("SIP/2.0 200")
            assert "m=audio" in ok
            assert "PCMU/8000" in ok
            tag = header(ok, "To").partition(";")[2]
            ack = _request(peer, "ACK", to_tag=";" + tag, branch="z9hG4bK1").replace(
                "branch=z9hG4bK1", "branch=z9hG4bK2"
            )
            peer.send(ack, phone.address, SDP.format(port=40000, formats="8"))
            call = await calls.get()
            async with asyncio.timeout(5):
                assert call.resent is not None
                await call.resent.acknowledged()
            assert call.local.codecs[0].name == "PCMA"
            bye = _request(peer, "BYE", to_tag=";" + tag).replace("branch=z9hG4bK1", "branch=z9hG4bK3")
            peer.send(bye.replace("CSeq: 7", "CSeq: 8"), phone.address)
            await peer.receive("SIP/2.0 200")
            assert await call.ended(5) == CallEnd.FAR_HUNG_UP

    run(scene())


def test_reinvites_that_cross(run):
    """While our own INVITE is open, the far end's re-INVITE gets 491 and the call goes on."""

    async def scene():
        async with RawPeer() as peer, Phone() as near:
            host, port = peer.address
            call = await near.dial(f"sip:114@{host}:{port}")
            invite = await peer.receive("INVITE")
            ok = _response(invite, "200 OK").replace(header(invite, "To"), header(invite, "To") + ";tag=far")
            described = f"{ok}\nContact: <sip:114@{host}:{port}>\nContent-Type: application/sdp"
            peer.send(described, near.address, SDP.format(port=40000, formats="8"))
            await call.answered(5)
            holding = asyncio.create_task(call.hold())
            ours = await peer.receive("INVITE")
            peer.send(
                f"""INVITE {near.uri} SIP/2.0
                Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bKcross
                From: {header(invite, "To")};tag=far
                To: {header(invite, "From")}
                Call-ID: {header(invite, "Call-ID")}
                CSeq: 1 INVITE
                Content-Type: application/sdp""",
                near.address,
                SDP.format(port=40000, formats="8"),
            )
            assert request_line(await peer.receive("SIP/2.0")).split()[1] == "491"
            peer.send(_response(ours, "491 Request Pending"), near.address)
            with pytest.raises(CallRefused, match="491"):
                await holding
            assert call.talking
            assert call.local.direction == "sendrecv"
            leaving = asyncio.create_task(call.hang_up())
            peer.send(_response(await peer.receive("BYE"), "200 OK"), near.address)
            await leaving

    run(scene())


def _sip(method: str, *lines: str, sent_by: str = "127.0.0.1:9", body: str = "") -> bytes:
    head = [f"{method} sip:8001@h SIP/2.0", f"Via: SIP/2.0/UDP {sent_by};branch=z9hG4bK{len(lines)}{sent_by}"]
    addresses = ["From: <sip:a@b>;tag=1", "To: <sip:8001@d>", f"CSeq: 1 {method}", f"Call-ID: {sent_by}"]
    return "\r\n".join([*head, *addresses, *lines, "", body]).encode()


RUBBISH = (
    b"\x00",
    b"\r\n\r\n",
    b"hello",
    b"\xff" * 1500,
    b"SIP/2.0\r\n\r\n",
    b"SIP/2.0 abc OK\r\n\r\n",
    b"INVITE sip:8001@h SIP/2.0\r\n\r\n",
    _sip("INVITE").replace(b"SIP/2.0/UDP", b"nonsense"),
    _sip("BYE").replace(b"CSeq: 1", b"CSeq: minus"),
    _sip("OPTIONS", "Content-Length: 99999", body="short"),
    _sip("INVITE", sent_by="127.0.0.1:99999999"),
    _sip("OPTIONS", sent_by="no.such.host.invalid"),
    _sip("INVITE", "Contact: <<<>>>"),
    _sip("INVITE", "Contact: <sip:a@127.0.0.1:70000>", sent_by="127.0.0.1:10"),
    _sip("INVITE", "P-Asserted-Identity: ???", sent_by="127.0.0.1:11"),
    _sip("INVITE", sent_by="127.0.0.1:12", body=SDP.format(port=99999, formats="8")),
)
RTP_RUBBISH = (b"\x80", b"\x80\x08" + b"\xff" * 10, b"\xbf\x65" + b"\xff" * 40, b"\x80\x65" + b"\0" * 11)


def test_rubbish_does_no_harm(run):
    """After any malformed datagram, SIP or RTP, the phone takes a call as before and hears it."""

    async def scene():
        failures = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
        async with RawPeer() as peer, Phone(user="8001") as far, Phone() as near:
            calls = answering(far)
            for data in RUBBISH:
                peer.send_bytes(data, far.address)
            call = await near.dial(far.uri)
            await call.answered(5)
            other = await calls.get()
            while other.caller_number != "13800000001":  # some of the rubbish is nearly a call
                other = await calls.get()
            port = other.media.socket.port
            for data in (*RUBBISH, *RTP_RUBBISH):
                peer.send_bytes(data, ("127.0.0.1", port))
            playing = asyncio.create_task(call.play(tone(440, 2)))
            await other.wait_for_tone(440)
            playing.cancel()
            await call.hang_up()
            assert far.agent.transport.malformed >= 6
        assert failures == []

    run(scene())
