"""Kamailio's files as text, made from the plan. Nothing here touches a disk or a network."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ledger.lines import LineRecord
from ledger.states import LineState
from sip_config.desk import Operator
from sip_config.plan import Plan

VERDICTS = (  # what the edge counts by the minute
    "scanner",  # a known scanner's name; dropped
    "malformed",  # no SIP, too long, or somebody trying SQL; dropped
    "flood",  # the request that had its source banned; dropped
    "banned",  # from a banned source; dropped
    "relay",  # an attempt to send something through us to somebody else; refused
    "unwelcome",  # a method that we do not serve; refused
    "challenged",  # asked for a password
    "wrong_password",
)
ACCOUNTS = (  # what it counts so that a lost row is seen (`ledger.accounts`)
    "invites",  # refused by the edge or sent to a line: each has a row
    "asked_again",  # a line answered that it cannot take the call, with a row of its own
)
SCANNERS = (  # in the User-Agent, lower case
    "friendly-?(scanner|request)",
    "sip-?vicious",
    "sip-?scan",
    "sipcli",
    "sundayddr",
    "iwar",
    "sivus",
    "siparmyknife",
    "pplsip",
    "vaxsip",
)
PROBE_EVERY_S = 1  # how often each line is asked whether it lives
RETRY_AFTER_S = 5  # what callers are told for whom no line is free
LONGER_THAN_CALLS_S = 300  # after a call's longest time its place is free, even if nobody hung up
SERVING_SET, FINISHING_SET = 1, 2  # of the dispatcher
INACTIVE_FLAG = "I"  # in what the dispatcher tells of a line that does not answer
INACTIVE_AND_PROBED = 9  # the dispatcher's flags of a line that does not answer

_ADDRESS = re.compile(
    r"sips?:[^@]+@(?P<host>\[[^]]+\]|[^:;]+)(?::(?P<port>\d+))?(?:;transport=(?P<way>\w+))?"
)


@dataclass(frozen=True, kw_only=True)
class EdgeRun:
    """What a configuration needs beside the plan."""

    folder: Path  # absolute; Kamailio's working directory
    token: str  # begins each of our own log lines: a stranger cannot know it, so cannot write one
    certificate: Path | None = None  # absolute
    key: Path | None = None


@dataclass(frozen=True, kw_only=True)
class _Phone:
    number: str
    address: str | None  # None: it registers
    source: str | None  # protocol:address:port that counts as this phone
    may_dial: tuple[str, ...]


def needs_edge(plan: Plan, lines: int) -> bool:
    """Whether Kamailio must stand before the lines; without it a single line has the public port itself."""
    registers = any(operator.address is None for operator in plan.operators.values())
    return lines > 1 or registers or plan.edge.tls is not None or bool(plan.trunks)


def kamailio_cfg(plan: Plan, run: EdgeRun) -> str:
    """kamailio.cfg."""
    features = plan.features
    trunks = [{"id": id_, **trunk.model_dump()} for id_, trunk in plan.trunks.items()]
    return _template("kamailio.cfg.j2").render(
        host=plan.listen.host,
        port=plan.listen.port,
        realm=plan.edge.realm,
        tls=plan.edge.tls,
        flood=plan.edge.flood,
        most_calls_per_source=plan.edge.most_calls_per_source,
        longest_registration_s=plan.edge.longest_registration_s,
        longest_call_s=int(plan.limits.longest_call_s) + LONGER_THAN_CALLS_S,
        numbers=list(plan.numbers),
        features=[features.ready, features.away, features.off],
        phones=[_phone(number, operator) for number, operator in plan.operators.items()],
        trunks=trunks,
        verdicts=(*VERDICTS, *ACCOUNTS),
        scanners="|".join(SCANNERS),
        probe_every_s=PROBE_EVERY_S,
        retry_after_s=RETRY_AFTER_S,
        folder=run.folder,
        token=run.token,
    )


def tls_cfg(run: EdgeRun) -> str:
    """tls.cfg: TLS 1.2 and 1.3, phones show no certificate."""
    return _template("tls.cfg.j2").render(certificate=run.certificate, key=run.key)


def lines_list(lines: Iterable[LineRecord], silent: Iterable[str]) -> str:
    """The dispatcher's list: serving lines get callers, draining ones finish theirs.

    `silent` are ids of lines that Kamailio's probes have found dead: they stay out until they answer.
    """
    sets = {LineState.SERVING: SERVING_SET, LineState.DRAINING: FINISHING_SET}
    return "".join(
        f"{sets[line.state]} sip:{line.host}:{line.port};transport=udp "
        f"{INACTIVE_AND_PROBED if line.id in silent else 0} 0 duid={line.id};maxload={line.places}\n"
        for line in lines
        if line.state in sets
    )


def _phone(number: str, operator: Operator) -> _Phone:
    source = None if operator.address is None else _source(operator.address)
    return _Phone(number=number, address=operator.address, source=source, may_dial=operator.may_dial)


def _source(address: str) -> str | None:
    """Where a fixed phone's packets come from; None where that cannot be told for certain.

    Only UDP has a port that says who it is, and a name may change its address.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or (match["way"] or "udp") != "udp":
        return None
    try:
        ip_address(match["host"].strip("[]"))
    except ValueError:
        return None
    return f"udp:{match['host'].strip('[]')}:{match['port'] or 5060}"


def _template(name: str) -> Template:
    files = Environment(  # noqa: S701 - no HTML: what the plan may say of these files is checked by its fields
        loader=PackageLoader("sip_config.kamailio", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return files.get_template(name)
