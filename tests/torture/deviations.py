"""Where pjsip leaves RFC 4475, and why a line can live with it. An edge before the lines does better."""

from __future__ import annotations

from tests.torture.message import SILENCE

NO_MODULE = "pjsip drops requests that it has no module for; a line has no registrar"
LENIENT = "pjsip reads what it can; nothing that follows from it depends on the broken part"

LINE_DEVIATIONS: dict[str, tuple[int, str]] = {
    "intmeth": (SILENCE, NO_MODULE),
    "escnull": (SILENCE, NO_MODULE),
    "esc02": (SILENCE, NO_MODULE),
    "dblreq": (SILENCE, NO_MODULE),
    "regaut01": (SILENCE, NO_MODULE),
    "cparam01": (SILENCE, NO_MODULE),
    "cparam02": (SILENCE, NO_MODULE),
    "clerr": (200, "a datagram ends where it ends: " + LENIENT),
    "mismatch01": (200, "CSeq's method is not compared: " + LENIENT),
    "bext01": (200, "Require is read in an INVITE only"),
    "multi01": (200, "of several values the last counts: " + LENIENT),
    "mcl01": (
        200,
        "of several lengths the last counts; a line has no neighbour on its connection to confuse",
    ),
}

STRANGE = "a stranger whose message is odd enough for an attack is not answered"

EDGE_DEVIATIONS: dict[str, tuple[int, str]] = {
    "wsinv": (SILENCE, "Kamailio reads no CSeq whose method stands on a line of its own"),
    "intmeth": (SILENCE, STRANGE),
    "esc01": (407, "the edge compares numbers as they are written, and lets nothing else through"),
    "dblreq": (SILENCE, "a datagram longer than it says is dropped"),
}
