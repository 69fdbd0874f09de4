"""What Kamailio says is told apart: accounts of refused calls, and what strangers may have put there."""

from __future__ import annotations

import base64
import json

from hotline.edge.refusals import Ear
from ledger.states import Reason


def told(token: str, **changed: object) -> bytes:
    """A line as the configuration's route TELL writes it."""
    fields = {
        "reason": "lines_busy",
        "call_id": base64.b64encode(b"call-1").decode(),
        "caller": base64.b64encode(b"1380").decode(),
        "dialled": base64.b64encode(b"114").decode(),
        "source": "udp:192.0.2.1:5060",
        **changed,
    }
    return f" 3(77) ALERT: <script>: {token} {json.dumps(fields)}\n".encode()


def test_only_lines_with_the_word_of_this_start_are_accounts() -> None:
    """A line that a stranger had Kamailio quote is passed to the log, and makes no row."""
    ear = Ear(token="secret")
    ear.listen([told("guess"), told("secret"), b'ERROR: parse error in {"reason": "lines_busy"}\n'])
    (refusal,) = ear.take(10)
    assert (refusal.reason, refusal.dialled, refusal.caller) == (Reason.LINES_BUSY, "114", "1380")
    assert (refusal.sip_call_id, refusal.source) == ("call-1", "udp:192.0.2.1:5060")
    assert len(ear.last_words) == 2


def test_bytes_that_are_no_text() -> None:
    """What cannot be printed is left out; what the INVITE lacks is nobody."""
    ear = Ear(token="secret")
    rubbish = base64.b64encode(b"\x00\n1\xff4\x1b[2J").decode()
    ear.listen([told("secret", dialled=rubbish, caller="<null>")])
    (refusal,) = ear.take(10)
    assert refusal.dialled == "1\ufffd4[2J"
    assert refusal.caller is None


def test_what_the_ledger_could_not_take_comes_again_in_order() -> None:
    """Nothing is lost while the database is away."""
    ear = Ear(token="secret")
    ear.listen(told("secret", dialled=base64.b64encode(number).decode()) for number in (b"1", b"2", b"3"))
    ear.give_back(ear.take(2))
    assert [refusal.dialled for refusal in ear.take(9)] == ["1", "2", "3"]
    assert ear.take(9) == []
