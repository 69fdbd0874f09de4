"""Mails are read whatever their charset; automatic ones are known; files are known by their content."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desks.intake import files, viewing
from desks.intake.charsets import decoded
from desks.intake.files import path_of, store_all
from desks.intake.kinds import FileKind, Problem
from desks.intake.letters import own_words, read_letter
from desks.intake.records import Attachment
from desks.intake.sorting import line_in
from tests.desks.intake import paper

WORDS = "宽带昨天断了，故障号码3151206，請盡快修。"


def raw(headers: str, body: bytes) -> bytes:
    """A mail as it lies on the wire."""
    return f"From: a@b.example\nMessage-ID: <1@b.example>\n{headers}\n\n".encode() + body


@pytest.mark.parametrize(
    ("charset", "label"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gbk"),
        ("gbk", "gb2312"),
        ("gbk", "us-ascii"),
        ("utf-8", "x-unknown"),
        ("gb18030", ""),
    ],
)
def test_chinese_is_read_whatever_the_label_says(charset: str, label: str) -> None:
    """Labels are often missing or too narrow."""
    said = f"Content-Type: text/plain; charset={label}" if label else "Content-Type: text/plain"
    assert read_letter(raw(f"{said}\nContent-Transfer-Encoding: 8bit", WORDS.encode(charset))).text == WORDS


@pytest.mark.parametrize(
    ("label", "body"),
    [("undefined", b"x"), ("a\0b", b"x"), ("utf-7", b"+2AA-"), ("unicode_escape", b"\\ud800")],
)
def test_no_label_stops_a_mail(label: str, body: bytes) -> None:
    """Codecs that are no charset, or give what no ledger keeps: such a mail held up all behind it."""
    text = decoded(body, label)
    assert text == body.decode()
    assert text.encode()


def test_headers_are_read_encoded_and_bare() -> None:
    """By RFC 2047 in GB 2312, and as raw bytes."""
    mail = EmailMessage()
    mail["From"] = "张三 <Zhang@B.example>"
    mail["Subject"] = "=?gb2312?B?v+20+LnK1c8=?="
    mail["In-Reply-To"], mail["References"] = "<2@x>", "<1@x> <2@x>"
    letter = read_letter(mail.as_bytes())
    assert (letter.sender, letter.sender_name, letter.subject) == ("zhang@b.example", "张三", "宽带故障")
    assert letter.references == ("2@x", "1@x")
    assert read_letter("From: a@b\nSubject: 宽带\n\nx".encode("gbk")).subject == "宽带"
    assert read_letter(b"From: a@b\nSubject: =?utf-8?b?a?=\0\n\nx").subject == "=?utf-8?b?a?="  # no Base64


def test_what_a_mail_tells_fits_the_ledger() -> None:
    """Some letters become two when they are made small; a kind of content stands for a file's name."""
    letter = read_letter(
        f"From: {'ß' * 200}@b.example\nContent-Type: application/{'x' * 300}\0\n\nx".encode()
    )
    assert len(letter.sender) <= 255
    (file,) = letter.attachments
    assert len(file.name) <= 200
    assert "\0" not in file.name


@pytest.mark.parametrize("around", ["", "<ul>" * 50])
def test_a_mail_that_is_html_alone_is_read_as_text(around: str) -> None:
    """Without its scripts and styles, however deep in lists."""
    html = f"{around}<style>p{{}}</style><script>alert(1)</script><p>{WORDS}<br>谢谢</p>".encode()
    text = read_letter(raw("Content-Type: text/html; charset=utf-8", html)).text
    assert WORDS in text
    assert "谢谢" in text
    assert "alert" not in text
    assert "<" not in text


@pytest.mark.parametrize(
    "html", ["<ol><li>" * 25_000, "<a href='x" * 20_000, "<!--" * 50_000, "</" * 100_000, "\n" * 300_000]
)
def test_no_mail_takes_for_ever(html: str) -> None:
    """Html that is never closed, lists in lists, and nothing but blank lines: those behind it wait."""
    began_s = time.monotonic()
    for kind in ("html", "plain"):
        read_letter(raw(f"Content-Type: text/{kind}; charset=utf-8", f"{html}x".encode()))
    assert time.monotonic() - began_s < 10


