"""What the public form and the answers to customers send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from console.errors import BadInput
from console.texts import checked
from console.words import N_
from desks.intake.correspondence import LONGEST_REPLY, Reply
from desks.intake.forms import Form
from desks.tickets.records import Kind, Named

ONCE: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")
_CONTACT: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[+\d][\d ()-]{6,19}")
_LINE: Final = re.compile(r"[\d +()-]{0,24}")
A_CHOICE: Final = N_("请选择要办的事和业务。")
A_CONTACT: Final = N_("请填写联系电话（至少 7 位）或邮箱。")
A_LINE: Final = N_("号码只写数字，最多 24 位。")
A_TEXT: Final = N_("请写明情况，1 到 2000 个字。")
A_NAME: Final = N_("称呼最多 30 个字。")
A_REPLY: Final = N_("请写回复的内容，1 到 10000 个字。")
NOT_FOUND: Final = N_("没有这个号码和联系方式的登记。请对照回执再试。")


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A report as the form sends it."""

    once: str = ""
    kind: str = ""
    service: str = ""
    line: str = ""
    name: str = ""
    contact: str = ""
    text: str = ""

    def read(self, kinds: list[Kind], services: list[Named]) -> Form:
        """The report. Raises BadInput."""
        chosen = [kind.id for kind in kinds if str(kind.id) == self.kind]
        if not chosen or self.service not in {one.name for one in services}:
            raise BadInput("kind, service: choose of the lists", A_CHOICE)
        if not ONCE.fullmatch(self.once):
            raise BadInput("once: load the form again", A_CHOICE)
        contact, line = checked("contact", self.contact, 90, words=A_CONTACT), self.line.strip()
        if not _CONTACT.fullmatch(contact):
            raise BadInput("contact: a telephone number or a mail address", A_CONTACT)
        if not _LINE.fullmatch(line):
            raise BadInput("line: digits only", A_LINE)
        return Form(
            once=self.once,
            kind_id=chosen[0],
            service=self.service,
            line=line,
            name=" ".join(checked("name", self.name, 30, words=A_NAME).split()),
            contact=contact,
            text=checked("text", self.text, 2000, is_needed=True, words=A_TEXT),
        )


def read_reply(fields: Mapping[str, str]) -> Reply:
    """An answer to a customer. Raises BadInput."""
    once = fields.get("once", "")
    if not ONCE.fullmatch(once):
        raise BadInput("once: load the page again")
    text = checked("reply", fields.get("reply", ""), LONGEST_REPLY, is_needed=True, words=A_REPLY)
    return Reply(once=once, recipient=fields.get("recipient", ""), text=text)
