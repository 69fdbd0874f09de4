"""What pjsip must not read: requests on which pjsip 2.15 aborts, and with it two conversations.

1. An INFO with a key (dtmf-relay) that does not end in CR LF: pjsip steps over both octets unasked.
2. A Via with `maddr` and a name that nobody resolves, at the second answer within a call: pjsip meets a
   transaction without a dialog. The parameter is for multicast (RFC 3261, 18.1.1); no phone sends it.

pjsua2 shows requests only after pjsip has acted on them. So this registers a module of pjsip's (sip_module.h)
that comes before all others and swallows such requests. The structures are those of the pinned wheel, 2.15.1.
"""

from __future__ import annotations

import ctypes
import re
from urllib.parse import unquote_to_bytes

from pjsua2 import _pjsua2

FIRST = 1  # pjsip's own modules begin at 8
LONGEST_PACKET = 4000  # PJSIP_MAX_PKT_LEN
_INFO = re.compile(rb"INFO\s", re.IGNORECASE)
_MADDR = re.compile(rb";\s*maddr\s*=", re.IGNORECASE)
_AMBIGUOUS = re.compile(rb"\x00|\r(?!\n)|(?<!\r)\n")  # where the headers end must be beyond doubt
_KEY = re.compile(rb"Signal *= *[0-9A-D*#] *\r\n(Duration *= *[0-9]{1,6} *(\r\n)*)?", re.IGNORECASE)


def is_deadly(request: bytes) -> bool:
    """Whether pjsip might abort on a request, as it came over the wire."""
    if _MADDR.search(unquote_to_bytes(request)):  # pjsip resolves escapes in names of parameters
        return True
    if not _INFO.match(request):
        return False
    body = request.partition(b"\r\n\r\n")[2]
    return bool(_AMBIGUOUS.search(request) or (body and not _KEY.fullmatch(body)))


class _Text(ctypes.Structure):  # pj_str_t
    _fields_ = (("ptr", ctypes.c_char_p), ("slen", ctypes.c_ssize_t))


class _TransportInfo(ctypes.Structure):
    _fields_ = (("pointers", ctypes.c_void_p * 3), ("op_key", ctypes.c_void_p * 35))


class _PacketInfo(ctypes.Structure):
    _fields_ = (
        ("timestamp", ctypes.c_long * 2),
        ("packet", ctypes.c_char * LONGEST_PACKET),
        ("zero", ctypes.c_uint32),
        ("len", ctypes.c_ssize_t),
        ("source", ctypes.c_uint32 * 7),  # pj_sockaddr
        ("source_len", ctypes.c_int),
        ("source_name", ctypes.c_char * 46),
        ("source_port", ctypes.c_int),
    )


class _Received(ctypes.Structure):  # pjsip_rx_data, as far as it is read here
    _fields_ = (
        ("transport", _TransportInfo),
        ("packet", _PacketInfo),
        ("octets", ctypes.c_void_p),
        ("length", ctypes.c_int),
    )


_ON_REQUEST = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Received))


class _Module(ctypes.Structure):  # pjsip_module
    _fields_ = (
        ("links", ctypes.c_void_p * 2),
        ("name", _Text),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("load_start_stop_unload", ctypes.c_void_p * 4),
        ("on_rx_request", _ON_REQUEST),
        ("on_rx_response_tx_request_tx_response_tsx_state", ctypes.c_void_p * 4),
    )


class Sieve:
    """Keep it as long as the endpoint: pjsip calls into it."""

    def __init__(self) -> None:
        """Put it before the endpoint that pjsua2 has initialised. Raises OSError."""
        pjsip = ctypes.CDLL(_pjsua2.__file__)
        pjsip.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
        pjsip.pjsip_endpt_register_module.argtypes = (ctypes.c_void_p, ctypes.POINTER(_Module))
        name = b"mod-hotline-sieve"
        self._module = _Module(
            name=_Text(name, len(name)), id=-1, priority=FIRST, on_rx_request=_ON_REQUEST(_swallows)
        )
        status = pjsip.pjsip_endpt_register_module(pjsip.pjsua_get_pjsip_endpt(), ctypes.byref(self._module))
        if status:
            raise OSError(f"pjsip does not take the module that keeps deadly requests from it ({status})")


def _swallows(received: ctypes._Pointer[_Received]) -> int:
    """Pjsip's callback: not 0 where nobody else is to see the request."""
    message = received.contents
    return int(is_deadly(ctypes.string_at(message.octets, message.length)))
