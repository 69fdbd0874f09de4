"""`hotline sip password` keeps a hash, and says what is wrong in a sentence."""

from __future__ import annotations

from pathlib import Path

from hotline.edge.passwords import ha1_of
from ledger import secrets
from ledger.database import Ledger
from tests.hotline.command import assert_one_sentence, hotline

PASSWORD = "Circle of Life"


def test_only_the_hash_is_kept(tmp_path: Path) -> None:
    """The ledger's file has HA1 and nowhere the password; --remove takes it away."""
    answer = hotline("sip", "password", "8001", data=tmp_path, HOTLINE_SIP_PASSWORD=PASSWORD)
    assert answer.status == 0, answer.err
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    with ledger.reading() as session:
        assert secrets.secrets_of_realm(session, "hotline") == {"8001": ha1_of("8001", "hotline", PASSWORD)}
        assert secrets.secrets_of_realm(session, "elsewhere") == {}
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in written
    assert PASSWORD not in answer.out + answer.err
    hotline("sip", "password", "8001", "--remove", data=tmp_path)
    with ledger.reading() as session:
        assert secrets.secrets_of_realm(session, "hotline") == {}
    ledger.close()


def test_the_hash_is_the_rfc_s() -> None:
    """The example of RFC 2617 section 3.5 comes out to the digit."""
    assert ha1_of("Mufasa", "testrealm@host.com", "Circle Of Life") == "939e7578ed9e3c518a452acee763bce9"


def test_who_is_not_in_the_plan_has_no_password(tmp_path: Path) -> None:
    """A number that is mistyped is told at once, and so is a short password."""
    answer = hotline("sip", "password", "9999", data=tmp_path, HOTLINE_SIP_PASSWORD=PASSWORD)
    assert_one_sentence(answer, "no operator and no trunk user '9999'")
    answer = hotline("sip", "password", "8001", data=tmp_path, HOTLINE_SIP_PASSWORD="short")
    assert_one_sentence(answer, "too short")
