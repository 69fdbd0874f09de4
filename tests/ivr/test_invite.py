"""What is read out of an INVITE: whatever a stranger writes into it, the line gets plain strings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.phone.incoming import Incoming, read_invite


def invite(*, uri: str = "sip:114@10.0.0.1", headers: str = "") -> Incoming:
    """An INVITE with some headers."""
    return read_invite(f"INVITE {uri} SIP/2.0\r\nCall-ID: abc@x\r\n{headers}\r\n\r\nv=0\r\na=b:c\r\n", None)


@pytest.mark.parametrize(
    ("header", "caller"),
    [
        ("From: <sip:13800000001@host>;tag=1", "13800000001"),
        ("f: sip:13800000001@host;tag=1", "13800000001"),
        ('From: "sip:110@police" <sip:13800000001@host>;tag=1', "13800000001"),
        ("From: Li <sips:13800000001;ext=7@host:5061>", "13800000001"),
        ("From: <tel:+8613800000001;phone-context=x>", "+8613800000001"),
        ("From: <sip:host>;tag=1", None),
        ("From: ", None),
        (f"From: <sip:{'9' * 500}@host>", "9" * 64),
        ("From: <sip:anonymous@x>\r\nP-Asserted-Identity: <sip:13800000001@trunk>", "13800000001"),
        ("From: <sip:anonymous@x>\r\nP-Asserted-Identity :\r\n <sip:138@trunk>", "138"),
        ("From: <sip:1%33%38@host>;tag=1", "138"),
        ("From: <sip:13\udcff\x00\u2028@host>;tag=1", "13???"),
        ("From: <sip:%00%ff@host>;tag=1", "?\ufffd"),
    ],
)
def test_the_caller_is_read_from_identity_or_from(header: str, caller: str | None) -> None:
    """P-Asserted-Identity (RFC 3325) wins over From; display names and parameters are not numbers."""
    assert invite(headers=header).caller == caller


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("sip:114@10.0.0.1:5060;transport=tcp", "114"),
        ("sip:10.0.0.1", ""),
        ("tel:114", "114"),
        ("SIP:114@x", "114"),
        ("sip:%31%31%34@x", "114"),
    ],
)
def test_the_number_is_the_user_of_the_request_uri(uri: str, number: str) -> None:
    """A URI without a user dials no number, and is refused as an unknown one."""
    assert invite(uri=uri).number == number


def test_a_caller_without_a_leg_is_not_present() -> None:
    """Pjsip itself refused it for want of a leg."""
    assert invite().is_present is False


@pytest.mark.parametrize(
    "hidden",
    [
        "\r\n\r\nP-Asserted-Identity: <sip:110@x>",
        "\r\nSubject: a\r\n P-Asserted-Identity: <sip:110@x>",
        "\r\nSubject: a\x0bP-Asserted-Identity: <sip:110@x>",
        "\r\nSubject: a\u2028P-Asserted-Identity: <sip:110@x>",
        "\r\nFrom: <sip:110@x>",
    ],
)
def test_what_an_edge_cannot_see_as_an_identity_is_none(hidden: str) -> None:
    """Neither a body, a folded line, a strange line end nor a second From tells who calls."""
    assert invite(headers=f"From: <sip:138@host>;tag=1{hidden}").caller == "138"


def test_several_spaces_in_the_request_line_are_passed_over() -> None:
    """As pjsip does, which has accepted the message."""
    assert read_invite("INVITE \t sip:114@x  SIP/2.0\r\nCall-ID: a\r\n\r\n", None).number == "114"


WORDS = ["INVITE", "SIP/2.0", "sip:", "tel:", "114", "@", "<", ">", ";", ":", "%", "%00", "i", "Call-ID"]
NAMES = ["From", "P-Asserted-Identity"]
MESSAGES = st.one_of(
    st.text(max_size=400),
    st.binary(max_size=400).map(lambda octets: octets.decode("utf-8", "surrogateescape")),
    st.lists(
        st.sampled_from([*WORDS, *NAMES, " ", "\r\n", "\n", "\r", "\t", "\udcff", "\x00", '"', "\u2028"]),
        max_size=60,
    ).map("".join),
)


@settings(max_examples=500, deadline=None)
@given(MESSAGES)
def test_no_message_is_too_strange(message: str) -> None:
    """Whatever came, the line reads it and the ledger can keep what was read: short, and printable."""
    read = read_invite(message, None)
    for text, longest in ((read.number, 64), (read.caller or "", 64), (read.sip_call_id, 255)):
        assert len(text) <= longest
        assert all(character.isprintable() for character in text)
        text.encode()
