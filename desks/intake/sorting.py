"""What a mail or a fax is about: its kind, service and line, by its words. A dispatcher corrects it."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy.orm import Session

from desks.tickets import Nature, lists
from desks.tickets.records import Kind
from ledger.errors import SettingsError

# The first that fits; a complaint about a fault is a complaint.
_NATURES: Final = (
    (Nature.COMPLAINT, re.compile(r"投诉|态度|不满|举报|complain", re.IGNORECASE)),
    (Nature.MOVE, re.compile(r"移机|搬家|迁移")),
    (
        Nature.FAULT,
        re.compile(r"故障|报障|坏|断网|断了|上不了网|无音|没有声音|掉线|修|fault|broken|down", re.IGNORECASE),
    ),
    (Nature.BILLING, re.compile(r"话费|账单|帐单|扣费|资费|发票|退费|bill", re.IGNORECASE)),
    (Nature.INSTALL, re.compile(r"安装|报装|新装|装机|开通|install", re.IGNORECASE)),
)
_SERVICES: Final = (
    ("宽带", re.compile(r"宽带|网络|上网|断网|光猫|wifi|broadband|internet", re.IGNORECASE)),
    ("公话", re.compile(r"公话|公用电话|话吧")),
    ("专线", re.compile(r"专线")),
    ("固话", re.compile(r"电话|固话|话机|座机|phone", re.IGNORECASE)),
)
OTHER: Final = "其他"
_LINE: Final = re.compile(
    r"(?:故障号码|号码|电话|宽带账号|line|number)[^\d\n]{0,8}((?:\d[\d -]{5,14}\d))", re.IGNORECASE
)


def kind_for(session: Session, desk: str, words: str) -> Kind:
    """The desk's kind of ticket for these words. Raises SettingsError for a desk without kinds."""
    kinds = lists.kinds(session, desk)
    if not kinds:
        raise SettingsError(f"desk {desk!r} has no kinds of tickets: name another with HOTLINE_MAIL_DESK")
    natures = [nature for nature, pattern in _NATURES if pattern.search(words)]
    fitting = [kind for nature in natures for kind in kinds if kind.nature is nature]
    plain = [kind for kind in kinds if kind.nature in {Nature.OTHER, Nature.COMPLAINT}]
    return (fitting or plain or kinds)[0]


def service_for(session: Session, words: str) -> str:
    """Which service it is about, of the list."""
    there = [one.name for one in lists.services(session)]
    fitting = [name for name, pattern in _SERVICES if pattern.search(words) and name in there]
    return (fitting or [name for name in there if name == OTHER] or there or [OTHER])[0]


def line_in(words: str) -> str:
    """The line that is named, digits only; empty where none is."""
    found = _LINE.search(words)
    return re.sub(r"\D", "", found[1]) if found else ""