@pytest.mark.parametrize("part", ['multipart/mixed; boundary="%d"\n\n--%d\n', "message/rfc822\n\n%.0s%.0s"])
def test_parts_in_parts_without_end_are_one_file(part: str) -> None:
    """The library gives up on thousands of them."""
    parts = "".join(f"Content-Type: {part % (depth, depth)}" for depth in range(3000))
    letter = read_letter(f"From: a@b.example\nSubject: x\n{parts}\n\nhello".encode())
    assert (letter.subject, letter.text, len(letter.attachments)) == ("x", "", 1)


@pytest.mark.parametrize(
    "quote",
    [
        "> 原来的话",
        "在 2026年11月30日，desk 写道：\n原来的话",
        "-----原始邮件-----\n原来的话",
        "On Monday, Desk wrote:\n原来的话",
    ],
)
def test_what_a_mail_quotes_is_not_its_own_words(quote: str) -> None:
    """The answer is kept without the mail that it answers."""
    assert own_words(f"还没有好\r\n\r\n{quote}") == "还没有好"


@pytest.mark.parametrize(
    ("header", "is_automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated; x=1", True),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", True),
        ("List-Id: <news.example>", True),
        ("Return-Path: <>", True),
        ("Content-Type: multipart/report; boundary=x", True),
        ("X-Mailer: somebody", False),
    ],
)
def test_automatic_mails_are_known(header: str, *, is_automatic: bool) -> None:
    """By RFC 3834 and by what programs really send."""
    assert read_letter(raw(header, b"x")).is_automatic is is_automatic


@given(st.binary(max_size=400))
def test_no_mail_is_too_broken_to_be_read(content: bytes) -> None:
    """Whatever comes gets a Message-ID and a text without NUL."""
    letter = read_letter(content)
    assert letter.message_id
    assert "\0" not in letter.text + letter.subject + letter.sender + letter.message_id


@pytest.mark.parametrize(
    ("words", "line"),
    [("故障号码：3151206", "3151206"), ("电话 0395-315 1206 没有声音", "03953151206"), ("昨天断了 8 次", "")],
)
def test_the_line_is_found_in_the_words(words: str, line: str) -> None:
    """Where somebody names it."""
    assert line_in(words) == line


def test_faxes_are_kept_and_counted(tmp_path: Path) -> None:
    """By what they hold, whatever they are called; a page is drawn as it lay on the paper."""
    fax, letter = Attachment(name="a.doc", content=paper.tiff(3)), Attachment(name="b", content=paper.pdf(2))
    kept = store_all(tmp_path, [fax, letter, fax])
    assert [(one.kind, one.pages, one.problem) for one in kept] == [
        (FileKind.TIFF, 3, None),
        (FileKind.PDF, 2, None),
        (FileKind.TIFF, 3, None),
    ]
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 2
    path, shown = path_of(tmp_path, kept[0].sha256), tmp_path / "page.png"
    assert viewing.page(path, FileKind.TIFF, 3, shown).startswith(b"\x89PNG")
    assert shown.is_file()
    with pytest.raises(viewing.PageNotShown):
        viewing.page(path, FileKind.TIFF, 4, tmp_path / "none.png")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (paper.locked_pdf(), Problem.ENCRYPTED),
        (paper.tiff(1)[:300], Problem.BROKEN),
        (b"%PDF-1.7 broken", Problem.BROKEN),
        (paper.bomb(), Problem.HUGE),
    ],
)
def test_files_that_cannot_be_shown_are_told_and_kept(
    tmp_path: Path, content: bytes, problem: Problem
) -> None:
    """Nobody has to wait for them, and nothing falls over."""
    (kept,) = store_all(tmp_path, [Attachment(name="x", content=content)])
    assert (kept.problem, kept.pages) == (problem, 0)
    assert path_of(tmp_path, kept.sha256).read_bytes() == content


def test_other_files_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs, what is too large, what is too much; each is told."""
    monkeypatch.setattr(files, "LARGEST_BYTES", 100)
    monkeypatch.setattr(files, "MOST_FILES", 3)
    sent = [b"MZ\0\0program", b"x" * 101, b"text", b"more"]
    kept = store_all(tmp_path, [Attachment(name="x.pdf", content=one) for one in sent])
    assert [one.problem for one in kept] == [Problem.NOT_TAKEN, Problem.TOO_LARGE, None, Problem.TOO_MANY]
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"text"]
