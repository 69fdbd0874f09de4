"""What is read out of an INVITE: whatever a stranger writes into it, the line gets plain strings."""

from __future__ import annotations

import pytest

from ivr.phone.endpoint import Incoming, read_invite


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
    ],
)
def test_the_number_is_the_user_of_the_request_uri(uri: str, number: str) -> None:
    """A URI without a user dials no number, and is refused as an unknown one."""
    assert invite(uri=uri).number == number


def test_a_caller_without_a_leg_is_not_present() -> None:
    """Pjsip itself refused it for want of a leg."""
    assert invite().is_present is False
