"""Names become addresses once, at the start, by the system's resolver.

pjsip asks name servers only, never /etc/hosts (ivr/phone/nameservers.py). After a name has moved: SIGHUP.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address

from ledger.errors import PlanError
from sip_config import Plan

_HOST = re.compile(r"(?<=@)[^\[:;@]+")  # of a SIP URI, unless it is an IPv6 address


def with_addresses(plan: Plan) -> Plan:
    """The plan with addresses instead of names, whether listened at, rung or called. Raises PlanError."""
    mistakes: list[str] = []

    def address(where: str, host: str) -> str:
        try:
            return address_of(host)
        except PlanError as error:
            mistakes.append(f"{where}: {error}")
            return host

    def with_address(where: str, uri: str) -> str:
        name = _HOST.search(uri)
        return uri.replace(f"@{name[0]}", "@" + address(where, name[0])) if name else uri

    host = address("listen.host", plan.listen.host)
    operators = {}
    for number, operator in plan.operators.items():
        uri = operator.address and with_address(f"operators.{number}.address", operator.address)
        operators[number] = operator.model_copy(update={"address": uri})
    out = plan.outbound
    if out:
        uri = with_address("outbound.address", out.address)
        out = out.model_copy(update={"address": uri})
    if mistakes:
        raise PlanError("\n".join(mistakes))
    return plan.with_listen(host).model_copy(update={"operators": operators, "outbound": out})


def address_of(host: str) -> str:
    """The first IPv4 address of a name; an address is given back as it is. Raises PlanError."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return _look_up(host)
    return host


def _look_up(name: str) -> str:
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise PlanError(
            f"this machine finds no IPv4 address of {name!r} ({getattr(error, 'strerror', error)}); "
            "write the address, or put the name into DNS or /etc/hosts"
        ) from error
    return str(found[0][4][0])
