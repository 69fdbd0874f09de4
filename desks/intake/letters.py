"""Reads a mail (RFC 5322): who wrote, what it answers, its own words, its files. Never fails on a bad one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import parseaddr
from typing import Final

from desks.intake.charsets import decoded
from desks.intake.html_text import text_of_html
from desks.intake.records import Attachment, Letter

LONGEST_HEADER: Final = 250  # characters, of an address and a subject
LONGEST_TEXT: Final = 20_000
LONGEST_NAME: Final = 200  # of a file
MOST_PARTS: Final = 200
_ID: Final = re.compile(r"<([^<>\s]{1,250})>")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
# Where a mail's own words end: what follows is the mail that it answers.
_QUOTED: Final = re.compile(
    r"^[^\S\n]*(-{2,}.{0,40}(Original Message|原始邮件|原邮件|转发邮件).*"
    r"|(On|在|于).{4,120}(wrote|写道)[:：]\s*"
    r"|发件人[:：].*|From: .*@.*|_{10,})$",
    re.MULTILINE | re.IGNORECASE,
)
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})


def read_letter(content: bytes) -> Letter:
    """A mail as it came. One of thousands of parts within each other is a single file."""
    try:
        return _letter(BytesParser(policy=compat32).parsebytes(content), content)
    except RecursionError:
        return _letter(BytesHeaderParser(policy=compat32).parsebytes(content), content)


def _letter(message: Message, content: bytes) -> Letter:
    name, address = parseaddr(_header(message, "Reply-To") or _header(message, "From"))
    plain, html, files = _parts(message)
    return Letter(
        message_id=_message_id(message, content),
        references=_references(message),
        sender="".join(address.split()).casefold()[:LONGEST_HEADER],
        sender_name=name[:LONGEST_HEADER],
        subject=" ".join(_header(message, "Subject").split())[:LONGEST_HEADER],
        text=own_words(plain or text_of_html(html))[:LONGEST_TEXT],
        is_automatic=is_automatic(message),
        attachments=tuple(files),
    )


def is_automatic(message: Message) -> bool:
    """Whether a machine sent it, by RFC 3834 and what else is common: it gets no answer and opens nothing."""
    told = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        (bool(told) and told != "no")
        or _header(message, "Precedence").strip().lower() in _BULK
        or _header(message, "Return-Path").strip() == "<>"
        or any(message.get(name) is not None for name in ("List-Id", "List-Unsubscribe", "X-Autoreply"))
        or message.get_content_type() == "multipart/report"
        or parseaddr(_header(message, "From"))[1].partition("@")[0].lower()
        in {"mailer-daemon", "postmaster", "noreply", "no-reply", ""}
    )


def own_words(text: str) -> str:
    """Without the mail that it answers, and without lines that are quoted."""
    tidy = text.replace("\r\n", "\n").replace("\0", "")
    found = _QUOTED.search(tidy)
    first = tidy[: found.start()] if found else tidy
    kept = [line.rstrip() for line in first.split("\n") if not line.lstrip().startswith(">")]
    return _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip()


def _parts(message: Message) -> tuple[str, str, list[Attachment]]:
    plain, html, files = "", "", list[Attachment]()
    for part in _leaves(message):
        kind, name = part.get_content_type(), _file_name(part)
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if name or kind not in {"text/plain", "text/html"}:
            files.append(Attachment(name=name or _shown(kind.replace("/", ".")), content=content))
        elif kind == "text/plain":
            plain += decoded(content, part.get_content_charset())
        else:
            html += decoded(content, part.get_content_charset())
    return plain.strip(), html, files


def _leaves(message: Message) -> Iterator[Message]:
    for at, part in enumerate(message.walk()):
        if at >= MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError):
        name = "file"
    is_file = part.get_content_disposition() == "attachment"
    return _shown(_words(name)) or ("file" if is_file else "")


def _shown(name: str) -> str:
    return re.sub(r"[\x00-\x1f/\\]+", "_", name)[:LONGEST_NAME]


def _header(message: Message, name: str) -> str:
    """Its first value; bare bytes of some charset, which are not allowed and common, are read too."""
    values = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    raw = next(values, "").encode("utf-8", errors="surrogateescape")
    return _words(decoded(raw, None))


def _words(raw: str) -> str:
    """An encoded header (RFC 2047) as text."""
    try:
        pieces = decode_header(raw)
    except (ValueError, LookupError, HeaderParseError):
        pieces = [(raw, None)]
    text = "".join(
        piece if isinstance(piece, str) else decoded(piece, charset if charset != "unknown-8bit" else None)
        for piece, charset in pieces
    )
    return text.replace("\0", "").encode(errors="replace").decode()


def _message_id(message: Message, content: bytes) -> str:
    found = _ID.search(_header(message, "Message-ID"))
    return found[1] if found else f"{hashlib.sha256(content).hexdigest()}@no-message-id"


def _references(message: Message) -> tuple[str, ...]:
    answered = _ID.findall(_header(message, "In-Reply-To"))
    return tuple(dict.fromkeys([*answered, *reversed(_ID.findall(_header(message, "References")))]))[:50]
