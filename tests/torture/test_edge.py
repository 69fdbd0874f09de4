"""The edge under the same attacks: nothing comes through that it does not mean to let through."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from callers.phone import Phone
from callers.sip_transport import SocketAddress, UdpWire
from ivr.phone.incoming import read_invite
from tests.edge.stage import EdgeStage, opened_stage
from tests.torture.deviations import EDGE_DEVIATIONS
from tests.torture.edge_target import OPERATOR, PASSWORD, STRANGER, raw_line, start
from tests.torture.fuzz import SEEDS, mutate
from tests.torture.message import SILENCE
from tests.torture.messages import MESSAGES
from tests.torture.round import TRANSPORTS, Outcome, send
from tests.torture.scanner import scan_all
from tests.torture.target import trap_at
from tests.torture.text import Aim, invite, offer, request
from tests.torture.wire import Answer, final_answer, leave, line_to, lives

CLAIMS = ("X-Hotline-Operator: 8001", "P-Asserted-Identity: <sip:110@x>")
FUZZED, BATCH = 600, 30
SILENT_S = 0.15  # several processes answer: an answer may come after that of a later message


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """Started once; at the end the same processes of Kamailio are alive."""
    with opened_stage(tmp_path_factory.mktemp("attacked-edge")) as prepared:
        start(prepared)
        pids = set(prepared.kamailios())  # perhaps not all of them have been forked yet
        yield prepared
        assert pids <= set(prepared.kamailios())


def address_of(edge: EdgeStage) -> SocketAddress:
    """Where it listens."""
    return "127.0.0.1", edge.port


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_torture_messages_are_answered_or_dropped(edge: EdgeStage, transport: str) -> None:
    """As the RFC allows, or not at all; nobody but a line is ever sent an INVITE."""

    async def scenario() -> tuple[list[Outcome], list[str], list[bytes]]:
        async with trap_at("127.0.0.9") as trap, raw_line(edge, f"torture-{transport}") as line:
            outcomes = []
            for message in MESSAGES:
                outcome = await send(
                    message, address_of(edge), transport, trap.host_port, host=STRANGER, wait_s=SILENT_S
                )
                assert await lives(address_of(edge)), outcome.name
                outcomes.append(outcome)
            return outcomes, trap.requests, line.others

    outcomes, called, others = asyncio.run(scenario())
    assert [outcome.name for outcome in outcomes if not is_expected(outcome)] == []
    assert (called, others) == ([], [])


def is_expected(outcome: Outcome) -> bool:
    """The line behind is always busy, for which the edge says 503; strangers' rubbish is dropped."""
    known, _ = EDGE_DEVIATIONS.get(outcome.message.name, (None, ""))
    status = outcome.status or SILENCE
    busy = status == 503 and (200 in outcome.message.answers or 415 in outcome.message.answers)
    return outcome.message.allows(outcome.status) or busy or status == known


SPELLINGS: dict[str, tuple[str, ...]] = {
    "plain": CLAIMS,
    "case": ("x-hOTLINE-operator: 8001", "p-ASSERTED-identity: <sip:110@x>"),
    "space": ("X-Hotline-Operator : 8001", "P-Asserted-Identity\t: <sip:110@x>"),
    "folded": ("X-Hotline-Operator:\r\n 8001", "P-Asserted-Identity:\r\n\t<sip:110@x>"),
    "in a fold": ("Subject: a\r\n X-Hotline-Operator: 8001\r\n P-Asserted-Identity: <sip:110@x>",),
    "behind CR": ("Subject: a\r" + "\r".join(CLAIMS),),
    "behind LF": ("Subject: a\n" + "\n".join(CLAIMS),),
    "behind VT": ("Subject: a\x0b" + "\x0b".join(CLAIMS),),
    "behind NUL": ("Subject: a\x00\r\n" + "\r\n".join(CLAIMS),),
    "behind two LF": ("Subject: a\n\n" + "\r\n".join(CLAIMS),),
    "behind two CR": ("Subject: a\r\r" + "\r\n".join(CLAIMS),),
    "often": (*CLAIMS * 30,),
}


def test_no_spelling_of_a_claim_reaches_a_line(edge: EdgeStage) -> None:
    """Of what comes through, the line reads neither an operator nor an asserted caller."""

    async def scenario() -> list[bytes]:
        async with raw_line(edge, "claims") as line, line_to(address_of(edge), "UDP", STRANGER) as wire:
            for headers in SPELLINGS.values():
                aim = Aim(target=address_of(edge), own=wire.own)
                wire.send(invite(aim, extra=headers))
                if answer := await final_answer(wire, SILENT_S):
                    await leave(wire, aim, answer)
            assert await lives(address_of(edge))
            return line.invites

    invites = asyncio.run(scenario())
    assert len(invites) > 5
    for octets in invites:
        text = octets.decode("utf-8", "surrogateescape")
        assert read_invite(text, None).caller == "13800000009"
        head = re.split(r"\r?\n\r?\n", text)[0]
        assert not re.search(r"(?im)^x-hotline-", head.replace("\r\n", "\n"))


FORGED = "63b5a2f863b5a1cd2f0c"  # looks like a nonce of Kamailio's, and is none


def credentials(user: str, header: str, nonce: str) -> tuple[str, ...]:
    """Those of somebody who does not know the password."""
    said = f'username="{user}", realm="hotline", nonce="{nonce}", uri="sip:x", response="{"0" * 32}"'
    return (f"{header}: Digest {said}, qop=auth, nc=00000001, cnonce=x",)


