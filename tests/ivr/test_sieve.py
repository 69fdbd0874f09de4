"""Which requests never reach pjsip."""

from __future__ import annotations

import pytest

from ivr.phone.sieve import is_deadly

VIA = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"


def message(method: str, *lines: str, body: str = "") -> bytes:
    """A request with these headers."""
    return "\r\n".join([f"{method} sip:114@192.0.2.9 SIP/2.0", *lines, "", body]).encode()


@pytest.mark.parametrize("name", [";maddr=x.invalid", "; MADDR =x", ";\r\n maddr=192.0.2.1", ";m%61ddr=x"])
def test_maddr_is_never_read(name: str) -> None:
    """In whatever spelling pjsip would know it."""
    assert is_deadly(message("MESSAGE", VIA + name))


@pytest.mark.parametrize("words", ["From: Maddren <sip:maddr@x>", "Subject: maddr=1", "X: ;maddress=1"])
def test_words_that_only_look_like_it_are(words: str) -> None:
    """A caller may be called so."""
    assert not is_deadly(message("INVITE", VIA, words))


@pytest.mark.parametrize(
    "body", ["", "Signal=5\r\n", "Signal= #\r\nDuration= 250\r\n", "Signal=*\r\nDuration=9"]
)
def test_a_whole_key_is_read(body: str) -> None:
    """And an INFO that says nothing."""
    assert not is_deadly(message("INFO", VIA, body=body))


@pytest.mark.parametrize(
    "body", ["Signal=5", "Signal=5\n", "Signal=5\r", "\r\nSignal=5", "5", "Signal=5\0\r\n"]
)
@pytest.mark.parametrize("method", ["INFO", "info"])
def test_a_key_without_its_line_end_is_not(method: str, body: str) -> None:
    """However the method is written."""
    assert is_deadly(message(method, VIA, body=body))


@pytest.mark.parametrize("header", ["Subject: a\r\rSignal=5", "Subject: a\n\nSignal=5", "Subject: \0"])
def test_an_info_whose_body_may_begin_elsewhere_is_not(header: str) -> None:
    """Pjsip ends the headers at two CRs or two LFs too."""
    assert is_deadly(message("INFO", VIA, header, body="Signal=5\r\n"))
    assert not is_deadly(message("OPTIONS", VIA, header))
