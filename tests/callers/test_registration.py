"""Digest and registration, against the RFC's own figures and a registrar that the test writes."""

from __future__ import annotations

import asyncio
import hashlib
import re

import pytest
from wires import RawPeer, header, request_line

from callers.digest import Challenge, Credentials, authorization, parse_parameters
from callers.errors import RegistrationRefused
from callers.phone import Phone

RFC_7616 = Challenge(
    realm="http-auth@example.org",
    nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    algorithm="",
    opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
    qop=True,
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_rfc_s_example(algorithm, response):
    """The example of RFC 7616 section 3.9.1 comes out to the digit."""
    challenge = Challenge(
        realm=RFC_7616.realm,
        nonce=RFC_7616.nonce,
        algorithm=algorithm,
        opaque=RFC_7616.opaque,
        qop=True,
    )
    value = authorization(
        challenge,
        Credentials(user="Mufasa", password="Circle of Life"),
        method="GET",
        uri="/dir/index.html",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    given = parse_parameters(value)
    assert given["response"] == response
    assert (given["nc"], given["qop"], given["opaque"]) == ("00000001", "auth", RFC_7616.opaque)


async def challenge_once(peer: RawPeer, challenges: list[str], status: str, name: str) -> str:
    """Refuse the next request with challenges; gives what came then."""
    first = await peer.receive("REGISTER")
    asked = "\n".join(f"{name}: {challenge}" for challenge in challenges)
    reply(peer, first, status, asked)
    return await peer.receive("REGISTER")


def reply(peer: RawPeer, request: str, status: str, extra: str = "") -> None:
    """Respond to the phone that sent `request`."""
    to = re.search(r"UDP ([\d.]+):(\d+)", header(request, "Via"))
    copied = "\n".join(
        f"{name}: {header(request, name)}" for name in ("Via", "From", "To", "Call-ID", "CSeq")
    )
    peer.send(f"SIP/2.0 {status}\n{copied}\n{extra}", (to[1], int(to[2])))


@pytest.mark.parametrize(
    ("challenges", "hash_name", "refusal"),
    [
        (
            ['Digest realm="desk", nonce="n1", algorithm=MD5, qop="auth,auth-int"'],
            "md5",
            ("401 Unauthorized", "WWW-Authenticate", "Authorization"),
        ),
        (
            [
                'Digest realm="desk", nonce="n1", algorithm=MD5, qop="auth"',
                'Digest realm="desk", nonce="n1", algorithm=SHA-256, qop="auth"',
            ],
            "sha256",
            ("401 Unauthorized", "WWW-Authenticate", "Authorization"),
        ),
        (
            ['Digest realm="desk", nonce="n1"'],
            "md5",
            ("407 Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization"),
        ),
    ],
    ids=["md5", "strongest-of-two", "proxy-without-qop"],
)
def test_register_with_digest(run, challenges, hash_name, refusal):
    """The phone answers a challenge with the strongest digest it is offered, and leaves when closed."""
    status, name, answer_in = refusal

    async def scene():
        async with RawPeer() as peer:
            host, port = peer.address
            phone = Phone(user="8001", password="铁通 secret")
            async with phone:
                registering = asyncio.create_task(phone.register(f"sip:{host}:{port}", expires_s=120))
                second = await challenge_once(peer, challenges, status, name)
                given = parse_parameters(header(second, answer_in))
                assert given["response"] == expected(hash_name, given, f"sip:{host}:{port}")
                assert int(header(second, "CSeq").split()[0]) > 1
                assert header(second, "Expires") == "120"
                assert header(second, "To") == f"<sip:8001@{host}:{port}>"
                reply(peer, second, "200 OK", f"Contact: {header(second, 'Contact')};expires=60")
                await registering
                leaving = asyncio.create_task(phone.unregister())
                last = await peer.receive("REGISTER")
                assert header(last, "Expires") == "0"
                assert header(last, "Call-ID") == header(second, "Call-ID")
                reply(peer, last, "200 OK")
                await leaving

    def expected(hash_name: str, given: dict[str, str], uri: str) -> str:
        def digest(text: str) -> str:
            return hashlib.new(hash_name, text.encode()).hexdigest()

        secret, what = digest("8001:desk:铁通 secret"), digest(f"REGISTER:{uri}")
        middle = f"n1:00000001:{given['cnonce']}:auth" if "qop" in given else "n1"
        return digest(f"{secret}:{middle}:{what}")

    run(scene())


def test_wrong_password_is_told(run):
    """A registrar that challenges twice is told as RegistrationRefused, and asked no third time."""

    async def scene():
        async with RawPeer() as peer, Phone(user="8001", password="wrong") as phone:
            host, port = peer.address
            registering = asyncio.create_task(phone.register(f"sip:{host}:{port}"))
            challenge = 'Digest realm="desk", nonce="n1"'
            second = await challenge_once(peer, [challenge], "401 Unauthorized", "WWW-Authenticate")
            reply(peer, second, "401 Unauthorized", f"WWW-Authenticate: {challenge}")
            with pytest.raises(RegistrationRefused, match="401"):
                await registering
            assert peer.nothing_came()

    run(scene())


def test_invite_with_digest(run):
    """A challenged INVITE is acknowledged and sent again with credentials and a higher CSeq."""

    async def scene():
        async with RawPeer() as peer, Phone(user="8001", password="secret") as phone:
            host, port = peer.address
            call = await phone.dial(f"sip:114@{host}:{port}")
            first = await peer.receive("INVITE")
            reply(
                peer,
                first,
                "407 Proxy Authentication Required",
                'Proxy-Authenticate: Digest realm="r", nonce="n"',
            )
            assert request_line(await peer.receive("ACK")).startswith("ACK sip:114@")
            second = await peer.receive("INVITE")
            assert 'username="8001"' in header(second, "Proxy-Authorization")
            assert header(second, "Call-ID") == header(first, "Call-ID")
            assert header(second, "From") == header(first, "From")
            assert header(second, "CSeq") == "2 INVITE"
            assert second.split("\r\n\r\n")[1] == first.split("\r\n\r\n")[1]
            reply(peer, second, "486 Busy Here")
            assert await call.ended(5) == "refused"

    run(scene())
