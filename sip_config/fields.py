"""The base of every part of the plan, and the kinds of values that its fields take."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DTMF_KEYS = frozenset("0123456789*#")  # what a telephone's keypad has
DIALABLE = re.compile(r"\+?[0-9]{2,15}")  # E.164 allows fifteen digits
_FEATURE_CODE = re.compile(r"\*[0-9]{1,4}")
_SIP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SIP_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
_SIP_URI = re.compile(
    rf"sips?:[A-Za-z0-9_.!~*'()&=+$,?/%-]+@{_SIP_HOST}(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?:;transport=(?:udp|tcp|tls))?"
)


class PlanPart(BaseModel):
    """A part of the plan: frozen, and a key that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _check_id(value: str) -> str:
    """An id is also a file's or a folder's name, so it holds no dots, slashes or spaces."""
    if not _ID.fullmatch(value):
        raise ValueError(f"{value!r} is no id; write Latin letters, digits, '-' and '_'")
    return value


def _check_dialable(value: str) -> str:
    if not DIALABLE.fullmatch(value):
        raise ValueError(f"{value!r} cannot be dialled; write 2 to 15 digits, with or without a leading '+'")
    return value


def _check_key(value: str) -> str:
    if value not in DTMF_KEYS:
        raise ValueError(f'{value!r} is no key of a telephone; keys are 0 to 9, "#" and "*"')
    return value


def _check_digit(value: str) -> str:
    if value not in DTMF_KEYS or not value.isdigit():
        raise ValueError(f"{value!r} is no digit; write one of 0 to 9")
    return value


def _check_sip_name(value: str) -> str:
    """A realm or a digest user: nothing that could have a meaning in Kamailio's configuration."""
    if not _SIP_NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no SIP name; write Latin letters, digits, '.', '_', '+' and '-'")
    return value


def _check_network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise ValueError(f"{value!r} is no address; write it like 192.0.2.10 or 192.0.2.0/24") from None
    return value


def _check_feature_code(value: str) -> str:
    if not _FEATURE_CODE.fullmatch(value):
        raise ValueError(f"{value!r} is no feature code; write '*' and 1 to 4 digits, e.g. \"*60\"")
    return value


def check_sip_uri(value: str) -> str:
    """An address that a line can call: user, host, port from 1 to 65535 and transport, nothing else."""
    match = _SIP_URI.fullmatch(value)
    port = int(match["port"] or 5060) if match else 0
    if not 0 < port < 65536:
        raise ValueError(f"{value!r} is no SIP address; write it like sip:8001@127.0.0.1:5081")
    return value


def _check_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(
            f"{name!r} is no time zone that this machine knows; write it like Asia/Shanghai"
        ) from None
    return name


Id = Annotated[str, AfterValidator(_check_id)]
Dialable = Annotated[str, AfterValidator(_check_dialable)]
Key = Annotated[str, AfterValidator(_check_key)]
Digit = Annotated[str, AfterValidator(_check_digit)]
SipName = Annotated[str, AfterValidator(_check_sip_name)]
Network = Annotated[str, AfterValidator(_check_network)]
FeatureCode = Annotated[str, AfterValidator(_check_feature_code)]
SipUri = Annotated[str, AfterValidator(check_sip_uri)]
Language = Literal["zh", "yue", "en"]  # Mandarin, Cantonese, English (ISO 639)
TimeZone = Annotated[str, AfterValidator(_check_timezone)]
Text = Annotated[str, Field(min_length=1)]
ModelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]  # as `hotline models list` has it
Recognisers = dict[Language, ModelName]  # which model hears whom
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Port = Annotated[int, Field(ge=0, le=65_535)]  # 0: any free port