@pytest.mark.parametrize("nonce", ["", FORGED, "fresh"], ids=["unsigned", "forged", "wrong"])
@pytest.mark.parametrize(
    ("method", "dialled"),
    [
        ("REGISTER", ""),
        ("OPTIONS", ""),
        ("SUBSCRIBE", ""),
        ("MESSAGE", "USER"),
        ("INVITE", "114"),
        ("INVITE", "9991"),
        ("INVITE", "*60"),
        ("INVITE", "USER"),
    ],
)
def test_no_answer_tells_whether_a_number_exists(
    edge: EdgeStage, method: str, dialled: str, nonce: str
) -> None:
    """A phone that registers, one with an address, and nobody: all are answered alike, word by word."""
    header = "Authorization" if method == "REGISTER" else "Proxy-Authorization"

    async def answer(user: str, nonce: str) -> bytes:
        async with line_to(address_of(edge), "UDP", STRANGER) as wire:
            aim = Aim(target=address_of(edge), own=wire.own)
            who = f"<sip:{user}@127.0.0.1>"
            number = dialled.replace("USER", user)
            message = request(
                aim,
                method,
                uri=f"sip:{number}@127.0.0.1:{edge.port}" if number else f"sip:127.0.0.1:{edge.port}",
                change={"From": f"{who};tag={aim.id}", "To": who},
                extra=credentials(user, header, nonce) if nonce else (),
                body=offer(aim) if method == "INVITE" else b"",
            )
            wire.send(message)
            async with asyncio.timeout(5):
                while (heard := await wire.heard.get()).startswith(b"SIP/2.0 1"):
                    pass
            parsed = Answer.parse(heard)
            if method == "INVITE" and parsed:
                await leave(wire, aim, parsed)
            return heard

    async def scenario() -> set[str]:
        answers = set()
        for user in (OPERATOR, "8002", "9991", "%38001"):
            shown = nonce
            if nonce == "fresh" and (found := re.search(rb'nonce="([^"]+)"', await answer(user, ""))):
                shown = found[1].decode()
            answers.add(neutral(await answer(user, shown), user))
        return answers

    assert len(asyncio.run(scenario())) == 1


def neutral(answer: bytes, user: str) -> str:
    """An answer without what is fresh in each."""
    text = answer.decode().replace(f"sip:{user}@", "sip:USER@")
    return re.sub(r'(branch|tag|nonce|rport)="?[^;\r\n,"]*"?|[0-9a-f]{12}|:\d{4,5}', "_", text)


class Eavesdropper(UdpWire):
    """A phone's wire that keeps what it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def send(self, data: bytes, address: SocketAddress) -> None:
        """Keep it, and send it."""
        self.sent.append(data)
        super().send(data, address)


def test_an_overheard_registration_cannot_be_used_again(edge: EdgeStage) -> None:
    """The same credentials once more, for the stranger's Contact: 401; the phone stays where it was."""

    async def scenario() -> list[int | None]:
        wire = Eavesdropper()
        async with Phone("127.0.0.1", user=OPERATOR, password=PASSWORD, wire=wire) as phone:
            await phone.register(f"sip:127.0.0.1:{edge.port}")
            overheard = next(
                octets for octets in reversed(wire.sent) if b"\r\nAuthorization:" in octets
            ).decode()
            found = re.search(r"\r\n(Authorization: [^\r]*)", overheard)
            uri = re.match(r"REGISTER (\S+) ", overheard)
            assert found
            assert uri
            return [await replayed(host, uri[1], found[1]) for host in (STRANGER, "127.0.0.1")]

    async def replayed(host: str, uri: str, credentials: str) -> int | None:
        async with line_to(address_of(edge), "UDP", host) as wire:
            aim = Aim(target=address_of(edge), own=wire.own)
            who = f"<sip:{OPERATOR}@127.0.0.1>"
            change = {"From": f"{who};tag={aim.id}", "To": who}
            wire.send(request(aim, "REGISTER", uri=uri, change=change, extra=(credentials,)))
            answer = await final_answer(wire, 5.0)
            return answer and answer.status

    assert asyncio.run(scenario()) == [401, 401]


def test_a_scanner_finds_nobody(edge: EdgeStage, tmp_path: Path) -> None:
    """Sipvicious says its name, and hears nothing: neither a device, an extension nor a password."""

    async def scenario() -> dict[str, object]:
        async with raw_line(edge, "scanned") as line:
            found = await scan_all(edge.port, tmp_path, OPERATOR, STRANGER)
            assert line.invites == []
            return found

    nothing = {"device": "", "password": "", "OPTIONS": set(), "REGISTER": set(), "INVITE": set()}
    assert asyncio.run(scenario()) == nothing


def test_damaged_messages_do_no_damage(edge: EdgeStage) -> None:
    """It answers between any two batches, and sends nothing to a third party."""

    async def scenario() -> list[str]:
        async with (
            trap_at("127.0.0.9") as trap,
            raw_line(edge, "fuzzed"),
            line_to(address_of(edge), "UDP", STRANGER) as wire,
        ):
            for number in range(FUZZED):
                chance = random.Random(f"edge/{number}")
                aim = Aim(target=address_of(edge), own=wire.own, foreign=trap.host_port)
                wire.send(mutate(chance, chance.choice(SEEDS)(aim)))
                if number % BATCH == 0:
                    assert await lives(address_of(edge)), number
            return trap.requests

    assert asyncio.run(scenario()) == []
